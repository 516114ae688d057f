//! `am-template-file`

use super::template_help;
use crate::diagnostic::{Level, Location};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::TemplateFile;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-template-file",
    level: Level::Error,
    summary: "A template file that Alertmanager cannot read.",
    documentation: "\
### What it does
Reads the files that `templates` names, as `amtool check-config` does, with the functions of the version that is aimed at. A
pattern of files that cannot be read is told too.

### Why it matters
Alertmanager does not start, and a reload keeps the old configuration.

### What it does not catch
Patterns that no file matches: Alertmanager takes them.",
    bad: &[
        Example { title: "an action that is not closed", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ntemplates: ['*.tmpl']\n"), ("x.tmpl", "{{ define \"title\" }}{{ .Status }{{ end }}\n")] },
        Example { title: "a bracket that is not closed", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ntemplates: ['[a.tmpl']\n")] },
    ],
    good: &[
        Example { title: "a template, and a pattern without files", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ntemplates: ['*.tmpl', 'more/*.tmpl']\n"), ("x.tmpl", "{{ define \"title\" }}{{ .Status | toUpper }}{{ end }}\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let templates = &alertmanager.item.templates;
        for pattern in &templates.bad_patterns {
            let place = alertmanager.file.location(pattern.span());
            findings.add(place, "syntax error in pattern").help =
                Some("close what begins with `[`, or write `\\[`".to_owned());
        }
        for TemplateFile { source, error } in &templates.files {
            let Some(error) = error else { continue };
            let place = Location::new(source, error.span);
            findings.add(place, &error.message).help =
                Some(template_help(error, &context.facts.target));
        }
    }
}
