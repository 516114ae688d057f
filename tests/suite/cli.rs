//! The command line as users see it, 80 columns wide: `tests/cli/*`, and what needs more than files and arguments.
#![allow(clippy::unwrap_used)]

use crate::common;

use std::path::Path;
use std::process::{Command, Output};

use common::Folder;

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .case("tests/cli/*.trycmd")
        .case("tests/cli/*.toml")
        .case("docs/testing.md");
}

/// What the guide shows of a file stands in that file, so that its transcripts are about what the reader sees.
#[test]
fn the_guide_shows_its_files() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let guide = std::fs::read_to_string(docs.join("testing.md")).unwrap();
    let mut shown = 0;
    for block in guide.split("```yaml\n# ").skip(1) {
        let (block, _) = block.split_once("\n```").unwrap();
        let (name, text) = block.split_once('\n').unwrap();
        let file = std::fs::read_to_string(docs.join("testing.in").join(name)).unwrap();
        assert!(file.contains(text), "{name} does not have:\n{text}");
        shown += 1;
    }
    assert!(shown > 5);
    let blocks = guide.split("```console\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("\n```").next().unwrap().lines());
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

fn rulecheck(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The exit code, what is printed, and what is complained of.
fn outcome(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = rulecheck(folder, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Lines are wrapped, but names and options stay whole.
#[test]
fn names_are_not_torn_apart() {
    let folder = Folder::new("names");
    let (_, listed, _) = outcome(folder.path(), &["explain"]);
    assert!(
        listed.lines().all(|line| line.chars().count() <= 80),
        "{listed}"
    );
    for name in rulecheck::lint::names() {
        assert!(listed.contains(name), "{name} in {listed}");
    }
}

const CLEAN: &str =
    "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(up)\n";
const BROKEN: &str =
    "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(up\n";
const NO_SEVERITY: &str =
    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n";

#[test]
fn help_is_80_columns_wide() {
    let folder = Folder::new("help");
    for arguments in [
        &["--help"][..],
        &["check", "--help"],
        &["test", "--help"],
        &["verify", "--help"],
    ] {
        let (code, out, _) = outcome(folder.path(), arguments);
        assert_eq!(code, 0);
        assert!(out.lines().count() > 5);
        assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    }
}

/// An override is about a file, wherever the command is run and however the file is named.
#[test]
fn overrides_hold_in_every_folder_and_by_every_name() {
    let settings = "severities: [info]\nlints: {required-metadata: off}\noverrides:\n  - paths: vendor/*.yml\n    lints: {severity-label: off}\n";
    let files = [
        ("rulecheck.yaml", settings),
        ("vendor/a.yml", NO_SEVERITY),
        ("own/a.yml", NO_SEVERITY),
    ];
    let folder = Folder::with("overrides", &files);
    let root = folder.path();
    let vendor = root.join("vendor");
    let absolute = vendor.join("a.yml");
    let clean = |folder: &Path, path: &str| {
        let (code, out, _) = outcome(folder, &["check", path]);
        assert!(
            code == 0 && out == "1 file checked: no findings\n",
            "{path}: {out}"
        );
    };
    clean(root, "vendor/a.yml");
    clean(root, "vendor");
    clean(&vendor, "a.yml");
    clean(&vendor, ".");
    clean(Path::new("/"), absolute.to_str().unwrap());
    let (code, out, _) = outcome(&vendor, &["check", "../own"]);
    assert!(code == 1 && out.contains("../own/a.yml:4:16"), "{out}");
}

/// A file is one file by all its names, and is shown by the first.
#[test]
fn a_file_is_looked_at_once() {
    let folder = Folder::with("once", &[("a.yml", BROKEN), ("other.yml", "b: 1\n")]);
    let root = folder.path().to_str().unwrap();
    let (code, out, _) = outcome(folder.path(), &["check", "a.yml", "./a.yml", ".", root]);
    assert_eq!(
        (code, out.matches("promql-syntax").count()),
        (1, 1),
        "{out}"
    );
    assert!(
        out.ends_with("1 file checked: 1 error (1 file of another kind skipped)\n"),
        "{out}"
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_where_they_are_named() {
    let folder = Folder::with("links", &[("rules/a.yml", BROKEN), ("rulecheck.yaml", "")]);
    std::os::unix::fs::symlink("rules/a.yml", folder.path().join("link.yml")).unwrap();
    std::os::unix::fs::symlink("..", folder.path().join("rules/up")).unwrap();
    let (code, out, _) = outcome(folder.path(), &["check", "link.yml"]);
    assert!(code == 1 && out.contains("[link.yml:5:21]"), "{out}");
    let (code, out, _) = outcome(folder.path(), &["check"]);
    assert_eq!(
        (code, out.matches("promql-syntax").count()),
        (1, 1),
        "{out}"
    );
}

/// What the shell's `<(…)` gives is no file, and can be read once only.
#[cfg(unix)]
#[test]
fn pipes_can_be_named() {
    let folder = Folder::with("pipes", &[("a.yml", BROKEN)]);
    let binary = env!("CARGO_BIN_EXE_rulecheck");
    let script = format!("cat a.yml | '{binary}' check /dev/stdin");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.code() == Some(1) && out.contains("[/dev/stdin:5:21]"),
        "{out}"
    );
}

#[test]
fn folders_may_be_named_like_files() {
    let files = [("rules.yml/a.yml", CLEAN), ("rulecheck.yaml/a.yml", CLEAN)];
    let folder = Folder::with("folders", &files);
    assert_eq!(
        outcome(folder.path(), &["check"]).1,
        "2 files checked: no findings\n"
    );
    assert_eq!(
        outcome(folder.path(), &["check", "rules.yml"]).1,
        "1 file checked: no findings\n"
    );
    let (code, _, err) = outcome(folder.path(), &["check", "--config", "rulecheck.yaml"]);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: cannot read rulecheck.yaml: is a directory\n")
    );
}

/// Settings that mean themselves, or everything, are settings like any others.
#[test]
fn settings_may_mean_themselves() {
    let settings = "environments:\n  - prometheus: rulecheck.yaml\n    rules: ['.', '**/*.yaml', ../*/a.yml]\n";
    let folder = Folder::with(
        "self",
        &[("x/rulecheck.yaml", settings), ("x/a.yml", BROKEN)],
    );
    let (code, out, err) = outcome(folder.path(), &["check", "x/rulecheck.yaml", "x"]);
    assert_eq!(
        (code, out.matches("promql-syntax").count()),
        (1, 1),
        "{out}{err}"
    );
}

/// Each file has the settings nearest to it, so that one call may be about several projects.
#[test]
fn several_projects_at_once() {
    let strict = "severities: [info]\nlints: {required-metadata: off}\n";
    let lax = "lints: {required-metadata: off, severity-label: off}\n";
    let files = [
        ("rulecheck.yaml", strict),
        ("a.yml", NO_SEVERITY),
        ("lax/rulecheck.yaml", lax),
        ("lax/a.yml", NO_SEVERITY),
    ];
    let folder = Folder::with("several", &files);
    let (code, out, _) = outcome(folder.path(), &["check", "a.yml", "lax/a.yml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("[a.yml:4:16]") && !out.contains("[lax/a.yml"),
        "{out}"
    );
    assert!(out.ends_with("2 files checked: 1 error\n"), "{out}");
}

/// A dump that is none is an error of the settings, at the place that names it.
#[test]
fn dumps_that_cannot_be_used_are_told_where_they_are_named() {
    let settings =
        "# broken.prom\nmetrics:\n  dumps:\n    - {file: broken.prom, job: a}\n    - none.prom\n";
    let files = [
        ("rulecheck.yaml", settings),
        ("broken.prom", "up 1\nup{ 2\n"),
        ("rules.yml", CLEAN),
    ];
    let folder = Folder::with("dumps", &files);
    let (code, out, err) = outcome(folder.path(), &["check"]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    for told in ["rulecheck.yaml:4:14", "in line 2", "rulecheck.yaml:5:7"] {
        assert!(err.contains(told), "{told}: {err}");
    }
    assert_eq!(err.matches("help: a dump is").count(), 2, "{err}");
}

/// A list of rules without a group is passed over in a folder, and an error where settings or `prometheus.yml` name it.
#[test]
fn a_bare_list_of_rules_is_told_where_it_is_named() {
    let list = "- alert: Down\n  expr: up == 0\n";
    let named_by = [
        (
            "rulecheck.yaml",
            "environments: {rules: [rules/list.yml]}\n",
        ),
        (
            "rulecheck.yaml",
            "environments: {rules: [rules, rules/list.yml]}\n",
        ),
        (
            "rulecheck.yaml",
            "environments: {prometheus: prometheus.yml}\n",
        ),
    ];
    for (number, (file, settings)) in named_by.into_iter().enumerate() {
        let folder = Folder::with(
            &format!("bare-list-{number}"),
            &[
                (file, settings),
                ("prometheus.yml", "rule_files: [rules/list.yml]\n"),
                ("rules/list.yml", list),
            ],
        );
        let (code, out, _) = common::rulecheck(folder.path(), &["check"]);
        assert_eq!(code, 1, "{settings}{out}");
        assert!(out.contains("a list of rules is no rule file"), "{out}");
    }
    for settings in [
        "environments: {rules: rules}\n",
        "environments: {rules: 'rules/*'}\n",
    ] {
        let folder = Folder::with(
            "bare-list-found",
            &[("rulecheck.yaml", settings), ("rules/list.yml", list)],
        );
        let (code, out, _) = common::rulecheck(folder.path(), &["check"]);
        assert_eq!(code, 0, "{settings}{out}");
        assert!(out.contains("1 file of another kind skipped"), "{out}");
    }
}
