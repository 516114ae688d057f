//! The tables of flags against the programs themselves: Prometheus 2.42 and Alertmanager 0.25, where they are installed.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::process::Command;

use rulecheck::target::{FlagFact, Program, Version};

const PROGRAMS: [(Program, &str, Version); 2] = [
    (Program::Prometheus, "prometheus", Version::new(2, 42)),
    (
        Program::Alertmanager,
        "prometheus-alertmanager",
        Version::new(0, 25),
    ),
];

/// Flags that only Debian's packages have, and those that they took out for them.
const OF_DEBIAN: [&str; 4] = [
    "web.local-assets",
    "web.ui-path",
    "storage.tsdb.use-lockfile",
    "storage.agent.use-lockfile",
];
const NOT_OF_DEBIAN: [&str; 2] = ["storage.tsdb.no-lockfile", "storage.agent.no-lockfile"];

/// What the program prints.
fn printed(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The programs that are installed in their version, with a word about those that are not.
fn installed() -> impl Iterator<Item = (Program, &'static str, Version)> {
    PROGRAMS.into_iter().filter(|(_, name, version)| {
        let told = printed(name, &["--version"]);
        let is_there = told.is_some_and(|told| told.contains(&format!(" {version}.")));
        if !is_there {
            eprintln!("skipped: no {name} {version}");
        }
        is_there
    })
}

#[test]
fn every_flag_of_the_help_is_known() {
    for (program, name, version) in installed() {
        let help = printed(name, &["--help"]).unwrap();
        let lines = help
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("--"));
        let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c == '.';
        let flags = lines.map(|line| {
            line.split(|c| !is_name(c))
                .next()
                .unwrap()
                .trim_end_matches('.')
        });
        let mut count = 0;
        for flag in flags.filter(|flag| !OF_DEBIAN.contains(flag)) {
            assert_eq!(
                program.flag(flag, Some(version)),
                FlagFact::Known,
                "{name} --{flag}"
            );
            count += 1;
        }
        assert!(count > 25, "{name}: {count}");
    }
}

#[test]
fn flags_are_refused_where_the_program_refuses_them() {
    for (program, name, version) in installed() {
        let others = ["rules.file", "config.fil", "web.enable-lifecycles"];
        for flag in program.flag_names().chain(others) {
            if NOT_OF_DEBIAN.contains(&flag) {
                continue;
            }
            // What a flag is told comes before what its value means.
            let argument = format!("--{flag}");
            let said = printed(name, &[&argument, "--no-such-flag"]).unwrap();
            let is_refused = said.contains(&format!("unknown long flag '--{flag}'"));
            let is_known = program.flag(flag, Some(version)) == FlagFact::Known;
            assert_eq!(is_known, !is_refused, "{name} --{flag}: {said}");
        }
    }
}
