//! `deprecated-match`

use crate::diagnostic::{Edit, Fix, Level};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::ProjectFile;
use crate::source::Span;
use crate::target::Version;
use crate::yaml::{Node, Tree};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "deprecated-match",
    level: Level::Info,
    summary: "A route or inhibit rule selects alerts by `match` or `match_re`, which `matchers` has replaced.",
    documentation: "\
### What it does
Tells `match` and `match_re` of routes, and `source_match`, `source_match_re`, `target_match` and `target_match_re` of
inhibit rules. `rulecheck check --fix` writes `matchers`, `source_matchers` and `target_matchers` instead, which select the
same alerts; comments and all other keys stay.

### Why it matters
The old keys are deprecated since Alertmanager 0.22, and the documentation announces that they will be removed. They cannot say
`!=` and `!~`, and cannot name labels that have other signs in them than letters, digits and underscores.

### What it does not catch
Nothing is told for an Alertmanager before 0.22, which does not know `matchers`. Conditions that are written with anchors,
aliases or blocks of several lines are told, but not rewritten.",
    bad: &[Example {
        title: "a route of old",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - match:\n        severity: critical\n      receiver: ops\nreceivers:\n  - name: ops\n",
        )],
    }],
    good: &[Example {
        title: "the same with matchers",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [severity=\"critical\"]\n      receiver: ops\nreceivers:\n  - name: ops\n",
        )],
    }],
    check: Check::Environment(check),
};

/// An old key, the operator that it stands for, and the key in its place.
struct Old {
    key: &'static str,
    operator: &'static str,
    new: &'static str,
}

const fn old(key: &'static str, operator: &'static str, new: &'static str) -> Old {
    Old { key, operator, new }
}

const ROUTE: [Old; 2] = [
    old("match", "=", "matchers"),
    old("match_re", "=~", "matchers"),
];
const INHIBIT_RULE: [Old; 4] = [
    old("source_match", "=", "source_matchers"),
    old("source_match_re", "=~", "source_matchers"),
    old("target_match", "=", "target_matchers"),
    old("target_match_re", "=~", "target_matchers"),
];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.facts.target.alertmanager < Version::new(0, 22) {
        return;
    }
    let files = context.environment.files.iter();
    for file in files.filter(|file| file.alertmanager.is_some()) {
        let Some(root) = file.tree.root(0) else {
            continue;
        };
        let mut waiting: Vec<Node<'_>> = root.get("route").into_iter().collect();
        while let Some(route) = waiting.pop() {
            // What an alias stands for is told where it is written.
            if route.is_alias() {
                continue;
            }
            look_at(file, route, &ROUTE, findings);
            waiting.extend(route.get("routes").into_iter().flat_map(Node::items));
        }
        let rules = root.get("inhibit_rules").into_iter().flat_map(Node::items);
        for rule in rules.filter(|rule| !rule.is_alias()) {
            look_at(file, rule, &INHIBIT_RULE, findings);
        }
    }
}

fn look_at(file: &ProjectFile, mapping: Node<'_>, olds: &[Old], findings: &mut Findings<'_>) {
    let mut taken: Vec<&str> = Vec::new();
    for (key, value) in mapping.entries() {
        let Some(old) = olds.iter().find(|old| key.scalar() == Some(old.key)) else {
            continue;
        };
        let (name, new) = (old.key, old.new);
        let message =
            format!("`{name}` is deprecated since Alertmanager 0.22: `{new}` has replaced it");
        let found = findings.add(file.location(key.span()), message);
        let rewrite = Rewrite {
            tree: &file.tree,
            text: file.file.text(),
            mapping,
            key,
            value,
            old,
        };
        let list = mapping.entries().find(|(key, _)| key.scalar() == Some(new));
        let edits = match list {
            Some((_, list)) => rewrite.append(list),
            // Of two old keys the second one goes into the list that the first one becomes, another time.
            None if taken.contains(&new) => None,
            None => rewrite.in_place(),
        };
        taken.push(new);
        found.fix = edits.map(|edits| Fix {
            title: format!("write `{new}` instead of `{name}`"),
            edits,
        });
    }
}

/// One old key, to be written as matchers.
struct Rewrite<'a> {
    tree: &'a Tree,
    text: &'a str,
    mapping: Node<'a>,
    key: Node<'a>,
    value: Node<'a>,
    old: &'a Old,
}

impl Rewrite<'_> {
    /// The old key becomes the new one, and each pair an item. What stands between them stays.
    fn in_place(&self) -> Option<Vec<Edit>> {
        let mut edits = vec![replace(self.key.span(), self.old.new)];
        if self.value.is_flow() {
            let span = self.value.span();
            let (start, end) = (span.start as usize, span.end as usize);
            edits.push(replace(Span::new(start, start + 1), "["));
            for (span, matcher) in self.matchers()? {
                edits.push(replace(span, item(&matcher, true)));
            }
            edits.push(replace(Span::new(end - 1, end), "]"));
        } else {
            edits.extend(self.items()?);
        }
        Some(edits)
    }

    /// Puts the conditions into a list of matchers that is there.
    fn append(&self, list: Node<'_>) -> Option<Vec<Edit>> {
        let last = list.items().next_back()?;
        let is_plain = |item: Node<'_>| item.scalar().is_some() && !item.is_block_scalar();
        if list.is_alias() || last.is_alias() || !is_plain(last) {
            return None;
        }
        if !list.is_flow() && !self.value.is_flow() && self.is_behind(list) {
            let pairs = self.value.entries().next()?.0;
            let column = self.column(pairs.span().start)?;
            if self.dash(last)? == column {
                return self.join();
            }
        }
        let gone = self.lines()?;
        let matchers = self.matchers()?.into_iter();
        let end = last.span().end as usize;
        let insert = if list.is_flow() {
            let items = matchers.map(|(_, matcher)| format!(", {}", item(&matcher, true)));
            replace(Span::empty(end), items.collect::<String>())
        } else {
            let column = self.dash(last)?;
            let line_end = self.line_end(end);
            let items =
                matchers.map(|(_, matcher)| format!("\n{:column$}- {}", "", item(&matcher, false)));
            // A carriage return stays at the end of its line.
            let text: String = items.collect();
            let text = match self.text.contains("\r\n") {
                true => text.replace('\n', "\r\n"),
                false => text,
            };
            replace(Span::empty(line_end), text)
        };
        Some(vec![insert, replace(gone, "")])
    }

    /// The pairs become further items of the list above them, and the key goes.
    fn join(&self) -> Option<Vec<Edit>> {
        let key = self.key.span();
        let start = key.start as usize - self.column(key.start)?;
        let colon = key.end as usize + self.text[key.end as usize..].find(':')?;
        let rest = &self.text[colon + 1..self.line_end(colon)];
        let gone = if rest.trim().is_empty() {
            let end = self.text[colon..].find('\n').map(|end| colon + end + 1)?;
            Span::new(start, end)
        } else {
            // A comment stays in its line.
            let blanks = rest.len() - rest.trim_start().len();
            Span::new(key.start as usize, colon + 1 + blanks)
        };
        let mut edits = vec![replace(gone, "")];
        edits.extend(self.items()?);
        Some(edits)
    }

    /// The pairs of a block as items of a block, each in its place.
    fn items(&self) -> Option<Vec<Edit>> {
        let matchers = self.matchers()?.into_iter();
        let edits = matchers.map(|(span, matcher)| {
            self.column(span.start)?;
            Some(replace(span, format!("- {}", item(&matcher, false))))
        });
        edits.collect()
    }

    /// The pairs, each with its bytes. Nothing where one of them is more than a key and a value.
    fn matchers(&self) -> Option<Vec<(Span, String)>> {
        let is_bare = |node: Node<'_>| {
            !node.is_alias() && node.tag().is_none() && !node.is_block_scalar() && !node.is_null()
        };
        if self.key.is_alias() || self.value.is_alias() || self.value.tag().is_some() {
            return None;
        }
        let (mut from, mut matchers) = (self.key.span().end as usize, Vec::new());
        for (key, value) in self.value.entries() {
            let (name, text) = (key.scalar()?, value.scalar()?);
            let between = &self.text[key.span().end as usize..value.span().start as usize];
            let before = &self.text[from..key.span().start as usize];
            // An anchor or a tag of what comes next would stand there.
            let is_known = between.trim() == ":" && !code(before).contains(['&', '!', '?']);
            if !is_known || !is_bare(key) || !is_bare(value) || name == "<<" {
                return None;
            }
            let quoted = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            let span = key.span().to(value.span());
            matchers.push((span, format!("{name}{}\"{quoted}\"", self.old.operator)));
            from = value.span().end as usize;
        }
        (!matchers.is_empty()).then_some(matchers)
    }

    /// Whether the old key is the entry behind the list.
    fn is_behind(&self, list: Node<'_>) -> bool {
        let mut entries = self.mapping.entries();
        let is_list = |(_, value): (Node<'_>, Node<'_>)| value.id() == list.id();
        entries.by_ref().any(is_list)
            && entries
                .next()
                .is_some_and(|(key, _)| key.id() == self.key.id())
    }

    /// The whole lines of key and value. Nothing where they hold anything else.
    fn lines(&self) -> Option<Span> {
        let (key, value) = (self.key.span(), self.value.span());
        let start = key.start as usize - self.column(key.start)?;
        let end = self.line_end(value.end as usize);
        let behind = &self.text[value.end as usize..end];
        let is_comment = |at: u32| start <= at as usize && (at as usize) < end;
        if !behind.trim().is_empty() || self.tree.comments().any(|c| is_comment(c.span.start)) {
            return None;
        }
        let end = self.text[end..].find('\n').map_or(end, |at| end + at + 1);
        Some(Span::new(start, end))
    }

    /// How far a place is indented. Nothing where more than blanks stand before it.
    fn column(&self, at: u32) -> Option<usize> {
        let before = self.before(at as usize);
        before
            .bytes()
            .all(|byte| byte == b' ')
            .then_some(before.len())
    }

    /// How far the dash of an item is indented. Nothing where more than the dash stands before the item.
    fn dash(&self, item: Node<'_>) -> Option<usize> {
        let before = self.before(item.span().start as usize);
        let column = before.find('-')?;
        (before.trim() == "-").then_some(column)
    }

    fn before(&self, at: usize) -> &str {
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        &self.text[start..at]
    }

    /// Where the line ends, in front of its break.
    fn line_end(&self, at: usize) -> usize {
        let line = self.text[at..].split('\n').next().unwrap_or_default();
        at + line.trim_end_matches('\r').len()
    }
}

/// A text without its comments.
fn code(text: &str) -> String {
    let lines = text.lines();
    lines
        .map(|line| line.split('#').next().unwrap_or_default())
        .collect()
}

fn replace(span: Span, text: impl Into<String>) -> Edit {
    Edit {
        span,
        text: text.into(),
    }
}

/// A matcher as an item of a list. It begins with the name of a label and ends with a quote.
fn item(matcher: &str, in_flow: bool) -> String {
    let is_special = matcher.contains(": ")
        || matcher.contains(" #")
        || matcher.contains(char::is_control)
        || (in_flow && matcher.contains(['[', ']', '{', '}', ',']));
    if !is_special {
        matcher.to_owned()
    } else {
        crate::yaml::scalar(matcher)
    }
}
