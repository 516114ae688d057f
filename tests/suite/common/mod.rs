//! What several integration tests share.
#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(clippy::print_stderr, reason = "says what is skipped")]

mod dice;

pub use dice::Dice;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use rulecheck::harness::{self, Run, TestReport};
use rulecheck::project;
use rulecheck::source::{Span, read_file};
use rulecheck::target::{Target, Version};
use rulecheck::yaml::Node;

/// The corpus of real files: `RULECHECK_CORPUS`, or the folder `corpus` beside the package. `None`, and a word about it,
/// where there is none.
pub fn corpus() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let root = std::env::var_os("RULECHECK_CORPUS").map_or_else(default, PathBuf::from);
    let given = root.join("given");
    if !given.is_dir() {
        eprintln!("skipped: no corpus");
        return None;
    }
    Some(given)
}

/// Every file below `folder` with one of the endings, in order.
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A row of `EXPECTED.tsv`: a file of the corpus and what the real tools say of it.
pub struct Row {
    pub path: String,
    pub kind: String,
    /// What the project that the file comes from says.
    pub upstream: String,
    /// The exit code of promtool 2.42 or amtool 0.25.
    pub exit: String,
    pub notes: String,
}

/// The rows of `EXPECTED.tsv`.
pub fn rows(corpus: &Path) -> Vec<Row> {
    let table = std::fs::read_to_string(corpus.join("EXPECTED.tsv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default().to_owned();
        Row {
            path: cell(0),
            kind: cell(1),
            upstream: cell(2),
            exit: cell(4),
            notes: cell(10),
        }
    };
    table.lines().skip(1).map(row).collect()
}

/// The target at which we are compared with the installed promtool.
pub fn promtool_target() -> Target {
    Target {
        prometheus: Version::new(2, 42),
        ..Target::default()
    }
}

/// The target at which we are compared with the installed amtool.
pub fn amtool_target() -> Target {
    Target {
        alertmanager: Version::new(0, 25),
        ..Target::default()
    }
}

/// Runs a fixture for a target.
pub fn run_fixture(fixture: &Path, target: Target) -> TestReport {
    let source = read_file(fixture).unwrap();
    let file = Arc::new(project::load(&source, fixture.to_owned(), &target, true));
    harness::run(&Run::new(vec![(&file, target)]))
}

/// Whether promtool 2.42 is there, which other versions cannot stand for; says so where it is not.
pub fn has_promtool() -> bool {
    has_tool("promtool", "version 2.42")
}

/// The same of amtool 0.25.
pub fn has_amtool() -> bool {
    has_tool("amtool", "version 0.25")
}

fn has_tool(name: &str, version: &str) -> bool {
    let output = Command::new(name).arg("--version").output();
    let there = output.is_ok_and(|output| {
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).contains(version)
    });
    if !there {
        eprintln!("skipped: no {name}");
    }
    there
}

/// Runs the program in a folder: exit code and both streams.
pub fn rulecheck(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    let output = run(command.args(arguments).current_dir(folder), "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// `rulecheck promtool` in the place of promtool 2.42, run in a folder.
pub fn as_promtool(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(["promtool", "--target-prometheus", "2.42"]);
    run(command.args(arguments).current_dir(folder), stdin)
}

/// `rulecheck amtool` in the place of amtool 0.25, run in a folder.
pub fn as_amtool(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(["amtool", "--target-alertmanager", "0.25"]);
    run(command.args(arguments).current_dir(folder), stdin)
}

/// Runs the real promtool and ours with the same arguments in the same folder: exit code and both streams must be equal.
pub fn assert_alike(folder: &Path, arguments: &[&str], stdin: &str) {
    let mut promtool = Command::new("promtool");
    let theirs = run(promtool.args(arguments).current_dir(folder), stdin);
    let ours = as_promtool(folder, arguments, stdin);
    assert_same(&ours, &theirs, &format!("{arguments:?} {stdin}"));
}

/// The same with amtool. Where it crashes, ours must fail as for every other fault.
pub fn assert_amtool_alike(folder: &Path, arguments: &[&str], stdin: &str) {
    let mut amtool = Command::new("amtool");
    let theirs = run(amtool.args(arguments).current_dir(folder), stdin);
    let ours = as_amtool(folder, arguments, stdin);
    let what = format!("{arguments:?} {stdin}");
    if String::from_utf8_lossy(&theirs.stderr).contains("panic: runtime error") {
        assert_eq!(ours.status.code(), Some(1), "{what}");
        return;
    }
    assert_same(&ours, &theirs, &what);
}

fn assert_same(ours: &Output, theirs: &Output, what: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{what}");
    assert_eq!(text(&ours.stderr), text(&theirs.stderr), "{what}");
    assert_eq!(ours.status.code(), theirs.status.code(), "{what}");
}

fn run(command: &mut Command, stdin: &str) -> Output {
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = streams.stderr(Stdio::piped()).spawn().unwrap();
    // It may have left before it has read all.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// All that `promtool test rules` says of a fixture.
pub fn promtool_test(fixture: &Path) -> String {
    let output = Command::new("promtool")
        .args(["test", "rules"])
        .arg(fixture)
        .output()
        .unwrap();
    String::from_utf8([output.stderr, output.stdout].concat()).unwrap()
}

/// Checks that the bytes which the map of a scalar names are the value: each character stands there as it is, as a line end
/// or as an escape, and the places rise. Says what is wrong.
pub fn check_map(node: Node<'_>) -> Result<(), String> {
    let value = node.scalar().unwrap();
    let map = node.scalar_map();
    if !map.is_exact() {
        return Err(format!("not exact: {value:?}"));
    }
    let text = node.tree().file().text();
    let mut behind = 0;
    for (at, c) in value.char_indices() {
        let span = map.span(Span::new(at, at + c.len_utf8()));
        let Some(raw) = text.get(span.range()) else {
            return Err(format!("{span:?} is no piece of the text"));
        };
        if span.start < behind || span.is_empty() {
            return Err(format!("{span:?} does not rise from {behind} in {value:?}"));
        }
        behind = span.end;
        if !stands_for(raw, c) {
            return Err(format!("{raw:?} does not stand for {c:?} in {value:?}"));
        }
    }
    let all = map.span(Span::new(0, value.len()));
    if !value.is_empty() && all.end != behind {
        return Err(format!("the whole ends at {}, not at {behind}", all.end));
    }
    Ok(())
}

/// Whether the bytes `raw` can be how a YAML scalar writes `c`.
fn stands_for(raw: &str, c: char) -> bool {
    let mut buffer = [0; 4];
    if raw == c.encode_utf8(&mut buffer) {
        return true;
    }
    match c {
        '\n' | ' ' if raw == "\n" || raw == "\r\n" => true,
        '\'' if raw == "''" => true,
        _ => raw.strip_prefix('\\').and_then(escaped) == Some(c),
    }
}

/// The character of an escape, by YAML's table (YAML 1.2, section 5.7).
fn escaped(escape: &str) -> Option<char> {
    let letter = escape.chars().next()?;
    let hex = || char::from_u32(u32::from_str_radix(&escape[1..], 16).ok()?);
    Some(match letter {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '/' | '\\' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'u' if escape.len() > 5 => return surrogates(escape),
        'x' | 'u' | 'U' => return hex(),
        _ => return None,
    })
}

/// The character of `uXXXX\uXXXX`.
fn surrogates(pair: &str) -> Option<char> {
    let half = |text: &str| u16::from_str_radix(text, 16).ok();
    let halves = [half(pair.get(1..5)?)?, half(pair.get(7..)?)?];
    char::decode_utf16(halves).next()?.ok()
}

/// A fresh folder, gone with the value.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder; `name` tells the tests of a process apart.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rulecheck-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    /// A folder that holds these files.
    pub fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Self::new(name);
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Fails where a file made from the code does not hold `text`; with `RULECHECK_BLESS=1` it writes it instead.
pub fn check_made_file(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if is_blessing() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        return;
    }
    let held = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        held == text,
        "{path} is not current: run the tests once with RULECHECK_BLESS=1"
    );
}

/// Whether files that are made from the code are to be written.
pub fn is_blessing() -> bool {
    std::env::var_os("RULECHECK_BLESS").is_some_and(|value| value == "1")
}

/// The dice of a test: `RULECHECK_RANDOM` chooses others.
pub fn dice(usual: u64) -> Dice {
    Dice(std::env::var("RULECHECK_RANDOM").map_or(usual, |seed| seed.parse().unwrap()))
}

/// Whether the long form of the tests is wanted.
pub fn is_full() -> bool {
    std::env::var_os("RULECHECK_FULL").is_some()
}
