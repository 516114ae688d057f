//! `notify-template-twice`

use std::collections::BTreeMap;

use crate::diagnostic::{Level, Location, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-template-twice",
    level: Level::Warning,
    summary: "Two template files that define the same name.",
    documentation: "\
### What it does
Looks for names that more than one of the files under `templates` defines.

### Why it matters
The file that is read later wins: files are read in the order of the patterns, and of one pattern in the order of their names.
The other definition is never used, and editing it changes nothing.

### What it does not catch
Names that Alertmanager has itself: to define them anew is how its messages are changed. Definitions that are blank, which
change nothing.",
    bad: &[Example {
        title: "a copied file",
        files: &[
            ("alertmanager.yml", "route: {receiver: a}\nreceivers:\n  - name: a\ntemplates: ['*.tmpl']\n"),
            ("a.tmpl", "{{ define \"title\" }}a{{ end }}\n"),
            ("b.tmpl", "{{ define \"title\" }}b{{ end }}\n"),
        ],
    }],
    good: &[
        Example {
            title: "a name that Alertmanager has",
            files: &[
                ("alertmanager.yml", "route: {receiver: a}\nreceivers:\n  - name: a\ntemplates: ['*.tmpl']\n"),
                ("a.tmpl", "{{ define \"slack.default.title\" }}a{{ end }}\n"),
                ("b.tmpl", "{{ define \"title\" }}b{{ end }}\n"),
            ],
        },
        Example {
            title: "one file by two patterns",
            files: &[
                ("alertmanager.yml", "route: {receiver: a}\nreceivers:\n  - name: a\ntemplates: ['*.tmpl', a.tmpl]\n"),
                ("a.tmpl", "{{ define \"title\" }}a{{ end }}\n"),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let templates = &alertmanager.item.templates;
        if templates.files.len() < 2 {
            continue;
        }
        let Ok(set) = templates.set(&context.facts.target) else {
            continue;
        };
        let mut known: BTreeMap<_, Location> = BTreeMap::new();
        for (name, file, span) in set.definitions() {
            let Some(file) = templates.files.get(file) else {
                continue;
            };
            let here = Location::new(&file.source, span);
            let Some(before) = known.insert(name.clone(), here.clone()) else {
                continue;
            };
            if before.file.path() == here.file.path() {
                continue;
            }
            let message = format!("`{name}` is defined twice: this one is read later, and wins");
            let found = findings.add(here, message);
            found.related.push(Related {
                location: before,
                text: "never used".to_owned(),
            });
            found.help = Some("remove one of them, or give it another name".to_owned());
        }
    }
}
