//! How Prometheus words a problem: in promtool's place these words are printed instead of ours.

use crate::labels::quote;
use crate::source::Span;
use crate::yaml::Node;

/// What Prometheus says of a problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// When in the loading of the file it comes up. What comes up earlier keeps Prometheus from all that is later.
    pub stage: Stage,
    /// Its words, without file and place.
    pub text: String,
}

/// The stages in which Prometheus loads a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// The text is no YAML. Prometheus tells the line, which counts from 1.
    Syntax {
        /// The line.
        line: usize,
    },
    /// A value that has a reader of its own cannot be read, which ends the decoding: Prometheus tells nothing else.
    Value,
    /// A key or value does not fit. Prometheus collects these, each with its line, which counts from 1.
    Decoding {
        /// The line.
        line: usize,
    },
    /// The values of a part fit, but not together, which also ends the decoding.
    Part,
    /// The same in Alertmanager's configuration: the decoding ends behind the bytes `part`, unless something in them could not
    /// be decoded.
    Hook {
        /// The part.
        part: Span,
        /// Which comes first of several in one part.
        order: usize,
    },
    /// What was decoded does not hold together. Prometheus tells all of these.
    Validation {
        /// Which comes first.
        order: Order,
        /// The bytes whose places it tells; `None` for a value that is missing, whose place is `0:0`.
        places: Vec<Option<usize>>,
    },
}

/// The order of validation: by group, by rule, by step, by place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Order {
    /// Index of the group.
    pub group: usize,
    /// Number of the rule, from 1; 0 for the group itself.
    pub rule: usize,
    /// What is looked at.
    pub step: Step,
    /// A byte that tells problems of the same step apart.
    pub place: usize,
}

/// What Prometheus looks at in a rule, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
#[allow(missing_docs, reason = "the names of the fields")]
pub enum Step {
    #[default]
    Name,
    Expression,
    RecordAnnotations,
    RecordFor,
    RecordKeepFiring,
    RecordName,
    LabelNames,
    AnnotationNames,
    LabelTemplates,
    AnnotationTemplates,
}

/// The rule that is looked at.
#[derive(Clone, Default, Debug)]
pub struct RulePlace {
    /// Index of its group.
    pub group: usize,
    /// Name of its group.
    pub group_name: String,
    /// Its number, from 1; 0 while no rule is looked at.
    pub rule: usize,
    /// Its name.
    pub name: String,
}

impl RulePlace {
    /// A problem of the rule at `places`, as Prometheus words it.
    #[must_use]
    pub fn wording(
        &self,
        step: Step,
        places: Vec<Option<usize>>,
        at: usize,
        text: &str,
    ) -> Wording {
        let (group, rule) = (quote(&self.group_name), self.rule);
        let name = quote(&self.name);
        Wording {
            stage: Stage::Validation {
                order: Order {
                    group: self.group,
                    rule,
                    step,
                    place: at,
                },
                places,
            },
            text: format!("group {group}, rule {rule}, {name}: {text}"),
        }
    }
}

/// Where a scalar begins for Go: a block scalar with its `|` or `>`.
#[must_use]
pub fn start(node: Node<'_>) -> usize {
    let start = node.span().start as usize;
    if node.is_alias() || !node.is_block_scalar() {
        return start;
    }
    let before = node.tree().file().text()[..start].trim_end();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let header = &before[line..];
    header
        .match_indices(['|', '>'])
        .find(|(at, _)| is_header(&header[at + 1..]))
        .map_or(start, |(at, _)| line + at)
}

/// Whether nothing but the signs of a block scalar and a comment follow its `|`.
fn is_header(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    let comment = rest.trim_start_matches([' ', '\t']);
    comment.is_empty() || (comment.len() < rest.len() && comment.starts_with('#'))
}

/// The value of a scalar as Go's YAML readers quote it in an error.
#[must_use]
pub fn excerpt(value: &str) -> String {
    let cut = value.len() > 10;
    let shown = if cut {
        &value[..value.floor_char_boundary(7)]
    } else {
        value
    };
    format!("`{shown}{}`", if cut { "..." } else { "" })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::yaml::Tree;

    fn start_of(text: &str) -> usize {
        let file = SourceFile::new(std::path::Path::new("x.yml"), text);
        start(Tree::parse(&file).root(0).unwrap().get("a").unwrap())
    }

    #[test]
    fn a_block_scalar_begins_with_its_sign() {
        assert_eq!(start_of("a: |\n  b"), 3);
        assert_eq!(start_of("a: >-  # c | d\n\n  b"), 3);
        assert_eq!(start_of("a: |2+\n    b"), 3);
        assert_eq!(start_of("a: 'b | '"), 3);
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(excerpt("abc"), "`abc`");
        assert_eq!(excerpt("0123456789"), "`0123456789`");
        assert_eq!(excerpt("0123456789a"), "`0123456...`");
    }
}
