use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::Lines;

/// What is new or altered in a file, and where something is gone.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub lines: Vec<Lines>,
    /// The lines below which others were taken out.
    pub gaps: Vec<usize>,
}

/// What a diff says of each file, by its path in the repository. The diff has the prefix `b/` for new files and no lines of
/// context.
pub(super) fn changed_lines(diff: &[u8]) -> FxHashMap<PathBuf, Changed> {
    let mut changed: FxHashMap<PathBuf, Changed> = FxHashMap::default();
    let mut file: Option<PathBuf> = None;
    let mut lines = diff.split(|&byte| byte == b'\n');
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix(b"+++ ") {
            file = new_name(name);
        } else if let Some(hunk) = line.strip_prefix(b"@@ ")
            && let Some((gone, new)) = counts(hunk)
        {
            if let Some(file) = &file {
                let changed = changed.entry(file.clone()).or_default();
                let first = new.first;
                match new.count {
                    0 => changed.gaps.push(first),
                    count => changed.lines.push(Lines {
                        first,
                        last: first + count - 1,
                    }),
                }
            }
            // What follows is text of the files, which may look like anything.
            let mut left = gone.count + new.count;
            while left > 0 {
                let Some(line) = lines.next() else { break };
                left -= usize::from(!line.starts_with(b"\\"));
            }
        }
    }
    changed
}

/// One side of a hunk.
struct Side {
    first: usize,
    count: usize,
}

/// `-12,0 +13,2 @@ …`
fn counts(hunk: &[u8]) -> Option<(Side, Side)> {
    let text = String::from_utf8_lossy(hunk);
    let mut words = text.split(' ');
    let gone = side(words.next()?.strip_prefix('-')?)?;
    let new = side(words.next()?.strip_prefix('+')?)?;
    Some((gone, new))
}

fn side(text: &str) -> Option<Side> {
    let (first, count) = text.split_once(',').unwrap_or((text, "1"));
    Some(Side {
        first: first.parse().ok()?,
        count: count.parse().ok()?,
    })
}

/// The path behind `+++ `; nothing for a file that is gone. Git ends a name that has blanks with a tab, and quotes one that
/// has quotes, backslashes or control characters as C does.
fn new_name(name: &[u8]) -> Option<PathBuf> {
    let name = match name.strip_prefix(b"\"") {
        Some(quoted) => unquoted(quoted),
        None => name.strip_suffix(b"\t").unwrap_or(name).to_vec(),
    };
    let name = name.strip_prefix(b"b/")?;
    Some(path(name))
}

fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => {
                let escape = bytes.next().unwrap_or(b'\\');
                out.push(match escape {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'0'..=b'7' => {
                        let mut value = escape - b'0';
                        for _ in 0..2 {
                            let digit = bytes.next_if(|byte| matches!(byte, b'0'..=b'7'));
                            value = digit.map_or(value, |digit| {
                                value.wrapping_mul(8).wrapping_add(digit - b'0')
                            });
                        }
                        value
                    }
                    other => other,
                });
            }
            other => out.push(other),
        }
    }
    out
}

/// A path as git writes it, which on Unix is any bytes.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        PathBuf::from(std::ffi::OsString::from_vec(bytes.to_vec()))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Names with blanks, quotes and bytes above 127 are written as git's manual says under `core.quotePath`.
    #[test]
    fn a_diff_is_read() {
        let diff = concat!(
            "diff --git a/a b.yml b/a b.yml\nindex 1..2 100644\n--- a/a b.yml\t\n+++ b/a b.yml\t\n",
            "@@ -2 +2,2 @@ groups:\n---- a/x\n++++ b/y\n+@@ -1 +1 @@\n@@ -9,2 +9,0 @@\n-a\n-b\n",
            "diff --git \"a/q\\\"\\303\\244.yml\" \"b/q\\\"\\303\\244.yml\"\n--- \"a/q\\\"\\303\\244.yml\"\n+++ \"b/q\\\"\\303\\244.yml\"\n",
            "@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n",
            "diff --git a/gone.yml b/gone.yml\ndeleted file mode 100644\n--- a/gone.yml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n",
            "diff --git a/old.yml b/new.yml\nsimilarity index 90%\nrename from old.yml\nrename to new.yml\n--- a/old.yml\n+++ b/new.yml\n",
            "@@ -5 +5 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n@@ -7,0 +8,3 @@\n+a\n+b\n+c\n",
        );
        let changed = changed_lines(diff.as_bytes());
        let lines = |name: &str| -> Vec<(usize, usize)> {
            let lines = changed[Path::new(name)].lines.iter();
            lines.map(|lines| (lines.first, lines.last)).collect()
        };
        assert_eq!(lines("a b.yml"), [(2, 3)]);
        assert_eq!(lines("q\"ä.yml"), [(1, 1)]);
        assert_eq!(lines("new.yml"), [(5, 5), (8, 10)]);
        assert_eq!(changed[Path::new("a b.yml")].gaps, [9]);
        assert_eq!(changed.len(), 3);
    }
}
