//! `--baseline` and `--write-baseline`: known findings are hidden, new ones are told, and the file shrinks.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use common::{Folder, rulecheck};
use serde_json::Value;

/// Two rules whose expressions do not parse, and one that is fine.
const RULES: &str = "groups:
  - name: a
    rules:
      - record: a:one
        expr: sum(up
      - record: a:two
        expr: sum(up
      - record: a:three
        expr: sum(up)
";

fn read(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

/// A folder with the rules, and a baseline that has their two findings.
fn with_baseline(name: &str) -> Folder {
    let folder = Folder::with(name, &[("rules/a.yml", RULES)]);
    let (code, out, err) = rulecheck(
        folder.path(),
        &["check", "--baseline", "known.yaml", "--write-baseline"],
    );
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "wrote known.yaml: 2 findings\n", "")
    );
    folder
}

fn check(folder: &Folder) -> (i32, String, String) {
    rulecheck(folder.path(), &["check", "--baseline", "known.yaml"])
}

#[test]
fn known_findings_are_hidden_and_counted() {
    let folder = with_baseline("baseline-hidden");
    let (code, out, err) = check(&folder);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            0,
            "1 file checked: no findings (2 hidden by the baseline)\n",
            ""
        )
    );
    let (_, out, _) = rulecheck(
        folder.path(),
        &["check", "--baseline", "known.yaml", "--format", "json"],
    );
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["hidden"], 2);
    assert_eq!(report["summary"]["errors"], 0);
    // The file is YAML that people can read: one entry each, without lines.
    let file: serde_yaml::Value = serde_yaml::from_str(&read(&folder, "known.yaml")).unwrap();
    let entries = file["findings"].as_sequence().unwrap();
    let rules: Vec<_> = entries
        .iter()
        .map(|entry| entry["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["a:one", "a:two"]);
    assert!(entries.iter().all(|entry| entry["path"] == "rules/a.yml"));
    assert!(entries.iter().all(|entry| entry["lint"] == "promql-syntax"));
}

#[test]
fn lines_may_move_and_new_findings_are_told() {
    let folder = with_baseline("baseline-moved");
    let moved = RULES.replace("groups:\n", "# moved\n\ngroups:\n").replace(
        "      - record: a:one\n",
        "      - record: a:zero\n        expr: sum(down\n      - record: a:one\n",
    );
    folder.write("rules/a.yml", &moved);
    let (code, out, err) = check(&folder);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("[rules/a.yml:7:23]"), "{out}");
    assert!(
        out.ends_with("1 file checked: 1 error (2 hidden by the baseline)\n"),
        "{out}"
    );
    // One more of the same kind in the same rule is new too.
    let twice = RULES.replace("a:two", "a:one");
    folder.write("rules/a.yml", &twice);
    let (code, out, _) = check(&folder);
    assert_eq!((code, out.matches("× ").count()), (1, 1), "{out}");
}

#[test]
fn what_is_mended_is_told_and_goes_away() {
    let folder = with_baseline("baseline-mended");
    folder.write("rules/a.yml", &RULES.replacen("sum(up\n", "sum(up)\n", 1));
    let (code, out, err) = check(&folder);
    assert_eq!(code, 0);
    assert!(out.contains("(1 hidden by the baseline)"), "{out}");
    assert_eq!(
        err,
        "note: known.yaml: 1 entry hides more than there is; --write-baseline makes it anew\n  \
         rules/a.yml: promql-syntax in a:one: unclosed left parenthesis\n"
    );
    let (_, _, err) = rulecheck(folder.path(), &["check", "-q", "--baseline", "known.yaml"]);
    assert_eq!(err, "");
    // A run over other files or with other lints cannot know.
    folder.write("b.yml", &RULES.replace("sum(up\n", "sum(up)\n"));
    for arguments in [&["b.yml"][..], &["--ignore", "promql-syntax"]] {
        let mut all = vec!["check", "--baseline", "known.yaml"];
        all.extend(arguments);
        let (code, _, err) = rulecheck(folder.path(), &all);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    }
    // Neither does it forget what it has not looked at.
    let before = read(&folder, "known.yaml");
    let arguments = [
        "check",
        "b.yml",
        "--baseline",
        "known.yaml",
        "--write-baseline",
    ];
    assert_eq!(rulecheck(folder.path(), &arguments).0, 0);
    assert_eq!(read(&folder, "known.yaml"), before);
    let arguments = ["check", "--baseline", "known.yaml", "--write-baseline"];
    let (_, out, _) = rulecheck(folder.path(), &arguments);
    assert_eq!(out, "wrote known.yaml: 1 finding\n");
    assert!(!read(&folder, "known.yaml").contains("a:one"));
    // A file that is gone has no findings any more.
    std::fs::remove_file(folder.path().join("rules/a.yml")).unwrap();
    let (_, _, err) = check(&folder);
    assert!(err.contains("rules/a.yml: promql-syntax in a:two"), "{err}");
}

/// The settings name the file, and it holds from every folder.
#[test]
fn settings_name_the_baseline() {
    let folder = Folder::with(
        "baseline-settings",
        &[
            ("p/rules/a.yml", RULES),
            ("p/rulecheck.yaml", "baseline: ci/known.yaml\n"),
            ("p/ci/keep", ""),
        ],
    );
    let (code, out, err) = rulecheck(folder.path(), &["check", "p"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: cannot read p/ci/known.yaml: no such file or folder; --write-baseline\n       makes it\n"
    );
    let (code, out, _) = rulecheck(folder.path(), &["check", "p", "--write-baseline"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "wrote p/ci/known.yaml: 2 findings\n")
    );
    assert!(read(&folder, "p/ci/known.yaml").contains("../rules/a.yml"));
    let rules = folder.path().join("p/rules");
    for (place, arguments) in [
        (folder.path(), &["check"][..]),
        (&rules, &["check", "a.yml"]),
        (&rules, &["verify"]),
    ] {
        let (code, out, err) = rulecheck(place, arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert!(out.contains("(2 hidden by the baseline)"), "{out}");
    }
    assert_eq!(rulecheck(folder.path(), &["check", "--no-baseline"]).0, 1);
    // What is written twice is the same.
    let before = read(&folder, "p/ci/known.yaml");
    assert_eq!(rulecheck(&rules, &["verify", "--write-baseline"]).0, 0);
    assert_eq!(read(&folder, "p/ci/known.yaml"), before);
}

#[test]
fn what_is_no_baseline_is_refused() {
    let folder = Folder::with(
        "baseline-wrong",
        &[
            ("a.yml", RULES),
            ("old.yaml", "version: 7\n"),
            ("no.yaml", "- a\n"),
        ],
    );
    for (file, words) in [
        ("old.yaml", "version 7"),
        ("no.yaml", "no.yaml is no baseline"),
    ] {
        let (code, out, err) = rulecheck(folder.path(), &["check", "a.yml", "--baseline", file]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(words), "{err}");
    }
    let (code, _, err) = rulecheck(folder.path(), &["check", "a.yml", "--write-baseline"]);
    assert_eq!(code, 2);
    assert!(err.contains("--baseline FILE"), "{err}");
    let arguments = [
        "check",
        "a.yml",
        "--baseline",
        "none/b.yaml",
        "--write-baseline",
    ];
    let (code, out, err) = rulecheck(folder.path(), &arguments);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("cannot write none/b.yaml"), "{err}");
}
