//! Coverage as an LCOV tracefile, which editors and code hosts show beside the lines of the rule files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::Location;
use crate::harness::{Coverage, RuleCoverage};

/// The coverage of all rule files. A rule is a function and its lines; the sides of its parts are branches. A line counts
/// the assertions that find its rule firing or, if it records, with a result.
#[must_use]
pub fn lcov(coverage: &Coverage) -> String {
    let mut out = String::new();
    let same_file =
        |a: &RuleCoverage, b: &RuleCoverage| a.location.file.path() == b.location.file.path();
    for rules in coverage.rules.chunk_by(same_file) {
        file(&mut out, rules);
    }
    out
}

fn file(out: &mut String, rules: &[RuleCoverage]) {
    let Some(first) = rules.first() else { return };
    let _ = writeln!(out, "TN:\nSF:{}", first.location.file.path().display());
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for rule in rules {
        let at = line(&rule.location);
        let (fired, name) = (rule.fired, &rule.name);
        let _ = writeln!(out, "FN:{at},{name}\nFNDA:{fired},{name}");
        lines.insert(at, fired);
        for part in &rule.parts {
            lines.insert(line(&part.location), fired);
        }
    }
    let hit = rules.iter().filter(|rule| rule.fired > 0).count();
    let _ = writeln!(out, "FNF:{}\nFNH:{hit}", rules.len());
    let (mut found, mut taken) = (0, 0);
    for rule in rules {
        for (block, part) in rule.parts.iter().enumerate() {
            let at = line(&part.location);
            for (side, &seen) in part.sides.iter().enumerate() {
                let count = match rule.asserted {
                    0 => "-",
                    _ if seen => "1",
                    _ => "0",
                };
                let _ = writeln!(out, "BRDA:{at},{block},{side},{count}");
                found += 1;
                taken += usize::from(seen);
            }
        }
    }
    let _ = writeln!(out, "BRF:{found}\nBRH:{taken}");
    for (at, count) in &lines {
        let _ = writeln!(out, "DA:{at},{count}");
    }
    let hit = lines.values().filter(|&&count| count > 0).count();
    let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
}

fn line(place: &Location) -> usize {
    place.file.line_column(place.span.start as usize).line
}
