//! What is known of a value of a template.

use super::{GoType, Humanized, Source};

/// What a value is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// The data of the alert.
    Root,
    Labels,
    ExternalLabels,
    /// The value of the alert: a float, or a native histogram.
    Value,
    ExternalUrl,
    /// The results of the query of that number.
    Samples(usize),
    Sample(usize),
    SampleLabels(usize),
    Typed(GoType),
    Other,
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    pub meaning: Meaning,
    /// What it depends on that differs from one evaluation to the next.
    pub varies: Option<Source>,
    /// Whether it is the value of the alert and nothing else, made readable in this way; and whether a percent sign is
    /// at its end.
    pub shows: Option<(Humanized, bool)>,
}

impl Known {
    pub const OTHER: Self = Self::new(Meaning::Other);

    pub const fn new(meaning: Meaning) -> Self {
        Self {
            meaning,
            varies: None,
            shows: None,
        }
    }

    pub fn go_type(self) -> Option<GoType> {
        match self.meaning {
            Meaning::Value => Some(GoType::Float),
            Meaning::ExternalUrl => Some(GoType::Text),
            Meaning::Typed(kind) => Some(kind),
            _ => None,
        }
    }
}

/// What the dot is in a `range` over something.
pub(super) fn item_of(known: Known) -> Known {
    match known.meaning {
        Meaning::Samples(query) => Known::new(Meaning::Sample(query)),
        Meaning::Labels | Meaning::ExternalLabels => Known::new(Meaning::Typed(GoType::Text)),
        _ => Known {
            varies: known.varies,
            ..Known::OTHER
        },
    }
}

/// Functions that are given labels which may well be missing: comparisons, and those that choose.
pub(in crate::template) fn answers_for_missing(function: &str) -> bool {
    matches!(
        function,
        "and" | "or" | "not" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "match" | "len"
    )
}

pub(super) fn type_of_result(function: &str) -> Option<GoType> {
    Some(match function {
        "humanize" | "humanize1024" | "humanizeDuration" | "humanizePercentage"
        | "humanizeTimestamp" | "toUpper" | "toLower" | "title" | "reReplaceAll" | "stripPort"
        | "stripDomain" | "graphLink" | "tableLink" | "printf" | "print" | "println" | "label"
        | "strvalue" | "externalURL" | "pathPrefix" | "urlQueryEscape" | "html" | "js"
        | "urlquery" => GoType::Text,
        "value" | "parseDuration" | "now" => GoType::Float,
        "len" => GoType::Int,
        "match" | "not" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" => GoType::Bool,
        _ => return None,
    })
}
