//! `check --fix` and `check --diff`: what they make of files, and what Alertmanager and promtool say to it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "says what is skipped")]

use crate::common;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::Folder;
use rulecheck::diagnostic::mend;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};
use rulecheck::source::SourceFile;
use rulecheck::target::Target;

fn outcome(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    with_stdin(folder, arguments, "")
}

fn with_stdin(folder: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(arguments).current_dir(folder);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may leave without reading all.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What `--fix` makes of a file. Nothing is left to be mended then, and the file is the same for those who run it again.
fn fixed(name: &str, file: &str, text: &str, arguments: &[&str]) -> String {
    let folder = Folder::with(name, &[(file, text)]);
    let all = |first: &'static str| [&["check", first, file], arguments].concat();
    let (_, out, complaint) = outcome(folder.path(), &all("--fix"));
    assert_eq!(complaint, "", "{out}");
    let mended = fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        outcome(folder.path(), &all("--diff")),
        (0, String::new(), String::new()),
        "{mended}"
    );
    mended
}

/// Routes and inhibit rules around what is put in.
fn alertmanager(route: &str) -> String {
    format!(
        "route:\n  receiver: ops\n  routes:\n{route}receivers:\n  - name: ops\n  - name: page\n"
    )
}

/// The route before and after.
const ROUTES: [(&str, &str, &str); 9] = [
    (
        "block",
        "    - match:\n        severity: critical # page\n        # the team\n        team: 'a \"b\" \\d'\n      receiver: page\n",
        "    - matchers:\n        - severity=\"critical\" # page\n        # the team\n        - team=\"a \\\"b\\\" \\\\d\"\n      receiver: page\n",
    ),
    (
        "flow",
        "    - match: {severity: critical, team: 'x, y'}  # page\n      receiver: page\n",
        "    - matchers: [severity=\"critical\", 'team=\"x, y\"']  # page\n      receiver: page\n",
    ),
    (
        "regex",
        "    - receiver: page\n      match_re:\n        severity: ^(critical|page)$\n        job: \\d+\\.x\n",
        "    - receiver: page\n      matchers:\n        - severity=~\"^(critical|page)$\"\n        - job=~\"\\\\d+\\\\.x\"\n",
    ),
    (
        "both",
        "    - match:\n        severity: critical\n      match_re:\n        # some\n        job: a|b # two\n      receiver: page\n",
        "    - matchers:\n        - severity=\"critical\"\n        # some\n        - job=~\"a|b\" # two\n      receiver: page\n",
    ),
    (
        "both-commented",
        "    - match_re:\n        job: a|b\n      match: # exact\n        severity: critical\n      receiver: page\n",
        "    - matchers:\n        - job=~\"a|b\"\n      # exact\n        - severity=\"critical\"\n      receiver: page\n",
    ),
    (
        "apart",
        "    - match:\n        severity: critical\n      receiver: page\n      match_re: {job: a|b}\n      continue: true\n",
        "    - matchers:\n        - severity=\"critical\"\n        - job=~\"a|b\"\n      receiver: page\n      continue: true\n",
    ),
    (
        "matchers-there",
        "    - receiver: page\n      matchers: [job=~\"a|b\"]\n      match:\n        severity: critical\n",
        "    - receiver: page\n      matchers: [job=~\"a|b\", severity=\"critical\"]\n",
    ),
    (
        "numbers",
        "    - match: {severity: critical, code: 5, on: true, empty: \"\"}\n      receiver: page\n",
        "    - matchers: [severity=\"critical\", code=\"5\", on=\"true\", empty=\"\"]\n      receiver: page\n",
    ),
    (
        "colon",
        "    - match:\n        severity: \"critical: yes\"\n        job: '#1 #2'\n      receiver: page\n",
        "    - matchers:\n        - 'severity=\"critical: yes\"'\n        - 'job=\"#1 #2\"'\n      receiver: page\n",
    ),
];

#[test]
fn old_conditions_become_matchers() {
    for (name, before, after) in ROUTES {
        let mended = fixed(
            &format!("fix-{name}"),
            "alertmanager.yml",
            &alertmanager(before),
            &[],
        );
        assert_eq!(mended, alertmanager(after), "{name}");
    }
}

#[test]
fn line_ends_stay() {
    let (_, before, after) = ROUTES[5];
    let carriages = |text: &str| alertmanager(text).replace('\n', "\r\n");
    let mended = fixed("fix-crlf", "alertmanager.yml", &carriages(before), &[]);
    assert_eq!(mended, carriages(after));
}

#[test]
fn inhibit_rules_are_rewritten() {
    let rules = |rule: &str| {
        format!(
            "{}inhibit_rules:\n{rule}    equal: [job]\n",
            alertmanager("    - receiver: ops\n")
        )
    };
    let before = rules(
        "  - source_match:\n      severity: critical\n    target_match_re:\n      severity: warning|info\n",
    );
    let after = rules(
        "  - source_matchers:\n      - severity=\"critical\"\n    target_matchers:\n      - severity=~\"warning|info\"\n",
    );
    assert_eq!(
        fixed("fix-inhibit", "alertmanager.yml", &before, &[]),
        after
    );
}

#[test]
fn what_is_not_understood_stays() {
    for (name, route) in [
        (
            "alias",
            "    - match: &m {severity: critical}\n      receiver: page\n    - match: *m\n      receiver: page\n",
        ),
        (
            "block-scalar",
            "    - match:\n        severity: |\n          critical\n      receiver: page\n",
        ),
        (
            "comment",
            "    - match: {a: b}\n      receiver: page\n      matchers: [c=d]\n",
        ),
    ] {
        let text = alertmanager(route);
        assert_eq!(
            fixed(&format!("fix-not-{name}"), "alertmanager.yml", &text, &[]),
            text
        );
    }
    // What a version before 0.22 does not know is not written.
    let (_, before, _) = ROUTES[0];
    let text = alertmanager(before);
    assert_eq!(
        fixed(
            "fix-not-old",
            "alertmanager.yml",
            &text,
            &["--target-alertmanager", "0.21"]
        ),
        text
    );
}

/// amtool takes the new files, and sends every alert where it sent it before.
#[test]
fn amtool_routes_alike() {
    if Command::new("amtool").arg("--version").output().is_err() {
        eprintln!("skipped: no amtool");
        return;
    }
    let alerts: [&[&str]; 12] = [
        &["severity=critical"],
        &["severity=critical", "job=a"],
        &["severity=critical", "job=ab"],
        &["severity=page", "job=12.x"],
        &["severity=page", "job=12yx"],
        &["severity=critical", "team=x, y"],
        &["severity=critical", "team=a \"b\" \\d"],
        &["severity=critical", "code=5", "on=true"],
        &["severity=critical", "code=5", "on=true", "empty=x"],
        &["severity=critical: yes", "job=#1 #2"],
        &["severity=warning"],
        &["job=b"],
    ];
    let mut paged = 0;
    for (name, before, after) in ROUTES {
        let files = [
            ("old.yml", alertmanager(before)),
            ("new.yml", alertmanager(after)),
        ];
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        let folder = Folder::with(&format!("fix-amtool-{name}"), &files);
        let amtool = |arguments: &[&str]| {
            let mut command = Command::new("amtool");
            let output = command
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(output.status.success(), "{name} {arguments:?}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        amtool(&["check-config", "new.yml"]);
        for labels in alerts {
            let quoted: Vec<String> = labels
                .iter()
                .map(|label| {
                    let (name, value) = label.split_once('=').unwrap();
                    format!(
                        "{name}=\"{}\"",
                        value.replace('\\', "\\\\").replace('"', "\\\"")
                    )
                })
                .collect();
            let route = |file: &str| {
                let config = format!("--config.file={file}");
                let mut arguments = vec!["config", "routes", "test", &config];
                arguments.extend(quoted.iter().map(String::as_str));
                amtool(&arguments)
            };
            let old = route("old.yml");
            assert_eq!(old, route("new.yml"), "{name} {labels:?}");
            paged += usize::from(old.contains("page"));
        }
    }
    // One alert of each is caught by the route.
    assert_eq!(paged, ROUTES.len());
}

const OBJECT: &str = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n    - name: a\n      rules:\n        - alert: A\n          expr: up == 0\n          labels: {severity: info, tier: 1, paging: true, plain: text}\n          annotations:\n            summary: a\n            ratio: 0.5 # half\n";

#[test]
fn texts_of_objects_are_quoted() {
    let expected = OBJECT
        .replace("tier: 1", "tier: \"1\"")
        .replace("paging: true", "paging: \"true\"")
        .replace("ratio: 0.5 #", "ratio: \"0.5\" #");
    assert_eq!(fixed("fix-object", "a.yml", OBJECT, &[]), expected);
    // The same in a rule file is what Prometheus takes.
    let rules = "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up == 0\n        labels: {tier: 1}\n";
    assert_eq!(fixed("fix-no-object", "a.yml", rules, &[]), rules);
}

#[test]
fn keys_with_a_slip_are_renamed() {
    let rules = |key: &str, more: &str| {
        format!(
            "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up == 0\n        {key}: {{a: b}} # why\n{more}"
        )
    };
    let good = rules("annotations", "");
    assert_eq!(
        fixed("fix-key", "a.yml", &rules("anotations", ""), &[]),
        good
    );
    assert_eq!(
        fixed(
            "fix-key-quoted",
            "a.yml",
            &rules("\"Annotations\"", ""),
            &[]
        ),
        good
    );
    for (name, key, more) in [
        // It is there already.
        (
            "fix-key-there",
            "anotations",
            "        annotations: {c: d}\n",
        ),
        // Nothing is near.
        ("fix-key-far", "comment", ""),
    ] {
        let text = rules(key, more);
        assert_eq!(fixed(name, "a.yml", &text, &[]), text);
    }
    // Of two for the same key only one can be it.
    let two = rules("anotations", "        annotation: {c: d}\n");
    let mended = fixed("fix-key-two", "a.yml", &two, &[]);
    assert_eq!(mended, two.replace("anotations", "annotations"));
    // What is refused then for another reason stays as it is.
    let worse = rules("anotations", "").replace("{a: b}", "{a: '{{ x'}");
    assert_eq!(fixed("fix-key-worse", "a.yml", &worse, &[]), worse);
}

#[test]
fn promtool_takes_what_was_refused() {
    if !common::has_promtool() {
        return;
    }
    let before = "groups:\n  - name: a\n    intervall: 1m\n    rules:\n      - alert: A\n        exp: up == 0\n        label: {a: b}\n";
    let folder = Folder::with("fix-promtool", &[("a.yml", before)]);
    let code = || {
        let mut promtool = Command::new("promtool");
        let output = promtool
            .args(["check", "rules", "a.yml"])
            .current_dir(folder.path());
        output.output().unwrap().status.success()
    };
    assert!(!code());
    let (_, out, _) = outcome(folder.path(), &["check", "--fix", "a.yml"]);
    assert!(out.contains("(3 fixed)"), "{out}");
    assert!(code());
}

const RULES: &str = "groups:\n  - name: a\n    rules:\n      - record: a:one\n        exp: up\n      - record: a:two\n        expr: b{le=\"1\"}\n";

#[test]
fn a_diff_can_be_applied_and_nothing_is_written() {
    let folder = Folder::with("fix-diff", &[("a.yml", RULES)]);
    let (code, out, complaint) = outcome(folder.path(), &["check", "--diff", "a.yml"]);
    assert_eq!(
        (code, complaint.as_str()),
        (1, "2 findings can be fixed\n"),
        "{out}"
    );
    let expected = "\
--- a.yml
+++ a.yml
@@ -2,6 +2,6 @@
   - name: a
     rules:
       - record: a:one
-        exp: up
+        expr: up
       - record: a:two
-        expr: b{le=\"1\"}
+        expr: b{le=~\"1([.]0)?\"}
";
    assert_eq!(out, expected);
    assert_eq!(
        fs::read_to_string(folder.path().join("a.yml")).unwrap(),
        RULES
    );
    let (code, out, _) = outcome(folder.path(), &["check", "--diff", "--fix", "a.yml"]);
    assert_eq!((code, out.as_str()), (2, ""));
}

#[test]
fn what_is_left_is_told_and_judged() {
    let text = RULES.replace("expr: b", "expr: sum(b");
    let folder = Folder::with("fix-left", &[("a.yml", &text)]);
    let (code, out, _) = outcome(folder.path(), &["check", "--fix", "a.yml"]);
    assert_eq!(code, 1);
    assert!(out.contains("promql-syntax"), "{out}");
    assert!(
        out.ends_with("1 file checked: 2 errors (1 fixed)\n"),
        "{out}"
    );
    let (_, out, _) = outcome(
        folder.path(),
        &["check", "--fix", "a.yml", "--format", "json"],
    );
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["summary"]["errors"], 2);
    assert_eq!(document["summary"].get("fixed"), None);
}

#[test]
fn of_standard_input_the_new_text_is_printed() {
    let folder = Folder::with("fix-stdin", &[]);
    let (code, out, complaint) = with_stdin(folder.path(), &["check", "--fix", "-"], RULES);
    assert_eq!(code, 0);
    assert_eq!(
        out,
        RULES
            .replace("exp:", "expr:")
            .replace("=\"1\"", "=~\"1([.]0)?\"")
    );
    assert!(
        complaint.ends_with("1 file checked: no findings (2 fixed)\n"),
        "{complaint}"
    );
    let good = RULES.replace("exp:", "expr:").replace("{le=\"1\"}", "");
    let (code, out, _) = with_stdin(folder.path(), &["check", "--fix", "-"], &good);
    assert_eq!((code, out), (0, good));
}

#[test]
fn what_is_not_told_is_not_mended() {
    let text = RULES.replace("exp: up", "exp: up # rulecheck: ignore[yaml-schema] -- old");
    let mended = fixed(
        "fix-suppressed",
        "a.yml",
        &text,
        &["--ignore", "v3-migration"],
    );
    assert_eq!(mended, text);
    let folder = Folder::with("fix-known", &[("a.yml", RULES)]);
    let known = ["--baseline", "known.yaml", "a.yml"];
    outcome(
        folder.path(),
        &[&["check", "--write-baseline"], &known[..]].concat(),
    );
    let (code, out, _) = outcome(folder.path(), &[&["check", "--diff"], &known[..]].concat());
    assert_eq!((code, out.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::with("fix-links", &[("real/a.yml", RULES)]);
    let real = folder.path().join("real/a.yml");
    let link = folder.path().join("b.yml");
    symlink("real/a.yml", &link).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let (code, out, _) = outcome(folder.path(), &["check", "--fix", "b.yml"]);
    assert_eq!(code, 0, "{out}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("expr: up"));
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(fs::read_dir(folder.path().join("real")).unwrap().count(), 1);
}

/// amtool says of each configuration of the corpus what it said before it was rewritten.
#[test]
fn amtool_judges_the_corpus_alike() {
    if Command::new("amtool").arg("--version").output().is_err() {
        eprintln!("skipped: no amtool");
        return;
    }
    let Some(corpus) = common::corpus() else {
        return;
    };
    let folder = Folder::with("fix-corpus", &[]);
    let mut copies = Vec::new();
    for (number, file) in common::files(&corpus.join("alertmanager"), &["yml", "yaml"])
        .into_iter()
        .enumerate()
    {
        let text = fs::read(&file).unwrap();
        let name = format!("{number}.yml");
        fs::write(folder.path().join(&name), &text).unwrap();
        copies.push((name, file, text));
    }
    outcome(folder.path(), &["check", "--isolated", "--fix", "."]);
    let mut changed = 0;
    for (name, original, text) in copies {
        let copy = folder.path().join(&name);
        if fs::read(&copy).unwrap() == text {
            continue;
        }
        changed += 1;
        let judge = |path: &Path| {
            Command::new("amtool")
                .arg("check-config")
                .arg(path)
                .output()
                .unwrap()
                .status
                .code()
        };
        let before = folder.path().join("before.yml");
        fs::write(&before, &text).unwrap();
        assert_eq!(judge(&copy), judge(&before), "{}", original.display());
    }
    assert!(changed > 20, "{changed}");
}

/// What the only child of the root route matches.
fn matchers(text: &str) -> Vec<String> {
    let file = SourceFile::new("alertmanager.yml", text);
    let target = Target::default();
    let loaded = project::load(&file, "alertmanager.yml".into(), &target, true);
    assert!(!loaded.is_refused(), "{text}: {:?}", loaded.issues);
    let root = loaded.alertmanager.unwrap().route.unwrap();
    let matchers = root.routes[0].matchers.iter();
    matchers.map(|placed| placed.matcher.to_string()).collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// Whatever the value is, the new matcher means the same.
    #[test]
    fn any_value_is_matched_as_before(value in "[ -~\u{e4}\\n\\t]{1,8}", is_flow: bool) {
        let value = rulecheck::yaml::scalar(&value);
        let route = if is_flow {
            format!("    - match: {{a: {value}, b: c}}\n      receiver: page\n")
        } else {
            format!("    - match:\n        a: {value}\n        b: c\n      receiver: page\n")
        };
        let text = alertmanager(&route);
        let stdin = SourceFile::new("alertmanager.yml", text.as_str());
        let choice = Choice { isolated: true, ..Choice::default() };
        let projects = project::open(&[], Some(stdin), &choice).unwrap();
        let found = lint::run(&projects[0], &Levels::default());
        let fixes: Vec<_> = found.iter().filter_map(|found| found.fix.as_ref()).collect();
        let mended = mend(&text, &fixes);
        proptest::prop_assert_eq!(mended.count, 1, "{}", text);
        proptest::prop_assert!(!mended.text.contains("match:"), "{}", mended.text);
        proptest::prop_assert_eq!(matchers(&mended.text), matchers(&text), "{}", mended.text);
    }
}

/// A rule file with one alert, its directives where they can stand, and what is left of them. `stale-timestamp` finds
/// something there, the other names find nothing.
#[test]
fn directives_that_ignore_nothing_are_taken_out() {
    let stale = "time() - timestamp(sum(up)) > 900";
    let cases = [
        (
            format!("        expr: {stale} # rulecheck: ignore[never-matches] -- once\n"),
            format!("        expr: {stale}\n"),
        ),
        (
            format!(
                "        expr: {stale} # rulecheck: ignore[or-precedence, stale-timestamp,never-matches] -- known\n"
            ),
            format!("        expr: {stale} # rulecheck: ignore[stale-timestamp] -- known\n"),
        ),
        (
            format!("        # rulecheck: ignore[never-matches]\n        expr: {stale}\n"),
            format!("        expr: {stale}\n"),
        ),
        (
            format!(
                "        expr: {stale} # see the wiki # rulecheck: ignore[never-matches] # rulecheck: ignore[stale-timestamp]\n"
            ),
            format!("        expr: {stale} # see the wiki # rulecheck: ignore[stale-timestamp]\n"),
        ),
        (
            format!(
                "        expr: |\n          # rulecheck: ignore[never-matches]\n          {stale} # rulecheck: ignore[or-precedence]\n"
            ),
            format!("        expr: |\n          {stale}\n"),
        ),
        // The only annotation: without it there would be nothing below the key.
        (
            format!(
                "        expr: {stale}\n        annotations:\n          rulecheck_ignore: never-matches\n"
            ),
            format!(
                "        expr: {stale}\n        annotations:\n          rulecheck_ignore: never-matches\n"
            ),
        ),
        (
            format!(
                "        expr: {stale}\n        annotations:\n          rulecheck_ignore: never-matches, stale-timestamp -- known\n"
            ),
            format!(
                "        expr: {stale}\n        annotations:\n          rulecheck_ignore: stale-timestamp -- known\n"
            ),
        ),
    ];
    let head = "groups:\n  - name: a\n    rules:\n      - alert: A\n";
    for (at, (before, after)) in cases.iter().enumerate() {
        for line_end in ["\n", "\r\n"] {
            let text = format!("{head}{before}").replace('\n', line_end);
            let wanted = format!("{head}{after}").replace('\n', line_end);
            let name = format!("idle-directive-{at}-{}", line_end.len());
            assert_eq!(fixed(&name, "rules.yml", &text, &[]), wanted);
        }
    }
}
