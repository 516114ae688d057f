//! Coverage for machines: part of what `test --coverage --format json` prints.

use serde::Serialize;

use crate::harness::{Coverage, CoverageStatus, RuleCoverage, RulePart};

/// The coverage of all rules.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JsonCoverage {
    /// How many rules there are.
    rules: usize,
    /// How many fired or, if they record, had a result when an assertion looked.
    fired: usize,
    /// How many were asserted silent or empty only.
    silent_only: usize,
    /// How many no assertion looks at.
    never_asserted: usize,
    /// The share of those that fired, in percent.
    percent: f64,
    /// Each rule, by file and place.
    entries: Vec<JsonRule>,
}

/// The coverage of one rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRule {
    /// Name of the alert or of the recorded series.
    name: String,
    /// `alert` or `record`.
    kind: &'static str,
    /// The rule file.
    path: String,
    /// The line of the name, from 1.
    line: usize,
    /// `fired`, `silent-only` or `never-asserted`.
    status: &'static str,
    /// How many assertions look at it.
    asserted: usize,
    /// How many find it firing or with a result.
    fired: usize,
    /// Its comparisons, branches, matchers and waiting time.
    parts: Vec<JsonPart>,
}

/// A part of a rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonPart {
    /// The part as written.
    text: String,
    /// The line it stands in, from 1.
    line: usize,
    /// What was seen of it.
    seen: Vec<&'static str>,
    /// What was not.
    missing: Vec<&'static str>,
}

pub(super) fn coverage(coverage: &Coverage) -> JsonCoverage {
    JsonCoverage {
        rules: coverage.rules.len(),
        fired: coverage.count(CoverageStatus::Fired),
        silent_only: coverage.count(CoverageStatus::SilentOnly),
        never_asserted: coverage.count(CoverageStatus::NeverAsserted),
        percent: coverage.percent(),
        entries: coverage.rules.iter().map(rule).collect(),
    }
}

fn rule(rule: &RuleCoverage) -> JsonRule {
    let place = &rule.location;
    JsonRule {
        name: rule.name.clone(),
        kind: if rule.is_alert { "alert" } else { "record" },
        path: place.file.path().display().to_string(),
        line: place.file.line_column(place.span.start as usize).line,
        status: match rule.status() {
            CoverageStatus::Fired => "fired",
            CoverageStatus::SilentOnly => "silent-only",
            CoverageStatus::NeverAsserted => "never-asserted",
        },
        asserted: rule.asserted,
        fired: rule.fired,
        parts: rule.parts.iter().map(part).collect(),
    }
}

fn part(part: &RulePart) -> JsonPart {
    let place = &part.location;
    let sides = |wanted: bool| {
        let sides = part.kind.sides().iter().zip(&part.sides);
        let sides = sides.filter(|(_, seen)| **seen == wanted);
        sides.map(|(side, _)| *side).collect()
    };
    JsonPart {
        text: part.text.clone(),
        line: place.file.line_column(place.span.start as usize).line,
        seen: sides(true),
        missing: sides(false),
    }
}
