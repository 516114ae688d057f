//! Groups of a match, Go's `Expand` and `ReplaceAllString`.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::Input;

use super::Pattern;

/// Where a match and its groups lie in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Captures {
    groups: Vec<Option<Range<usize>>>,
}

impl Captures {
    /// The bytes of group `index`, 0 being the whole match; `None` for a group that took no part or does not exist.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index)?.clone()
    }
}

impl Pattern {
    /// The leftmost match in `text` with its groups.
    #[must_use]
    pub fn captures(&self, text: &str) -> Option<Captures> {
        self.captures_from(text, 0)
    }

    /// Names of the groups, from group 1; `None` for those without a name.
    #[must_use]
    pub fn group_names(&self) -> &[Option<Arc<str>>] {
        &self.0.group_names
    }

    fn captures_from(&self, text: &str, start: usize) -> Option<Captures> {
        let automaton = self.automaton()?;
        let mut found = automaton.create_captures();
        automaton.captures(Input::new(text).range(start..), &mut found);
        found.is_match().then(|| Captures {
            groups: (0..=self.0.group_names.len())
                .map(|index| found.get_group(index).map(|span| span.range()))
                .collect(),
        })
    }

    /// `template` with the groups of `captures` (of a match in `text`) put in, as Go's `Regexp.Expand` does it:
    /// `$1`, `${1}`, `$name`, `${name}`, `$$`. The name is as long as can be, so `$1x` is the group named `1x`;
    /// a group that does not exist is empty; a `$` that starts no name stays.
    #[must_use]
    pub fn expand(&self, template: &str, text: &str, captures: &Captures) -> String {
        let mut out = String::new();
        self.expand_into(template, text, captures, &mut out);
        out
    }

    fn expand_into(&self, template: &str, text: &str, captures: &Captures, out: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                after
            } else if let Some((name, after)) = reference(after) {
                if let Some(range) = self.group(name, captures) {
                    out.push_str(text.get(range).unwrap_or_default());
                }
                after
            } else {
                out.push('$');
                after
            };
        }
        out.push_str(rest);
    }

    /// The group that `name`, a number or a name, stands for.
    fn group(&self, name: &str, captures: &Captures) -> Option<Range<usize>> {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let padded = name.len() > 1 && name.starts_with('0');
        if is_number && !padded && name.len() <= 9 {
            return captures.get(name.parse().ok()?);
        }
        // Of several groups with one name the first that took part.
        (1..)
            .zip(&self.0.group_names)
            .filter(|(_, group)| group.as_deref() == Some(name))
            .find_map(|(index, _)| captures.get(index))
    }

    /// `text` with every match replaced by the expanded `template`, as Go's `Regexp.ReplaceAllString` does it.
    #[must_use]
    pub fn replace_all(&self, text: &str, template: &str) -> String {
        let mut out = String::new();
        let mut copied = 0;
        let mut search = 0;
        while search <= text.len()
            && let Some(captures) = self.captures_from(text, search)
            && let Some(found) = captures.get(0)
        {
            out.push_str(&text[copied..found.start]);
            // Not for an empty match right behind another match.
            if found.end > copied || found.start == 0 {
                self.expand_into(template, text, &captures, &mut out);
            }
            copied = found.end;
            // On by one character at least.
            let width = text[search..].chars().next().map_or(1, char::len_utf8);
            search = found.end.max(search + width);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    }
}

/// The name or `{name}` at the start of `text`, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let is_word = |c: char| c == '_' || c.is_alphabetic() || c.is_numeric();
    let (braced, text) = match text.strip_prefix('{') {
        Some(inside) => (true, inside),
        None => (false, text),
    };
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let rest = if braced {
        rest.strip_prefix('}')?
    } else {
        rest
    };
    Some((name, rest))
}
