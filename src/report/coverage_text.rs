//! Coverage for people: a line a rule, and what of it no test has seen.

use super::layout::{Paint, hanging, line, plural};
use super::text::Style;
use crate::harness::{Coverage, CoverageStatus, PartKind, RuleCoverage, RulePart};

/// The table of all rules, by file, and a line that sums up.
#[must_use]
pub fn coverage_text(coverage: &Coverage, style: Style) -> String {
    let paint = Paint::new(style);
    let mut out = String::new();
    let same_file =
        |a: &RuleCoverage, b: &RuleCoverage| a.location.file.path() == b.location.file.path();
    for rules in coverage.rules.chunk_by(same_file) {
        let Some(first) = rules.first() else { continue };
        let fired = rules
            .iter()
            .filter(|rule| rule.status() == CoverageStatus::Fired);
        let counts = format!("{} of {} fired", fired.count(), plural(rules.len(), "rule"));
        let path = first.location.file.path().display().to_string();
        line(
            &mut out,
            &format!("{}  {}", paint.bold(&path), paint.dim(&counts)),
        );
        for rule in rules {
            show(&mut out, rule, style, paint);
        }
        out.push('\n');
    }
    line(&mut out, &summary(coverage));
    out
}

/// `5 rules: 3 fired (60 %), 1 silent only, 1 never asserted`
fn summary(coverage: &Coverage) -> String {
    format!(
        "coverage of {}: {} fired ({:.0} %), {} asserted silent only, {} never asserted",
        plural(coverage.rules.len(), "rule"),
        coverage.count(CoverageStatus::Fired),
        coverage.percent().floor(),
        coverage.count(CoverageStatus::SilentOnly),
        coverage.count(CoverageStatus::NeverAsserted)
    )
}

fn show(out: &mut String, rule: &RuleCoverage, style: Style, paint: Paint) {
    let at = rule
        .location
        .file
        .line_column(rule.location.span.start as usize);
    let (mark, status) = match rule.status() {
        CoverageStatus::Fired => (paint.green("✓"), None),
        CoverageStatus::SilentOnly if rule.is_alert => {
            (paint.yellow("○"), Some("asserted silent only"))
        }
        CoverageStatus::SilentOnly => (paint.yellow("○"), Some("asserted empty only")),
        CoverageStatus::NeverAsserted => (paint.red("✗"), Some("never asserted")),
    };
    let place = format!(":{}", at.line);
    let wide = 4 + rule.name.chars().count() + place.len();
    let mut text = format!("  {mark} {}{}", rule.name, paint.dim(&place));
    if let Some(status) = status {
        // Beside the name, if it fits there.
        let fits = wide + 2 + status.len() <= style.width;
        text.push_str(if fits { "  " } else { "\n      " });
        text.push_str(&paint.yellow(status));
    }
    line(out, &text);
    if rule.asserted == 0 {
        return;
    }
    let mut gaps: Vec<String> = rule
        .parts
        .iter()
        .flat_map(|part| gaps(part, rule))
        .collect();
    gaps.extend(idle_matchers(rule));
    // The same comparison may stand in an expression several times.
    gaps.dedup();
    for gap in gaps {
        out.push_str("      ");
        hanging(out, 8, &gap, style);
    }
}

/// The matchers that shut out nothing, each once.
fn idle_matchers(rule: &RuleCoverage) -> Option<String> {
    let parts = rule.parts.iter();
    let idle = parts.filter(|part| part.kind == PartKind::Matcher && !part.sides.contains(&true));
    let mut texts: Vec<&str> = Vec::new();
    for part in idle {
        if !texts.contains(&part.text.as_str()) {
            texts.push(&part.text);
        }
    }
    let named: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    (!named.is_empty()).then(|| format!("no series was shut out by {}", named.join(", ")))
}

/// What no test has seen of a part.
fn gaps(part: &RulePart, rule: &RuleCoverage) -> Vec<String> {
    let text = &part.text;
    if part.kind == PartKind::Comparison && !part.sides.contains(&true) {
        return vec![format!("`{text}` had nothing to compare")];
    }
    let told = |side: &str| match part.kind {
        PartKind::Comparison => format!("`{text}` was never {side}"),
        // Where nothing fired, no branch did.
        PartKind::Branch if rule.fired == 0 => String::new(),
        PartKind::Branch => format!("the branch `{text}` never fired"),
        // These are told all at once.
        PartKind::Matcher => String::new(),
        PartKind::For => format!("`{text}` was never {side}"),
    };
    let sides = part.kind.sides().iter().zip(&part.sides);
    sides
        .filter(|(_, seen)| !**seen)
        .map(|(side, _)| told(side))
        .filter(|text| !text.is_empty())
        .collect()
}
