//! `text-threshold-drift`

use std::ops::Range;

use crate::analysis::{Place, RuleFacts, compared_with, number};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::{Rule, RuleText};
use crate::promql::{DurationExpr, DurationKind, Expr, ExprKind};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "text-threshold-drift",
    level: Level::Info,
    summary: "A percentage or duration in the text of an alert is not one of its rule.",
    documentation: "\
### What it does
Looks in `summary`, `description`, `message` and `title` for a bound in percent (`above 80%`, `> 80%`) and for a span of time
(`for 10 minutes`, `in the last 5m`), outside of templates. A percentage must be a number of the expression: as it is, divided
by a hundred, or what is missing to a hundred. A span of time must be `for`, a range, offset or number of the expression, or
a sum of these, in whatever unit.

### Why it matters
Somebody changed the rule and not the text. Whoever is paged reads the old number.

### What it does not catch
Other numbers, numbers in words, and alerts that compare with no number between 0 and 100. Spans of time where the expression
reads recorded series, whose windows are elsewhere. What a text means is a guess, hence info.",
    bad: &[
        Example {
            title: "the bound was raised",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: used_bytes / size_bytes > 0.9\n        annotations:\n          description: 'Disk {{ $labels.disk }} is above 80%.'\n",
            )],
        },
        Example {
            title: "the wait was shortened",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n        annotations:\n          summary: 'Down for more than 15 minutes'\n",
            )],
        },
    ],
    good: &[Example {
        title: "the same in other units",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: free_bytes / size_bytes < 0.2\n        for: 1h\n        annotations:\n          description: 'Disk {{ $labels.disk }} is above 80% for 60 minutes.'\n      - alert: Errors\n        expr: rate(errors_total[5m]) / rate(requests_total[5m]) * 100 > 1.5\n        for: 5m\n        annotations:\n          description: 'More than 1.5% of requests failed in the last 10 minutes ({{ $value }}%).'\n      - alert: Backup\n        expr: time() - backup_timestamp > 2 * 86400\n        annotations:\n          description: 'No backup for 2 days'\n",
        )],
    }],
    check: Check::Alert(check),
};

const ANNOTATIONS: [&str; 4] = ["summary", "description", "message", "title"];

/// Words after which a percentage is a bound.
const BOUNDS: [&str; 17] = [
    "above",
    "below",
    "under",
    "over",
    "exceeds",
    "exceed",
    "exceeded",
    "more than",
    "less than",
    "greater than",
    "fewer than",
    "higher than",
    "lower than",
    ">",
    "<",
    ">=",
    "<=",
];
/// Words after which a duration is that of the rule.
const SPANS: [&str; 12] = [
    "for",
    "for more than",
    "for over",
    "for at least",
    "for the last",
    "for the past",
    "in the last",
    "in the past",
    "over the last",
    "over the past",
    "during the last",
    "within the last",
];

fn check(_: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let (file, rule, expr) = (alert.at.file, alert.at.rule, alert.expr);
    let mut numbers: Option<Numbers> = None;
    for annotation in &rule.annotations {
        if !ANNOTATIONS.contains(&annotation.key.as_str()) {
            continue;
        }
        for claim in claims(annotation) {
            let numbers = numbers.get_or_insert_with(|| Numbers::of(rule, expr));
            if numbers.agree(&claim) {
                continue;
            }
            let span = Span::new(claim.at.start, claim.at.end);
            let place = file.location(annotation.value.map(span));
            let text = &annotation.value.as_str()[claim.at.clone()];
            let found = findings.add(
                place,
                format!(
                    "{} `{}` says `{text}`, which is nowhere in the rule",
                    Place::Annotation.name(),
                    annotation.key
                ),
            );
            found.because(match claim.what {
                What::Percent => format!(
                    "the numbers of the expression are {}",
                    listed(&numbers.literals)
                ),
                What::Seconds => format!(
                    "`for`, ranges and offsets are {}",
                    if numbers.spans.is_empty() {
                        "not set".to_owned()
                    } else {
                        let spans = numbers.spans.iter();
                        let spans: Vec<String> = spans.map(|span| format!("{span}s")).collect();
                        spans.join(", ")
                    }
                ),
            });
            found.related.push(Related {
                location: file.location(rule.expr_span(expr.span)),
                text: "the expression".to_owned(),
            });
        }
    }
}

fn listed(numbers: &[f64]) -> String {
    let texts: Vec<String> = numbers
        .iter()
        .map(|number| crate::number::format_value(*number))
        .collect();
    texts.join(", ")
}

/// A number in a text that says something of the rule.
struct Claim {
    /// The bytes of number and unit.
    at: Range<usize>,
    what: What,
    number: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Percent,
    /// The number is in seconds.
    Seconds,
}

/// The claims of a text, outside of templates.
fn claims(annotation: &RuleText) -> Vec<Claim> {
    let text = annotation.value.as_str();
    let mut found = Vec::new();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return found;
    }
    let mut at = 0;
    while at < text.len() {
        let end = text[at..].find("{{").map_or(text.len(), |begin| at + begin);
        in_piece(text, at..end, &mut found);
        at = text[end..]
            .find("}}")
            .map_or(text.len(), |close| end + close + 2);
    }
    found
}

fn in_piece(text: &str, piece: Range<usize>, found: &mut Vec<Claim>) {
    let bytes = text.as_bytes();
    let mut at = piece.start;
    while at < piece.end {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let begin = at;
        while at < piece.end && (bytes[at].is_ascii_digit() || bytes[at] == b'.') {
            at += 1;
        }
        // A point at the end belongs to the sentence.
        let number_end = if bytes[at - 1] == b'.' { at - 1 } else { at };
        let before = text[piece.start..begin].to_ascii_lowercase();
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || "-_./:=".contains(c));
        let Ok(number) = text[begin..number_end].parse::<f64>() else {
            continue;
        };
        if is_word {
            continue;
        }
        let rest = &text[number_end..piece.end];
        let follows = |words: &[&str]| {
            let before = before.trim_end();
            words.iter().any(|word| {
                before.strip_suffix(word).is_some_and(|rest| {
                    !word.starts_with(char::is_alphabetic)
                        || !rest.ends_with(|c: char| c.is_alphanumeric())
                })
            })
        };
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        let unit = &rest[blank..];
        if unit.starts_with('%') && follows(&BOUNDS) {
            found.push(Claim {
                at: begin..number_end + blank + 1,
                what: What::Percent,
                number,
            });
        } else if follows(&SPANS) {
            let letters = unit
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(unit.len());
            // `1h30m` is more than its first part, and a hyphen joins words.
            let goes_on = unit[letters..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if let (Some(seconds), false) = (unit_seconds(&unit[..letters]), goes_on) {
                found.push(Claim {
                    at: begin..number_end + blank + letters,
                    what: What::Seconds,
                    number: number * seconds,
                });
            }
        }
    }
}

fn unit_seconds(word: &str) -> Option<f64> {
    // One letter in capitals is a million.
    let word = if word.len() > 1 {
        word.to_ascii_lowercase()
    } else {
        word.to_owned()
    };
    Some(match word.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}

/// The numbers of a rule.
struct Numbers {
    literals: Vec<f64>,
    /// In seconds: `for`, ranges, offsets.
    spans: Vec<f64>,
    /// Whether something is compared with a number that may be a percentage or a ratio.
    compares: bool,
    /// Whether windows may be elsewhere.
    is_recorded: bool,
}

impl Numbers {
    fn of(rule: &Rule, expr: &Expr) -> Self {
        let mut numbers = Self {
            literals: Vec::new(),
            spans: Vec::new(),
            compares: false,
            is_recorded: false,
        };
        let holds = [rule.model.hold, rule.model.keep_firing_for];
        let holds = holds.into_iter().flatten();
        numbers.spans.extend(
            holds
                .map(|hold| hold.value.seconds())
                .filter(|&seconds| seconds > 0.0),
        );
        expr.walk(&mut |part| numbers.add(part));
        numbers.literals.sort_by(f64::total_cmp);
        numbers.literals.dedup();
        numbers.spans.sort_by(f64::total_cmp);
        numbers.spans.dedup();
        numbers
    }

    fn add(&mut self, part: &Expr) {
        if let Some(number) = number(part) {
            self.literals.push(number.abs());
            return;
        }
        match &part.kind {
            ExprKind::Vector(selector) => {
                self.is_recorded |= selector.metric_name().is_none_or(|name| name.contains(':'));
                self.span(selector.modifiers.offset.as_ref());
            }
            ExprKind::Matrix(matrix) => {
                let name = matrix.selector.metric_name();
                self.is_recorded |= name.is_none_or(|name| name.contains(':'));
                self.span(Some(&matrix.range));
                self.span(matrix.selector.modifiers.offset.as_ref());
            }
            ExprKind::Subquery(subquery) => {
                self.span(Some(&subquery.range));
                self.span(subquery.step.as_ref());
                self.span(subquery.modifiers.offset.as_ref());
            }
            ExprKind::Binary(binary) => {
                let bound = compared_with(binary).map(|(_, _, bound)| bound);
                self.compares |=
                    bound.is_some_and(|bound| bound > 0.0 && bound < 100.0 && bound != 1.0);
            }
            _ => {}
        }
    }

    fn span(&mut self, duration: Option<&DurationExpr>) {
        match duration.map(|duration| &duration.kind) {
            Some(DurationKind::Literal(seconds)) => self.spans.push(seconds.abs()),
            Some(_) => self.is_recorded = true,
            None => {}
        }
    }

    /// Whether the rule says what the text says, or may do so.
    fn agree(&self, claim: &Claim) -> bool {
        let allowed = match claim.what {
            What::Percent => 0.005,
            // Somebody waits for 710 minutes to be sooner than 12 hours.
            What::Seconds => 0.02,
        };
        let same =
            |number: f64| (number - claim.number).abs() <= claim.number.abs() * allowed + 1e-9;
        match claim.what {
            What::Percent => {
                let is = |number: f64| {
                    let forms = [
                        number,
                        number * 100.0,
                        100.0 - number,
                        100.0 - number * 100.0,
                    ];
                    forms.into_iter().any(same)
                };
                // `> 1.2 * x offset 1w` is 20% more.
                let more = |number: f64| same(number * 100.0 - 100.0) || same(number - 100.0);
                let literals = &self.literals;
                let mut pairs = literals.iter().flat_map(|a| {
                    let others = literals.iter().filter(move |b| *b != a);
                    others.flat_map(move |b| [a * b, a / b])
                });
                !self.compares
                    || literals.iter().any(|&number| is(number) || more(number))
                    || pairs.any(is)
            }
            What::Seconds => {
                if self.is_recorded {
                    return true;
                }
                const UNITS: [f64; 7] = [1e-9, 1e-6, 1e-3, 1.0, 60.0, 3600.0, 86400.0];
                let of_number = |number: &f64| UNITS.iter().any(|unit| same(number * unit));
                if self.literals.iter().any(of_number) || self.spans.iter().copied().any(same) {
                    return true;
                }
                let mut pairs = self
                    .spans
                    .iter()
                    .flat_map(|a| self.spans.iter().map(move |b| a + b));
                let all: f64 = self.spans.iter().sum();
                pairs.any(same) || same(all)
            }
        }
    }
}
