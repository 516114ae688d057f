//! Completions and manual pages come out of the same arguments as the help, and name every command.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use common::{Folder, rulecheck};

/// The commands that the help lists under a command.
fn commands(folder: &Path, above: &[&str]) -> Vec<String> {
    let (_, help, _) = rulecheck(folder, &[above, &["--help"]].concat());
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.map(|line| line.split_whitespace().next().unwrap().to_owned());
    names.filter(|name| name != "help").collect()
}

#[test]
fn every_shell_knows_every_command() {
    let folder = Folder::new("shell-completions");
    let names = commands(folder.path(), &[]);
    assert!(names.len() > 7, "{names:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, err) = rulecheck(folder.path(), &["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""));
        for word in names
            .iter()
            .map(String::as_str)
            .chain(["fail-on", "stdin-filename"])
        {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    let (code, _, err) = rulecheck(folder.path(), &["completions", "csh"]);
    assert_eq!(code, 2);
    assert!(err.contains("bash, elvish, fish, powershell, zsh"), "{err}");
}

/// bash itself reads the script and completes with it.
#[test]
fn bash_completes() {
    let folder = Folder::new("shell-bash");
    let (_, script, _) = rulecheck(folder.path(), &["completions", "bash"]);
    folder.write("rulecheck.bash", &script);
    let ask = "source ./rulecheck.bash; COMP_WORDS=(rulecheck ver); COMP_CWORD=1; _rulecheck rulecheck ver rulecheck; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    let Ok(output) = bash.args(["-c", ask]).current_dir(folder.path()).output() else {
        return;
    };
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "verify\n");
}

#[test]
fn every_command_has_a_page() {
    let folder = Folder::with("shell-man", &[("man/keep", "")]);
    let (code, page, err) = rulecheck(folder.path(), &["man"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(page.contains(".TH rulecheck 1"), "{page}");
    let mut wanted = BTreeSet::from(["keep".to_owned(), "rulecheck.1".to_owned()]);
    let mut above: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = above.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        for name in commands(folder.path(), &words) {
            let path = [path.clone(), vec![name]].concat();
            wanted.insert(format!("rulecheck-{}.1", path.join("-")));
            above.push(path);
        }
    }
    for name in commands(folder.path(), &[]) {
        assert!(
            page.contains(&format!("rulecheck\\-{name}")),
            "{name} in {page}"
        );
    }
    let (code, out, err) = rulecheck(folder.path(), &["man", "--output", "man"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, format!("wrote {} pages to man\n", wanted.len() - 1));
    let entries = std::fs::read_dir(folder.path().join("man")).unwrap();
    let written: BTreeSet<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(written, wanted);
    let check = std::fs::read_to_string(folder.path().join("man/rulecheck-check.1")).unwrap();
    for option in ["fail\\-on", "stdin\\-filename"] {
        assert!(check.contains(option), "{option} in {check}");
    }
    let (code, out, err) = rulecheck(folder.path(), &["man", "--output", "none"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (2, "", "error: there is no folder none\n")
    );
}
