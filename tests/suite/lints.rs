//! Every lint keeps what it says of itself: its examples, and the pages under `docs/lints`, which are
//! made from the registry.
#![allow(clippy::unwrap_used)]

use crate::common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use common::Folder;
use rulecheck::diagnostic::Diagnostic;
use rulecheck::lint::{self, Example, Levels, Lint};
use rulecheck::project::{self, Choice};

/// The findings of all lints in an example.
fn findings(name: &str, example: &Example) -> Vec<Diagnostic> {
    let folder = Folder::with(name, example.files);
    let choice = Choice {
        lints: lint::names().collect(),
        ..Choice::default()
    };
    let projects = project::open(&[folder.path().to_owned()], None, &choice).unwrap();
    assert_eq!(projects.len(), 1, "{name}");
    lint::run(&projects[0], &Levels::default())
}

fn named(lint: &Lint, kind: &str, number: usize) -> String {
    format!("{}-{kind}-{number}", lint.name)
}

#[test]
fn every_bad_example_is_found() {
    for lint in lint::all() {
        for (number, example) in lint.bad.iter().enumerate() {
            let name = named(lint, "bad", number);
            let found = findings(&name, example);
            let own: Vec<_> = found
                .iter()
                .filter(|found| found.lint == lint.name)
                .collect();
            assert!(
                !own.is_empty(),
                "{name} ({}) found {found:#?}",
                example.title
            );
        }
    }
}

#[test]
fn no_good_example_is_found() {
    for lint in lint::all() {
        for (number, example) in lint.good.iter().enumerate() {
            let name = named(lint, "good", number);
            let own = |found: &Diagnostic| found.lint == lint.name;
            let found: Vec<_> = findings(&name, example).into_iter().filter(own).collect();
            assert!(
                found.is_empty(),
                "{name} ({}) found {found:#?}",
                example.title
            );
        }
    }
}

/// What loading refuses is refused for the reason that the example shows, and for no other.
#[test]
fn good_examples_can_be_loaded() {
    let loading = [
        "yaml-schema",
        "promql-syntax",
        "duration-invalid",
        "template-invalid",
    ];
    for lint in lint::all() {
        for (number, example) in lint.good.iter().enumerate() {
            let name = named(lint, "loads", number);
            let mut found = findings(&name, example);
            found.retain(|found| loading.contains(&found.lint));
            assert!(
                found.is_empty(),
                "{name} ({}) found {found:#?}",
                example.title
            );
        }
    }
}

#[test]
fn lints_are_named_and_documented() {
    let names: BTreeSet<&str> = lint::names().collect();
    assert_eq!(names.len(), lint::all().len(), "a name twice");
    for lint in lint::all() {
        let name = lint.name;
        let is_kebab = name.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(is_kebab, "{name}");
        assert!(
            !lint.bad.is_empty() && !lint.good.is_empty(),
            "{name} lacks examples"
        );
        assert!(
            lint.summary.ends_with('.') && !lint.summary.contains('\n'),
            "{name}"
        );
        let headings: Vec<&str> = lint
            .documentation
            .lines()
            .filter(|line| line.starts_with('#'))
            .collect();
        assert_eq!(headings.first(), Some(&"### What it does"), "{name}");
        assert_eq!(headings.get(1), Some(&"### Why it matters"), "{name}");
        assert_eq!(
            headings.last(),
            Some(&"### What it does not catch"),
            "{name}"
        );
        for pair in headings.windows(2) {
            assert_ne!(pair[0], pair[1], "{name}");
        }
    }
}

#[test]
fn groups_are_the_folders_of_the_lints() {
    let lints = format!("{}/src/lint/lints", env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "mod.rs").collect()
    };
    let groups: BTreeSet<String> = lint::groups()
        .iter()
        .map(|group| group.name.to_owned())
        .collect();
    assert_eq!(groups, names(&lints));
    for group in lint::groups() {
        let files = names(&format!("{lints}/{}", group.name));
        assert_eq!(files.len(), group.lints.len(), "{}: {files:?}", group.name);
    }
}

#[test]
fn the_pages_are_current() {
    common::check_made_file("docs/lints/README.md", &index());
    let mut wanted = BTreeSet::from(["README.md".to_owned()]);
    for group in lint::groups() {
        for lint in group.lints {
            let page = format!("{}.md", lint.name);
            common::check_made_file(&format!("docs/lints/{page}"), &page_of(lint, group));
            let url = lint::documentation_url(lint.name);
            assert!(
                url.ends_with(&format!("/blob/main/docs/lints/{page}")),
                "{url}"
            );
            wanted.insert(page);
        }
    }
    let folder = format!("{}/docs/lints", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if wanted.contains(&name) {
            continue;
        }
        if common::is_blessing() {
            std::fs::remove_file(entry.path()).unwrap();
        } else {
            panic!("docs/lints/{name} is about no lint: run the tests once with RULECHECK_BLESS=1");
        }
    }
}

const MADE: &str =
    "Made from the registry in `src/lint`: do not edit. The examples are run as tests.\n";

fn index() -> String {
    let mut text = format!(
        "# Lints\n\n{MADE}\n\
         The level is that of the lint's findings where nobody says otherwise; some findings come with another one, as the\n\
         lint says. Settings change it under `lints` and `overrides`, the command line with `--level LINT=LEVEL`.\n\n\
         | group | lint | level | what it finds |\n|---|---|---|---|\n",
    );
    for group in lint::groups() {
        for lint in group.lints {
            let Lint { name, summary, .. } = lint;
            let (group, level) = (group.name, lint.level.name());
            let _ = writeln!(
                text,
                "| {group} | [`{name}`]({name}.md) | {level} | {summary} |"
            );
        }
    }
    let _ = writeln!(text, "\nThe groups:\n");
    for lint::Group { name, subject, .. } in lint::groups() {
        let _ = writeln!(text, "- `{name}`: {subject}.");
    }
    text
}

fn page_of(lint: &Lint, group: &lint::Group) -> String {
    let mut text = format!(
        "# {}\n\n**{}** · group `{}` · [all lints](README.md)\n\n{}\n\n{}\n",
        lint.name,
        lint.level.name(),
        group.name,
        lint.summary,
        lint.documentation
            .trim_end()
            .replace("### ", "## ")
            .replace("\n## ", "\n\n## ")
            .replace("\n\n\n", "\n\n"),
    );
    examples(&mut text, "Found", lint.bad);
    examples(&mut text, "Not found", lint.good);
    let _ = write!(text, "\n{MADE}");
    text
}

fn examples(text: &mut String, heading: &str, examples: &[Example]) {
    for example in examples {
        let _ = writeln!(text, "\n## {heading}: {}", example.title);
        for (file, content) in example.files {
            let _ = write!(text, "\n```yaml\n# {file}\n{}\n```\n", content.trim_end());
        }
    }
}
