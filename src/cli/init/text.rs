use std::fmt::Write as _;

use super::found::{Found, Together};
use crate::target::{Dialect, NEWEST_ALERTMANAGER, NEWEST_PROMETHEUS};

/// The settings as a file, with a comment on each key. What nothing is known of stands there as a comment.
pub(super) fn settings(found: &Found) -> String {
    let mut text = String::from(
        "# Settings of rulecheck, begun by `rulecheck init` with what lies here. Every key may be left out; paths are relative\n\
         # to this file. All keys: https://github.com/rulecheck/rulecheck/blob/main/README.md#settings\n",
    );
    for part in [
        environments(found),
        target(found),
        severities(found),
        require(found),
        runbooks(found),
        LAST.to_owned(),
    ] {
        let _ = write!(text, "\n{part}");
    }
    text
}

const LAST: &str = "\
# The level of each lint: off, info, warning or error. `rulecheck explain` lists them.
# lints:
#   unwatched-job: off

# Other levels for some paths. Later entries win.
# overrides:
#   - paths: vendor
#     lints: {duplicate-rule: info}

# Findings that are known and not told, as `rulecheck check --baseline FILE --write-baseline` writes them.
# baseline: rulecheck-baseline.yaml
";

fn environments(found: &Found) -> String {
    let mut text =
        String::from("# What runs together. Without this key, everything below this file does.\n");
    if found.environments.is_empty() {
        text.push_str("# environments:\n#   - prometheus: prometheus.yml\n#     alertmanager: alertmanager.yml\n");
    } else {
        text.push_str("environments:\n");
        found
            .environments
            .iter()
            .for_each(|one| environment(&mut text, one));
    }
    if !found.loose.is_empty() {
        text.push_str("# These belong to none of them, and are looked at together:\n");
        for path in &found.loose {
            let _ = writeln!(text, "#   {path}");
        }
    }
    if !found.paths.is_empty() {
        text.push_str(
            "\n# Where the absolute paths of the configuration are found here.\npaths:\n",
        );
        for (prefix, folder) in &found.paths {
            let _ = writeln!(text, "  {}: {}", scalar(prefix), scalar(folder));
        }
    }
    text
}

fn environment(text: &mut String, one: &Together) {
    let mut dash = "- ";
    let name: Vec<String> = one.name.iter().cloned().collect();
    let lists = [
        ("name", &name),
        ("prometheus", &one.prometheus),
        ("alertmanager", &one.alertmanager),
        ("rules", &one.rules),
        ("fixtures", &one.fixtures),
    ];
    for (key, values) in lists {
        let _ = match values.as_slice() {
            [] => continue,
            [one] => writeln!(text, "  {dash}{key}: {}", scalar(one)),
            several => {
                let items: Vec<String> = several.iter().map(|item| scalar(item)).collect();
                writeln!(text, "  {dash}{key}:\n      - {}", items.join("\n      - "))
            }
        };
        dash = "  ";
    }
}

fn target(found: &Found) -> String {
    let composed = &found.composed;
    let mut lines = Vec::new();
    if found.dialect != Dialect::Prometheus {
        lines.push(format!("dialect: {}", found.dialect.name()));
    }
    let versions = [
        ("prometheus", composed.prometheus),
        ("alertmanager", composed.alertmanager),
    ];
    for (key, version) in versions {
        lines.extend(version.map(|version| format!("{key}: \"{version}\"")));
    }
    if !composed.flags.is_empty() {
        lines.push(format!("flags: [{}]", composed.flags.join(", ")));
    }
    lines.extend(
        composed
            .retention
            .iter()
            .map(|time| format!("retention: {}", scalar(time))),
    );
    let mut text = String::from(
        "# What the rules and routes run on. Without it, the newest versions known.\n",
    );
    if lines.is_empty() {
        let _ = writeln!(
            text,
            "# target:\n#   prometheus: \"{NEWEST_PROMETHEUS}\"\n#   alertmanager: \"{NEWEST_ALERTMANAGER}\""
        );
    } else {
        let _ = writeln!(text, "target:\n  {}", lines.join("\n  "));
    }
    text
}

fn severities(found: &Found) -> String {
    let mut text = String::from(
        "# The severities in use, worst first. An alert with another one is an error.\n",
    );
    let words: Vec<String> = found.severities.iter().map(|word| scalar(word)).collect();
    let line = format!("severities: [{}]\n", words.join(", "));
    match (words.is_empty(), found.without_severity) {
        (true, _) => text.push_str("# severities: [critical, warning, info]\n"),
        (false, 0) => text.push_str(&line),
        (false, lacking) => {
            let alerts = if lacking == 1 {
                "1 alert has"
            } else {
                &format!("{lacking} alerts have")
            };
            let _ = write!(
                text,
                "# Not set yet, since {alerts} none, which is an error then.\n# {line}"
            );
        }
    }
    text
}

fn require(found: &Found) -> String {
    let mut text =
        String::from("# What alerts must have: all of them, or those of some severity or label.\n");
    let names: Vec<String> = found.annotations.iter().map(|name| scalar(name)).collect();
    if names.is_empty() {
        text.push_str("# require:\n#   - annotations: [summary]\n");
    } else {
        let _ = writeln!(text, "require:\n  - annotations: [{}]", names.join(", "));
    }
    text.push_str("#   - severity: critical\n#     for: {max: 15m}\n");
    text
}

fn runbooks(found: &Found) -> String {
    let mut text = String::from("# Where the pages that annotations link to lie here.\n");
    let _ = match &found.books {
        Some(books) => match &books.folder {
            Some(folder) => writeln!(
                text,
                "runbooks:\n  - prefix: {}\n    folder: {}",
                scalar(&books.prefix),
                scalar(folder)
            ),
            None => writeln!(
                text,
                "# runbooks:\n#   - prefix: {}\n#     folder: runbooks",
                scalar(&books.prefix)
            ),
        },
        None => writeln!(
            text,
            "# runbooks:\n#   - prefix: https://wiki.example.org/runbooks\n#     folder: runbooks"
        ),
    };
    text
}

/// A text as YAML, in quotes where it needs them.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-:".contains(c))
        && !text.ends_with(':');
    let means_else = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if is_plain && !means_else.contains(&text.to_lowercase().as_str()) {
        text.to_owned()
    } else {
        // A string always has a form in JSON, which YAML takes.
        serde_json::to_string(text).unwrap_or_default()
    }
}
