use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Changes;
use super::diff::{changed_lines, path};

/// What has changed since a revision in the repository that these files lie in; they are absolute paths without symbolic
/// links. Says why where that cannot be known.
pub fn since(revision: &str, files: &[PathBuf]) -> Result<Changes, String> {
    let Some(folder) = files.first().and_then(|file| file.parent()) else {
        return Ok(Changes::default());
    };
    let top = git(folder, &["rev-parse", "--show-toplevel"])?;
    let top = path(top.strip_suffix(b"\n").unwrap_or(&top));
    let top = top.canonicalize().unwrap_or(top);
    if let Some(outside) = files.iter().find(|file| !file.starts_with(&top)) {
        return Err(format!(
            "{} does not lie in the repository {}",
            outside.display(),
            top.display()
        ));
    }
    let commit = commit(&top, revision)?;
    let diff = git(
        &top,
        &[
            "-c",
            "diff.relative=false",
            "diff",
            "--unified=0",
            "--inter-hunk-context=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--find-renames",
            "--submodule=short",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &commit,
            "--",
        ],
    )?;
    let tracked = git(&top, &["ls-files", "-z"])?;
    let tracked = tracked.split(|&byte| byte == 0);
    let absolute = |name: &Path| {
        let path = top.join(name);
        path.canonicalize().unwrap_or(path)
    };
    let tracked = tracked.filter(|name| !name.is_empty());
    let mut changes = Changes {
        tracked: tracked.map(|name| top.join(path(name))).collect(),
        ..Changes::default()
    };
    for (name, changed) in changed_lines(&diff) {
        let identity = absolute(&name);
        changes.lines.insert(identity.clone(), changed.lines);
        changes.gaps.insert(identity, changed.gaps);
    }
    Ok(changes)
}

/// The commit that a revision means.
fn commit(top: &Path, revision: &str) -> Result<String, String> {
    let wanted = format!("{revision}^{{commit}}");
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &wanted,
    ];
    if let Ok(name) = git(top, &arguments) {
        let name = String::from_utf8_lossy(&name);
        // Some versions of git print the option too.
        return Ok(name.lines().last().unwrap_or_default().trim().to_owned());
    }
    // The other command has better words, but takes ranges too.
    let arguments = [
        "rev-list",
        "--max-count=1",
        "--end-of-options",
        revision,
        "--",
    ];
    match git(top, &arguments) {
        Ok(_) => Err(format!("`{revision}` is not a single revision")),
        Err(error) => Err(error),
    }
}

/// What git prints, or what it complains of.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    // Reading must not wait for other programs that use the index.
    command.env("GIT_OPTIONAL_LOCKS", "0").current_dir(folder);
    // In a hook these are relative to another folder.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command.args(arguments).output().map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            "the program `git` is not installed, or not on the PATH".to_owned()
        } else {
            format!("cannot run git: {error}")
        }
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    match words.lines().find(|line| !line.trim().is_empty()) {
        Some(words) => Err(format!("git says: {}", words.trim())),
        None => Err(format!("git failed: {}", output.status)),
    }
}
