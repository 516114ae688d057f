//! `runbook-target`

use crate::diagnostic::{Level, Location, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::{Found, Link, Page, RunbookFile, Runbooks, is_name_of};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "runbook-target",
    level: Level::Warning,
    summary: "An annotation links to a page or section that does not exist, or to that of another alert.",
    documentation: "\
### What it does
Takes the annotations of alerts that begin with a `prefix` under `runbooks` in the settings and looks for the page in the
`folder` there: the rest of the address as a file, with `.md`, or with `index.md` or `README.md` in a folder of that name,
whatever upper and lower case. Behind `#` a heading must follow, by GitHub's rule, or a place that the page names itself.

It also tells of a link that names another alert of the project, where this alert has a page or section of its own.

### Why it matters
Whoever is woken at night clicks on the link first.

### Settings
Does nothing without `runbooks`.

### What it does not catch
Links with templates in them, links to elsewhere, and what the page says.",
    bad: &[
        Example {
            title: "a page that has another name",
            files: &[
                ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/runbooks\n  folder: runbooks\n"),
                ("runbooks/HostDown.md", "# HostDown\n"),
                ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/runbooks/HostsDown\n"),
            ],
        },
        Example {
            title: "a section that does not exist",
            files: &[
                ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n"),
                ("wiki/hosts.md", "# Hosts\n\n## Host is down\n"),
                ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/hosts#host-down\n"),
            ],
        },
        Example {
            title: "the page of another alert",
            files: &[
                ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n"),
                ("wiki/HostDown.md", "# HostDown\n"),
                ("wiki/HostSlow.md", "# HostSlow\n"),
                ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/HostDown\n      - alert: HostSlow\n        expr: scrape_duration_seconds > 5\n        annotations:\n          runbook_url: https://wiki.example.org/HostDown\n"),
            ],
        },
    ],
    good: &[Example {
        title: "a page, a section, a shared page, and a link to elsewhere",
        files: &[
            ("rulecheck.yaml", "runbooks:\n  - prefix: https://wiki.example.org/runbooks\n    folder: runbooks\n"),
            ("runbooks/hosts/hostdown.md", "# HostDown\n"),
            ("runbooks/disks/README.md", "# Disks\n\n## What to do when a disk is full\n"),
            ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/runbooks/hosts/HostDown\n      - alert: DiskFull\n        expr: disk_free_bytes < 1\n        annotations:\n          runbook_url: https://wiki.example.org/runbooks/disks/#what-to-do-when-a-disk-is-full\n          dashboard: https://grafana.example.org/d/disks\n      - alert: DiskGone\n        expr: absent(disk_free_bytes)\n        annotations:\n          runbook_url: https://wiki.example.org/runbooks/disks\n"),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alert in context.environment.alerts() {
        for annotation in &alert.item.annotations {
            let Some(text) = annotation.fixed() else {
                continue;
            };
            let url = text.trim();
            let Some((books, link)) = Runbooks::find(&context.environment.runbooks, url) else {
                continue;
            };
            if let Some((message, help)) = wrong(books, &link, alert.item.name()) {
                let start = text.len() - text.trim_start().len();
                let span = annotation.value.map(Span::new(start, start + url.len()));
                let location: Location = alert.file.location(span);
                findings.add(location, message).help = help;
            }
        }
    }
}

/// What is wrong with a link of an alert, and a way out.
fn wrong(books: &Runbooks, link: &Link<'_>, alert: &str) -> Option<(String, Option<String>)> {
    match (link.found, &link.anchor) {
        (Found::Folder, _) => None,
        (Found::Nothing, _) => Some(missing_page(books, link, alert)),
        (Found::File(file), None) => another_page(books, file, alert),
        (Found::File(file), Some(anchor)) => {
            let page = file.page.as_ref()?;
            if page.has_anchor(anchor) {
                another_section(books, page, anchor, alert)
            } else {
                Some(missing_section(books, file, page, anchor))
            }
        }
    }
}

fn missing_page(books: &Runbooks, link: &Link<'_>, alert: &str) -> (String, Option<String>) {
    let shown = books.shown(&link.path);
    let wanted = link.path.to_lowercase();
    let paths: Vec<String> = books
        .files
        .iter()
        .map(|file| file.path.trim_end_matches(".md").to_lowercase())
        .collect();
    let close = nearest(&wanted, paths.iter().map(String::as_str));
    let close = close.and_then(|close| paths.iter().position(|path| path == close));
    let help = if let Some(file) = close.and_then(|at| books.files.get(at)) {
        format!("did you mean {}?", books.shown(&file.path))
    } else if let Some((file, section)) = books.section_about(alert) {
        let page = books.shown(&file.path);
        format!("{page} has a section about `{alert}`: `#{}`", section.slug)
    } else {
        format!(
            "neither that file nor {shown}.md is there, nor an index.md or README.md in such a folder"
        )
    };
    (
        format!("this links to a page that does not exist: {shown}"),
        Some(help),
    )
}

fn missing_section(
    books: &Runbooks,
    file: &RunbookFile,
    page: &Page,
    anchor: &str,
) -> (String, Option<String>) {
    let slugs = page.sections.iter().map(|section| section.slug.as_str());
    let help = nearest(&anchor.to_lowercase(), slugs)
        .map(|close| format!("did you mean `#{close}`?"))
        .or_else(|| {
            let slugs = page.sections.iter().take(12);
            let slugs: Vec<String> = slugs
                .map(|section| format!("`#{}`", section.slug))
                .collect();
            (!slugs.is_empty()).then(|| format!("its sections are {}", slugs.join(", ")))
        });
    let message = format!("{} has no section `#{anchor}`", books.shown(&file.path));
    (message, help)
}

/// The other alert that a text names.
fn another<'b>(books: &'b Runbooks, text: &str, alert: &str) -> Option<&'b str> {
    let mut alerts = books.alerts.iter().map(String::as_str);
    let other = alerts.find(|other| is_name_of(text, other))?;
    (!is_name_of(text, alert)).then_some(other)
}

fn another_page(
    books: &Runbooks,
    file: &RunbookFile,
    alert: &str,
) -> Option<(String, Option<String>)> {
    let other = another(books, file.stem(), alert)?;
    let own = books.page_of(alert)?;
    let message = format!("this links to the page of another alert, `{other}`");
    let help = format!("the page of `{alert}` is {}", books.shown(&own.path));
    Some((message, Some(help)))
}

fn another_section(
    books: &Runbooks,
    page: &Page,
    anchor: &str,
    alert: &str,
) -> Option<(String, Option<String>)> {
    let other = another(books, anchor, alert)?;
    let mut sections = page.sections.iter();
    let own = sections.find(|section| is_name_of(&section.slug, alert))?;
    let message = format!("this links to the section of another alert, `{other}`");
    let help = format!("the section of `{alert}` is `#{}`", own.slug);
    Some((message, Some(help)))
}
