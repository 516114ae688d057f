//! `runbook-orphan`

use rustc_hash::FxHashSet;

use crate::diagnostic::{Level, Location, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::{Found, Page, RunbookFile, Runbooks, Section, is_name_of};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "runbook-orphan",
    level: Level::Info,
    summary: "A page or section among the runbooks is about no alert.",
    documentation: "\
### What it does
Looks for pages in the `folder` of `runbooks` in the settings that no annotation links to and that are named after no alert
of the project, themselves or one of their sections. In pages to whose sections annotations link, it looks for further
headings of the same size that are written like the name of an alert, as `HostDown`, and that belong to none.

Pages named `index`, `README`, `template` or `example` and their like are left alone. It does not speak where no annotation
begins with the `prefix`, nor where a template makes the address.

It is told only when everything is checked, since a single rule file does not link to every page.

### Why it matters
The alert was renamed or taken out. Either its runbook is lost to the new name, or it is not needed any more.

### Settings
Does nothing without `runbooks`.

### What it does not catch
Pages that only people outside of the project link to are found although they are of use: it is a guess.",
    bad: &[
        Example {
            title: "the page of an alert that has been renamed",
            files: &[
                ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n"),
                ("wiki/HostDown.md", "# HostDown\n"),
                ("wiki/HostSlow.md", "# HostSlow\n"),
                ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/HostDown\n      - alert: HostSlows\n        expr: scrape_duration_seconds > 5\n"),
            ],
        },
        Example {
            title: "a section",
            files: &[
                ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n"),
                ("wiki/hosts.md", "# Hosts\n\n## HostDown\n\n## HostSlow\n\n## Background\n"),
                ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/hosts#hostdown\n"),
            ],
        },
    ],
    good: &[Example {
        title: "every page is about an alert, but for the index and the template",
        files: &[
            ("rulecheck.yaml", "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n"),
            ("wiki/README.md", "# All runbooks\n"),
            ("wiki/template.md", "# Name of the alert\n"),
            ("wiki/host-down.md", "# The host is down\n"),
            ("wiki/shared.md", "# Hosts\n\n## HostSlow\n\n## Background\n"),
            ("rules.yml", "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n      - alert: HostSlow\n        expr: scrape_duration_seconds > 5\n        annotations:\n          runbook_url: https://wiki.example.org/shared#hostslow\n"),
        ],
    }],
    check: Check::Environment(check),
};

/// Words in the names of pages that are about no alert by intent.
const SHARED: [&str; 10] = [
    "index",
    "_index",
    "readme",
    "template",
    "example",
    "contributing",
    "changelog",
    "overview",
    "summary",
    "glossary",
];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let all = &context.environment.runbooks;
    for books in all.iter() {
        if books.links.is_empty() || books.links.iter().any(|link| link.contains("{{")) {
            continue;
        }
        let links = links(all, books);
        for file in &books.files {
            let Some(page) = &file.page else { continue };
            if !is_used(books, file, page, &links) {
                let place = page.sections.first();
                let span = place.map_or(Span::empty(0), |section| section.span);
                let message = "no alert is named as this page is, and none links to it";
                let location = Location::new(&page.file, span);
                findings.add(location, message).help = close(books, file.stem());
            }
            for section in lost_sections(books, file, page, &links) {
                let message = "no alert is named as this section is, and none links to it";
                let location = Location::new(&page.file, section.span);
                findings.add(location, message).help = close(books, &section.title);
            }
        }
    }
}

/// The pages that annotations lead to, with the sections.
type Links<'b> = FxHashSet<(&'b str, Option<&'b str>)>;

fn links<'b>(all: &'b [Runbooks], books: &'b Runbooks) -> Links<'b> {
    let mut links = Links::default();
    for url in &books.links {
        let Some((found_in, link)) = Runbooks::find(all, url) else {
            continue;
        };
        let Found::File(file) = link.found else {
            continue;
        };
        if std::ptr::eq(found_in, books) {
            let page = file.page.as_ref();
            let section = link.anchor.and_then(|anchor| page?.section(&anchor));
            links.insert((&file.path, section.map(|section| section.slug.as_str())));
        }
    }
    links
}

fn is_used(books: &Runbooks, file: &RunbookFile, page: &Page, links: &Links<'_>) -> bool {
    let stem = file.stem().to_lowercase();
    let is_shared = SHARED.iter().any(|word| stem == *word)
        || ["template", "example"]
            .iter()
            .any(|word| stem.contains(word));
    let is_linked = || links.iter().any(|(path, _)| *path == file.path);
    let names_alert = |text: &str| books.alerts.iter().any(|alert| is_name_of(text, alert));
    is_shared
        || is_linked()
        || names_alert(&stem)
        || page
            .sections
            .iter()
            .any(|section| names_alert(&section.slug))
}

/// The headings that are written like alerts that do not exist, beside those that annotations link to.
fn lost_sections<'p>(
    books: &Runbooks,
    file: &RunbookFile,
    page: &'p Page,
    links: &Links<'_>,
) -> Vec<&'p Section> {
    let is_linked =
        |section: &Section| links.contains(&(file.path.as_str(), Some(section.slug.as_str())));
    let levels: Vec<usize> = page
        .sections
        .iter()
        .filter(|section| is_linked(section))
        .map(|section| section.level)
        .collect();
    let is_lost = |section: &&Section| {
        levels.contains(&section.level)
            && !is_linked(section)
            && is_like_alert(&section.title)
            && !books
                .alerts
                .iter()
                .any(|alert| is_name_of(&section.slug, alert))
    };
    page.sections.iter().filter(is_lost).collect()
}

/// Whether a heading is written like the name of an alert: one word of several, as `HostDown`.
fn is_like_alert(title: &str) -> bool {
    let title = title.trim_matches('`');
    let mut inner = title.chars().skip(1);
    title.starts_with(|c: char| c.is_ascii_uppercase())
        && title.chars().all(|c| c.is_ascii_alphanumeric())
        && title.contains(|c: char| c.is_ascii_lowercase())
        && inner.any(|c| c.is_ascii_uppercase())
}

/// The alert that was probably meant.
fn close(books: &Runbooks, name: &str) -> Option<String> {
    let meant = nearest(name, books.alerts.iter().map(String::as_str))?;
    Some(format!("is it about `{meant}`?"))
}
