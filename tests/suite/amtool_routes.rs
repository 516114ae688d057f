//! Random route trees, alerts and matchers: amtool 0.25 and rulecheck send, print and refuse the same.
//!
//! Ordinarily 300 cases of each with a fixed seed; 10,000 with `RULECHECK_FULL=1`. `RULECHECK_RANDOM=n` takes other cases.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use common::Dice;
use rulecheck::labels::Labels;
use rulecheck::model::Kind;
use rulecheck::notify::{Path as Way, Route, parse_matchers};
use rulecheck::project;
use rulecheck::source::SourceFile;

const NAMES: &[&str] = &["severity", "team", "env", "a:b", "_x"];
const VALUES: &[&str] = &[
    "", "critical", "warning", "a", "b", "ab", "A", "a|b", "x.y", "é",
];
const REGEXES: &[&str] = &[
    "a|b", "crit.*", ".+", ".*", "", "a|", "[ab]+", "x.y", "x\\\\.y", "(?i)a", "^a$", "a$|^b",
    "(a)(b)?", "é", "\\\\w+",
];
/// Asked about each tree.
const ALERTS_OF_A_TREE: usize = 10;

fn cases() -> usize {
    if common::is_full() { 10_000 } else { 300 }
}

/// A route and those below it as flow YAML, and how many receivers it has named so far.
fn route(dice: &mut Dice, depth: usize, receivers: &mut usize) -> String {
    let mut text = "{".to_owned();
    if depth == 0 || dice.chance(60) {
        // Some receivers are reached in several ways.
        let number = match *receivers > 3 && dice.chance(25) {
            true => dice.below(*receivers),
            false => {
                *receivers += 1;
                *receivers - 1
            }
        };
        let _ = write!(text, "receiver: r{number}, ");
    }
    if depth > 0 {
        if dice.chance(70) {
            let matchers: Vec<String> = (0..1 + dice.below(5) / 4)
                .map(|_| quoted_matcher(dice))
                .collect();
            let _ = write!(text, "matchers: [{}], ", matchers.join(", "));
        }
        if dice.chance(10) {
            let (name, value) = (dice.pick(&NAMES[..3]), dice.pick(VALUES));
            let _ = write!(text, "match: {{{name}: '{value}'}}, ");
        }
        if dice.chance(20) {
            let (name, value) = (dice.pick(&NAMES[..3]), dice.pick(REGEXES));
            let _ = write!(text, "match_re: {{{name}: \"{value}\"}}, ");
        }
        if dice.chance(60) {
            text.push_str("continue: true, ");
        }
    }
    if depth < 3 {
        let children: Vec<String> = (0..dice.below(4))
            .map(|_| route(dice, depth + 1, receivers))
            .collect();
        let _ = write!(text, "routes: [{}]", children.join(", "));
    }
    text + "}"
}

/// A matcher in single quotes of YAML.
fn quoted_matcher(dice: &mut Dice) -> String {
    let name = dice.pick(NAMES);
    let text = match dice.chance(50) {
        true => format!("{name}{}\"{}\"", dice.pick(&["=", "!="]), dice.pick(VALUES)),
        false => format!(
            "{name}{}\"{}\"",
            dice.pick(&["=~", "!~"]),
            dice.pick(REGEXES)
        ),
    };
    format!("'{text}'")
}

/// Where the routes begin that are said to be dead.
fn dead(root: &Route) -> Vec<u32> {
    let mut found = Vec::new();
    let mut open = vec![Way::root(root)];
    while let Some(path) = open.pop() {
        for below in path.children() {
            match below.dead() {
                Some(_) => below.route.walk(&mut |dead| found.push(dead.span.start)),
                None => open.push(below),
            }
        }
    }
    found
}

fn load(text: &str) -> Route {
    let source = SourceFile::new("am.yml", text);
    let target = common::amtool_target();
    let file = project::load_as(Kind::Alertmanager, &source, "am.yml".into(), &target);
    assert!(!file.is_refused(), "{:?} {text}", file.issues);
    file.alertmanager.unwrap().route.unwrap()
}

fn amtool(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new("amtool");
    let output = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn random_alerts_reach_the_receivers_that_amtool_names() {
    if !common::has_amtool() {
        return;
    }
    let mut dice = common::dice(6);
    let folder = common::Folder::new("amtool-routes");
    let (mut asked, mut several, mut buried) = (0, 0, 0);
    while asked < cases() {
        let mut receivers = 0;
        let tree = route(&mut dice, 0, &mut receivers);
        let names: Vec<String> = (0..receivers).map(|n| format!("{{name: r{n}}}")).collect();
        let text = format!("route: {tree}\nreceivers: [{}]\n", names.join(", "));
        folder.write("am.yml", &text);
        let root = load(&text);
        let dead = dead(&root);
        buried += dead.len();
        for _ in 0..ALERTS_OF_A_TREE {
            let mut labels: Vec<(&str, &str)> = Vec::new();
            for &name in NAMES {
                if dice.chance(60) {
                    labels.push((name, dice.pick(VALUES)));
                }
            }
            let words: Vec<String> = labels
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let mut arguments = vec!["config", "routes", "test", "--config.file=am.yml"];
            arguments.extend(words.iter().map(String::as_str));
            let (_, theirs, errors) = amtool(folder.path(), &arguments);
            let routes = root.routes_for(&Labels::from_pairs(labels));
            let ours: Vec<&str> = routes
                .iter()
                .map(|route| route.receiver.as_ref().unwrap().as_str())
                .collect();
            assert_eq!(
                theirs.trim_end(),
                ours.join(","),
                "{words:?} {errors}\n{text}"
            );
            // What is said never to get an alert never gets one.
            assert!(
                routes.iter().all(|route| !dead.contains(&route.span.start)),
                "{words:?} {text}"
            );
            asked += 1;
            several += usize::from(ours.len() > 1);
        }
    }
    eprintln!(
        "{asked} alerts reach the same receivers, {several} of them several; none of {buried} dead routes gets any"
    );
    assert!(several > asked / 20 && buried > asked / 30);
}

#[test]
fn routing_trees_are_printed_as_amtool_prints_them() {
    if !common::has_amtool() {
        return;
    }
    let mut dice = common::dice(7);
    let folder = common::Folder::new("amtool-trees");
    for _ in 0..20 {
        let mut receivers = 0;
        let tree = route(&mut dice, 0, &mut receivers);
        let names: Vec<String> = (0..receivers).map(|n| format!("{{name: r{n}}}")).collect();
        let text = format!("route: {tree}\nreceivers: [{}]\n", names.join(", "));
        folder.write("am.yml", &text);
        let alike = |arguments: &[&str]| {
            let config = ["config", "routes"];
            let arguments = [&config, arguments, &["--config.file=am.yml"]].concat();
            common::assert_amtool_alike(folder.path(), &arguments, &text);
        };
        alike(&[]);
        alike(&["show"]);
        alike(&["test"]);
        alike(&["test", "--tree", "severity=critical", "team=a"]);
        alike(&[
            "test",
            "--tree",
            "env=b",
            "severity=\"wa,rning\"",
            "--verify.receivers=r0",
        ]);
        alike(&["test", "--verify.receivers", "r0,r1", "team=b"]);
        alike(&["test", "team!=b"]);
        alike(&["test", "team"]);
        alike(&["test", "{team=b}"]);
        alike(&["test", "team=b,c"]);
    }
    let alike = |arguments: &[&str]| common::assert_amtool_alike(folder.path(), arguments, "");
    folder.write("bad.yml", "route: x\n");
    alike(&["config", "routes", "show", "--config.file=bad.yml"]);
    alike(&["config", "routes", "test", "--config.file=bad.yml"]);
    alike(&["config", "routes", "test", "--config.file=missing.yml"]);
}

/// Pieces of which texts are put together that may be matchers.
const PIECES: &[&str] = &[
    "a",
    "severity",
    "=",
    "=",
    "=~",
    "!=",
    "!~",
    "\"",
    "\"",
    "\\",
    "\\\"",
    "\\n",
    ",",
    " ",
    "{",
    "}",
    "x",
    "a|b",
    "(",
    ")",
    "[",
    ".*",
    "'",
    "!",
    "~",
    "0",
    "é",
    "\t",
    ":",
    "-",
    "\u{a0}",
    "=\"x\"",
    "b=\"y,z\"",
    "foo=~\"a|b\"",
];

/// Text in double quotes of YAML.
fn yaml(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn random_matchers_are_read_as_amtool_reads_them() {
    if !common::has_amtool() {
        return;
    }
    let mut dice = common::dice(8);
    let folder = common::Folder::new("amtool-matchers");
    let target = common::amtool_target();
    let (mut read, mut refused) = (Vec::new(), 0);
    for _ in 0..cases() {
        let start = match dice.chance(60) {
            true => format!(
                "{}{}",
                dice.pick(NAMES),
                dice.pick(&["=", "!=", "=~", "!~", " = "])
            ),
            false => String::new(),
        };
        let rest = (0..1 + dice.below(5)).map(|_| dice.pick(PIECES));
        let text = rest.fold(start, |text, piece| text + piece);
        match parse_matchers(&text, &target) {
            // What is left out of a route is printed as no matcher at all.
            Ok(_) => read.push(text),
            Err(error) => {
                refused += 1;
                let config = format!(
                    "route: {{receiver: a, routes: [{{matchers: [{}]}}]}}\nreceivers: [{{name: a}}]\n",
                    yaml(&text)
                );
                folder.write("am.yml", &config);
                let (accepted, said, _) = amtool(folder.path(), &["check-config", "am.yml"]);
                assert!(!accepted, "{text:?} is refused: {error}");
                assert_eq!(
                    said,
                    format!("Checking 'am.yml'  FAILED: {error}\n\n"),
                    "{text:?}"
                );
            }
        }
    }
    let routes: Vec<String> = read
        .iter()
        .map(|text| format!("{{matchers: [{}]}}", yaml(text)))
        .collect();
    let config = format!(
        "route: {{receiver: a, routes: [{}]}}\nreceivers: [{{name: a}}]\n",
        routes.join(", ")
    );
    folder.write("am.yml", &config);
    let show = ["config", "routes", "show", "--config.file=am.yml"];
    common::assert_amtool_alike(folder.path(), &show, "");
    eprintln!(
        "{} matchers are read alike, {refused} refused alike",
        read.len()
    );
    assert!(read.len() > cases() / 10 && refused > cases() / 10);
}
