//! The pages that annotations link to, where the settings say in which folder they lie.

use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::environment::Environment;
use super::files::Files;
use super::open::{OpenError, Project};
use super::{settings, walk};
use crate::source::{ReadError, SourceFile, Span, read_file};

/// A folder of pages, and the address under which people read them.
#[derive(Debug)]
pub struct Runbooks {
    /// What the addresses begin with.
    pub prefix: String,
    /// The folder as the settings name it.
    pub folder: String,
    /// Every file of the folder, in order of their paths.
    pub files: Vec<RunbookFile>,
    /// The names of all alerts of the project, whatever their environment.
    pub alerts: Vec<String>,
    /// All their annotations that begin with the prefix.
    pub links: Vec<String>,
}

/// A file among runbooks.
#[derive(Debug)]
pub struct RunbookFile {
    /// Its path below the folder, with `/`.
    pub path: String,
    /// What is in it, if it is Markdown.
    pub page: Option<Page>,
}

/// A page of Markdown.
#[derive(Debug)]
pub struct Page {
    /// The text.
    pub file: Arc<SourceFile>,
    /// Its headings in order.
    pub sections: Vec<Section>,
    /// Places that have a name without being headings, as `<a id="…">`.
    pub anchors: Vec<String>,
}

/// A heading of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// 1 for the largest.
    pub level: usize,
    /// Its text.
    pub title: String,
    /// By which links name it, by GitHub's rule.
    pub slug: String,
    /// Where it stands.
    pub span: Span,
}

/// Where an address leads.
#[derive(Debug)]
pub struct Link<'r> {
    /// The part of the address behind the prefix that names a page.
    pub path: String,
    /// The part behind `#`; nothing where it is missing or empty.
    pub anchor: Option<String>,
    /// What is there.
    pub found: Found<'r>,
}

/// What is found under an address.
#[derive(Clone, Copy, Debug)]
pub enum Found<'r> {
    /// Nothing.
    Nothing,
    /// A folder without a page of its own.
    Folder,
    /// A file.
    File(&'r RunbookFile),
}

impl Runbooks {
    /// Where an address leads, by the folder with the longest prefix; nothing where it leads elsewhere.
    #[must_use]
    pub fn find<'r>(all: &'r [Self], url: &str) -> Option<(&'r Self, Link<'r>)> {
        let known = all
            .iter()
            .filter_map(|runbooks| Some((runbooks, runbooks.rest_of(url)?)));
        let (runbooks, rest) = known.max_by_key(|(runbooks, _)| runbooks.prefix.len())?;
        Some((runbooks, runbooks.link(rest)))
    }

    /// What follows the prefix, where it ends with a part of the path.
    fn rest_of<'u>(&self, url: &'u str) -> Option<&'u str> {
        let rest = url.strip_prefix(self.prefix.as_str())?;
        let ends =
            self.prefix.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '#', '?']);
        ends.then_some(rest)
    }

    fn link(&self, rest: &str) -> Link<'_> {
        let (path, anchor) = rest.split_once('#').unwrap_or((rest, ""));
        let path = path.split('?').next().unwrap_or_default();
        let path = decoded(path.trim_matches('/'));
        let anchor = Some(decoded(anchor)).filter(|anchor| !anchor.is_empty());
        let found = self.found(&path);
        Link {
            path,
            anchor,
            found,
        }
    }

    /// Sites differ in upper and lower case and in what they leave out of the name of a page.
    fn found(&self, path: &str) -> Found<'_> {
        let folder = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let bare = path.strip_suffix(".html").unwrap_or(path);
        let names = [
            path.to_owned(),
            format!("{bare}.md"),
            format!("{bare}.markdown"),
            format!("{folder}index.md"),
            format!("{folder}_index.md"),
            format!("{folder}README.md"),
        ];
        let named = |name: &String| {
            let mut files = self.files.iter();
            files.find(|file| file.path.to_lowercase() == name.to_lowercase())
        };
        if let Some(file) = names.iter().find_map(named) {
            return Found::File(file);
        }
        let below = folder.to_lowercase();
        let mut files = self.files.iter();
        if files.any(|file| file.path.to_lowercase().starts_with(&below)) {
            Found::Folder
        } else {
            Found::Nothing
        }
    }

    /// A file as it is named to people.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        let folder = self.folder.trim_start_matches("./").trim_end_matches('/');
        match folder {
            "" | "." => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }

    /// The page that is named as an alert is.
    #[must_use]
    pub fn page_of(&self, alert: &str) -> Option<&RunbookFile> {
        let mut files = self.files.iter();
        files.find(|file| file.page.is_some() && is_name_of(file.stem(), alert))
    }

    /// The first section whose heading has the name of an alert as a word, as in "Alert: HostDown (critical)".
    #[must_use]
    pub fn section_about(&self, alert: &str) -> Option<(&RunbookFile, &Section)> {
        self.files.iter().find_map(|file| {
            let mut sections = file.page.as_ref()?.sections.iter();
            let is_about = |section: &&Section| {
                let mut words = section.title.split(|c: char| !c.is_alphanumeric());
                words.any(|word| word == alert)
            };
            Some((file, sections.find(is_about)?))
        })
    }
}

impl RunbookFile {
    /// The name of the file without its ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let stem = Path::new(&self.path).file_stem();
        stem.and_then(|stem| stem.to_str()).unwrap_or(&self.path)
    }
}

impl Page {
    /// The section that an anchor names.
    #[must_use]
    pub fn section(&self, anchor: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| same_anchor(&section.slug, anchor))
    }

    /// Whether a link with that anchor leads to a place of the page.
    #[must_use]
    pub fn has_anchor(&self, anchor: &str) -> bool {
        let is_line = anchor.strip_prefix('L').is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit())
                && rest
                    .chars()
                    .all(|c| c.is_ascii_digit() || "-LC".contains(c))
        });
        is_line
            || anchor == "top"
            || anchor == "readme"
            || self.section(anchor).is_some()
            || self.anchors.iter().any(|known| same_anchor(known, anchor))
    }
}

/// Whether a text names an alert, whatever its upper and lower case and what parts its words.
#[must_use]
pub fn is_name_of(text: &str, alert: &str) -> bool {
    letters(text).eq(letters(alert)) && letters(alert).next().is_some()
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase)
}

/// GitHub's own prefix does not count, nor do repeated hyphens, which other sites write once.
fn same_anchor(known: &str, anchor: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let text = text.strip_prefix("user-content-").unwrap_or(&text);
        let parts = text.split('-').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    known == anchor || parts(known) == parts(anchor)
}

/// The text behind `%41` and its like; as it is where that is no text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = behind.get(..2).filter(|_| byte == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Reads the runbooks of the settings for all environments; folders that cannot be read are errors of the settings.
pub(super) fn read(
    project: &Project,
    environments: &[Environment],
    files: &mut Files<'_>,
) -> Arc<[Runbooks]> {
    let Some(settings_file) = &project.settings_file else {
        return Arc::new([]);
    };
    let wanted = project.settings.runbooks.iter().enumerate();
    let mut all = Vec::new();
    for (place, wanted) in wanted {
        let folder = project.root.join(&wanted.folder);
        let paths = match walk::every_file_below(&folder) {
            Ok(paths) => paths,
            Err(error) => {
                let message = format!(
                    "the runbooks in `{}` cannot be read: {error}",
                    wanted.folder
                );
                let wrong = settings::wrong_runbooks(settings_file, place, message);
                files.errors.push(OpenError::Settings(Box::new(wrong)));
                continue;
            }
        };
        let alerts = || environments.iter().flat_map(Environment::alerts);
        let texts = alerts().flat_map(|alert| &alert.item.annotations);
        let links = texts.map(|annotation| annotation.value.as_str().trim());
        all.push(Runbooks {
            prefix: wanted.prefix.clone(),
            folder: wanted.folder.clone(),
            files: paths
                .iter()
                .filter_map(|path| read_one(&folder, path, files))
                .collect(),
            alerts: alerts().map(|alert| alert.item.name().to_owned()).collect(),
            links: links
                .filter(|link| link.starts_with(&wanted.prefix))
                .map(str::to_owned)
                .collect(),
        });
    }
    all.into()
}

fn read_one(folder: &Path, path: &Path, files: &mut Files<'_>) -> Option<RunbookFile> {
    let below = path.strip_prefix(folder).ok()?;
    let parts = below.components().map(|part| part.as_os_str().to_str());
    let below = parts.collect::<Option<Vec<&str>>>()?.join("/");
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_page = matches!(ending, Some("md" | "markdown"));
    let page = match is_page.then(|| read_file(&walk::tidy(path.to_owned()))) {
        Some(Ok(file)) => Some(page(file)),
        // Nobody can tell its headings, but it is there.
        None | Some(Err(ReadError::NotUtf8 { .. })) => None,
        Some(Err(error)) => {
            let path = path.to_owned();
            files.errors.push(OpenError::Read { path, error });
            None
        }
    };
    Some(RunbookFile { path: below, page })
}

/// Reads the headings and anchors of a page.
fn page(file: Arc<SourceFile>) -> Page {
    let mut sections: Vec<Section> = Vec::new();
    let mut anchors = Vec::new();
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut add = |level: usize, title: &str, span: Span| {
        let slug = slug(title);
        let count = seen.entry(slug.clone()).or_insert(0);
        let numbered = match *count {
            0 => slug,
            count => format!("{slug}-{count}"),
        };
        *count += 1;
        sections.push(Section {
            level,
            title: title.to_owned(),
            slug: numbered,
            span,
        });
    };
    let mut fence: Option<&str> = None;
    // The line above, where it can be a heading by what is below it.
    let mut above: Option<(&str, Span)> = None;
    let mut is_front_matter = false;
    let mut at = 0;
    for (number, line) in file.text().split_inclusive('\n').enumerate() {
        let text = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        let span = Span::new(start, start + text.len());
        at += line.len();
        let last = above.take();
        if is_front_matter || (number == 0 && text == "---") {
            is_front_matter = number == 0 || text != "---";
            continue;
        }
        if let Some(mark) = fence {
            fence = Some(mark).filter(|mark| !text.starts_with(mark));
            continue;
        }
        if let Some(mark) = ["```", "~~~"]
            .into_iter()
            .find(|mark| text.starts_with(mark))
        {
            fence = Some(mark);
            continue;
        }
        anchors.extend(anchors_of(text));
        let is_line_of = |c: char| !text.is_empty() && text.chars().all(|d| d == c);
        if let Some((level, title)) = heading(text) {
            add(level, title, span);
        } else if let Some((title, span)) = last.filter(|_| is_line_of('=') || is_line_of('-')) {
            add(if is_line_of('=') { 1 } else { 2 }, title, span);
        } else if !text.is_empty() && !text.starts_with(['|', '>', '-', '*']) {
            above = Some((text, span));
        }
    }
    Page {
        file,
        sections,
        anchors,
    }
}

/// Level and text of `## Text ##`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let is_heading = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    let title = rest.trim();
    let bare = title.trim_end_matches('#');
    let is_closed = bare.is_empty() || bare.ends_with([' ', '\t']);
    let title = if is_closed { bare.trim_end() } else { title };
    is_heading.then_some((level, title))
}

/// The names that a line gives to places: `id="…"`, `name="…"` and `{#…}`.
fn anchors_of(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (opening, closing) in [
        ("id=\"", '"'),
        ("name=\"", '"'),
        ("id='", '\''),
        ("{#", '}'),
    ] {
        for (at, _) in line.match_indices(opening) {
            let rest = &line[at + opening.len()..];
            found.extend(rest.split(closing).next().map(str::to_owned));
        }
    }
    found
}

/// How GitHub names a heading in links: what is shown of it in lower case, without punctuation, with hyphens for spaces.
fn slug(title: &str) -> String {
    let mut shown = String::new();
    let mut rest = title.split(" {#").next().unwrap_or(title);
    // Of a link its text is shown.
    while let Some(at) = rest.find("](") {
        shown.push_str(&rest[..at]);
        let behind = &rest[at + 2..];
        rest = behind.find(')').map_or("", |end| &behind[end + 1..]);
    }
    shown.push_str(rest);
    let kept = shown
        .trim()
        .chars()
        .filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let hyphened = kept.map(|c| if c == ' ' { '-' } else { c });
    hyphened.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_named_as_on_github() {
        for (title, expected) in [
            ("HostDown", "hostdown"),
            ("What to do?", "what-to-do"),
            ("`up == 0` & more", "up--0--more"),
            ("[Host](https://x/y) is down", "host-is-down"),
            ("a_b – c", "a_b--c"),
        ] {
            assert_eq!(slug(title), expected);
        }
    }

    #[test]
    fn only_headings_are_headings() {
        let text = "---\ntitle: x\n---\n# One\n\n```sh\n# no\n```\nTwo\n---\n## One ##\n#no\n<a id=\"here\"></a>\n";
        let page = page(SourceFile::new("a.md", text));
        let slugs: Vec<(usize, &str)> = page
            .sections
            .iter()
            .map(|section| (section.level, section.slug.as_str()))
            .collect();
        assert_eq!(slugs, [(1, "one"), (2, "two"), (2, "one-1")]);
        assert!(page.has_anchor("here") && page.has_anchor("L12-L14") && page.has_anchor("One"));
        assert!(!page.has_anchor("three"));
    }

    #[test]
    fn an_address_leads_to_the_page_that_a_site_makes_of_it() {
        let file = |path: &str| RunbookFile {
            path: path.to_owned(),
            page: None,
        };
        let all = [Runbooks {
            prefix: "https://x/books".to_owned(),
            folder: "books".to_owned(),
            files: vec![file("a/HostDown.md"), file("b/README.md"), file("c/d.txt")],
            alerts: Vec::new(),
            links: Vec::new(),
        }];
        let found = |url: &str| {
            let (_, link) = Runbooks::find(&all, url)?;
            Some(match link.found {
                Found::Nothing => "nothing",
                Found::Folder => "folder",
                Found::File(file) => &file.path,
            })
        };
        assert_eq!(found("https://x/books/a/hostdown/"), Some("a/HostDown.md"));
        assert_eq!(
            found("https://x/books/a/HostDown.md?p#x"),
            Some("a/HostDown.md")
        );
        assert_eq!(
            found("https://x/books/a/HostDown.html"),
            Some("a/HostDown.md")
        );
        assert_eq!(found("https://x/books/a/Host%44own"), Some("a/HostDown.md"));
        assert_eq!(found("https://x/books/b"), Some("b/README.md"));
        assert_eq!(found("https://x/books/c"), Some("folder"));
        assert_eq!(found("https://x/books/c/e"), Some("nothing"));
        assert_eq!(found("https://x/bookshelf/c"), None);
    }
}
