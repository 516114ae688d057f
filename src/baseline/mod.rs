//! Findings that are known and not told: a file that lists them, made and applied here.
//!
//! An entry is about the findings of a lint with a message in a rule of a file. It holds no lines, so that it stays right
//! while the file changes around it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, stable_message};
use crate::source::SourceFile;
use crate::yaml::scalar;

/// The version of the file's shape; it changes when older files cannot be read any more.
const VERSION: u32 = 1;

const HEADER: &str = "\
# Findings that are known and not told. `rulecheck check --write-baseline` makes this file anew; entries may be taken
# out by hand. Paths are relative to the folder of this file.
";

/// Which findings an entry is about. The order is that of the file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// The file, relative to the folder of the baseline, with forward slashes.
    pub path: String,
    /// Name of the lint.
    pub lint: String,
    /// Name of the rule that the findings are in.
    pub rule: Option<String>,
    /// The message, without numbers of lines.
    pub message: String,
}

/// The known findings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<Key, Count>,
}

/// How many findings are alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Count {
    known: usize,
    seen: usize,
}

/// An entry that says more than is found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leftover<'b> {
    /// What it is about.
    pub key: &'b Key,
    /// How many findings it lists.
    pub known: usize,
    /// How many there are.
    pub seen: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    findings: Option<Vec<FileEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    path: String,
    lint: String,
    #[serde(default)]
    rule: Option<String>,
    message: String,
    #[serde(default = "one")]
    count: usize,
}

fn one() -> usize {
    1
}

impl Key {
    /// The entry that is about a finding in the file of that relative path.
    #[must_use]
    pub fn new(path: String, found: &Diagnostic) -> Self {
        Self {
            path,
            lint: found.lint.to_owned(),
            rule: found.rule.clone(),
            message: stable_message(&found.message),
        }
    }
}

impl Baseline {
    /// Reads the file, or says why it is none.
    pub fn read(source: &SourceFile) -> Result<Self, String> {
        let text = source.text().trim_start_matches('\u{feff}');
        let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        if file.version != VERSION {
            let found = file.version;
            return Err(format!(
                "it is of version {found}, and this program reads version {VERSION}"
            ));
        }
        let mut baseline = Self::default();
        for entry in file.findings.unwrap_or_default() {
            let key = Key {
                path: entry.path,
                lint: entry.lint,
                rule: entry.rule,
                message: entry.message,
            };
            baseline.add(key, entry.count);
        }
        Ok(baseline)
    }

    /// The file: sorted, one entry after another, so that a change to one finding changes a few lines.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = format!("{HEADER}version: {VERSION}\n");
        if self.entries.is_empty() {
            out.push_str("findings: []\n");
            return out;
        }
        out.push_str("findings:\n");
        for (key, count) in &self.entries {
            out.push_str(&format!("  - path: {}\n", scalar(&key.path)));
            out.push_str(&format!("    lint: {}\n", scalar(&key.lint)));
            if let Some(rule) = &key.rule {
                out.push_str(&format!("    rule: {}\n", scalar(rule)));
            }
            out.push_str(&format!("    message: {}\n", scalar(&key.message)));
            if count.known > 1 {
                out.push_str(&format!("    count: {}\n", count.known));
            }
        }
        out
    }

    /// Lists so many findings more.
    pub fn add(&mut self, key: Key, count: usize) {
        self.entries.entry(key).or_default().known += count;
    }

    /// Whether one more finding is known. Each entry hides as many as it counts.
    pub fn hides(&mut self, key: &Key) -> bool {
        self.entries.get_mut(key).is_some_and(|count| {
            count.seen += 1;
            count.seen <= count.known
        })
    }

    /// Takes over the entries of another one that satisfy a condition.
    pub fn keep(&mut self, other: &Self, is_kept: impl Fn(&Key) -> bool) {
        for (key, count) in other.entries.iter().filter(|(key, _)| is_kept(key)) {
            self.entries.entry(key.clone()).or_insert(Count {
                known: count.known,
                seen: 0,
            });
        }
    }

    /// The entries that list more than was seen.
    pub fn leftovers(&self) -> impl Iterator<Item = Leftover<'_>> {
        let entries = self.entries.iter();
        entries
            .filter(|(_, count)| count.seen < count.known)
            .map(|(key, count)| Leftover {
                key,
                known: count.known,
                seen: count.seen,
            })
    }

    /// How many findings it lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.values().map(|count| count.known).sum()
    }

    /// Whether it lists none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The path from a folder to a file, both absolute, with forward slashes. The whole path where they have nothing in common.
#[must_use]
pub fn relative(folder: &Path, file: &Path) -> String {
    let (mut from, mut to) = (folder.components().peekable(), file.components().peekable());
    let is_other_drive = |a: Option<&Component<'_>>, b: Option<&Component<'_>>| {
        matches!(a, Some(Component::Prefix(_))) && a != b
    };
    if is_other_drive(from.peek(), to.peek()) {
        return file.to_string_lossy().replace('\\', "/");
    }
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let path: PathBuf = from.map(|_| Component::ParentDir).chain(to).collect();
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str, message: &str) -> Key {
        Key {
            path: path.to_owned(),
            lint: "some-lint".to_owned(),
            rule: Some("Ähm: #1".to_owned()),
            message: message.to_owned(),
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let mut baseline = Baseline::default();
        baseline.add(key("b.yml", "a: 'b' \"c\" # d\n- e\\"), 1);
        baseline.add(key("a b.yml", "{{ $x }} 100%"), 2);
        baseline.add(key("a b.yml", "{{ $x }} 100%"), 1);
        let text = baseline.print();
        assert!(text.find("a b.yml").unwrap() < text.find("b.yml\n    lint").unwrap() + 4);
        let read = Baseline::read(&SourceFile::new("x", text.as_str())).unwrap();
        assert_eq!(read, baseline);
        assert_eq!((read.len(), read.print()), (4, text));
        let none = Baseline::default();
        let read = Baseline::read(&SourceFile::new("x", none.print())).unwrap();
        assert!(read.is_empty());
    }

    #[test]
    fn an_entry_hides_as_many_as_it_counts() {
        let mut baseline = Baseline::default();
        let (twice, once) = (key("a", "twice"), key("a", "once"));
        baseline.add(twice.clone(), 2);
        baseline.add(once.clone(), 1);
        assert!(baseline.hides(&twice));
        let left: Vec<_> = baseline
            .leftovers()
            .map(|left| (left.known, left.seen))
            .collect();
        assert_eq!(left, [(1, 0), (2, 1)]);
        assert!(baseline.hides(&twice) && baseline.hides(&once));
        assert!(!baseline.hides(&twice) && !baseline.hides(&key("b", "once")));
        assert_eq!(baseline.leftovers().count(), 0);
    }

    #[test]
    fn other_versions_and_slips_are_refused() {
        let read = |text: &str| Baseline::read(&SourceFile::new("x", text)).unwrap_err();
        assert!(read("version: 2\n").contains("version 2"));
        assert!(read("version: 1\nfinding: []\n").contains("finding"));
        assert!(read("").contains("version"));
    }

    #[test]
    fn paths_lead_from_the_folder_to_the_file() {
        let path = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(path("/a/b", "/a/b/c d/e.yml"), "c d/e.yml");
        assert_eq!(path("/a/b", "/a/c.yml"), "../c.yml");
        assert_eq!(path("/", "/c.yml"), "c.yml");
    }
}
