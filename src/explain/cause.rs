//! Why an expression yields nothing: the innermost part that is to blame, and what is wrong with it.

use super::missing;
use super::probe::{Part, Probe};
use crate::engine::{Options, Sample, Value, signature};
use crate::labels::Labels;
use crate::number::{format_plain, rough};
use crate::promql::{Binary, BinaryOp, Call, ExprKind, Subquery, VectorMatching};
use crate::source::Span;
use crate::storage::Storage;
use crate::target::Duration;

/// Where and when an expression was evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What it read.
    pub storage: &'a Storage,
    /// The time of the evaluation, in milliseconds.
    pub time: i64,
    /// The time from which times are counted when they are told, in milliseconds.
    pub start: i64,
    /// For what is compiled on the way.
    pub options: Options,
    /// The names of the series that rules record.
    pub recorded: &'a [&'a str],
}

/// Why a part of an expression is empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The part: bytes of the expression.
    pub span: Span,
    /// What is wrong, without naming the part.
    pub message: String,
}

/// Why the part is empty: the innermost parts that are to blame, one for each side of an `or`. Nothing where it is not
/// empty.
#[must_use]
pub fn causes(part: &Part<'_>, scene: &Scene<'_>) -> Vec<Cause> {
    let mut found = Vec::new();
    if part.is_empty() {
        blame(part, scene, &mut found);
    }
    found
}

impl Scene<'_> {
    /// A time as people count it here: from the start of the test.
    pub(super) fn told(&self, time: i64) -> Duration {
        Duration::from_ms(time.saturating_sub(self.start))
    }
}

fn blame(part: &Part<'_>, scene: &Scene<'_>, found: &mut Vec<Cause>) {
    let message = match &part.expr.kind {
        ExprKind::Vector(_) | ExprKind::Matrix(_) => missing::series(part, scene),
        ExprKind::Subquery(subquery) => return of_subquery(part, subquery, scene, found),
        ExprKind::Call(call) => match empty_child(part) {
            Some(child) => return blame(child, scene, found),
            None => of_call(part, call),
        },
        ExprKind::Aggregate(aggregate) => match empty_child(part) {
            Some(child) => return blame(child, scene, found),
            None => format!("`{}` keeps none of the samples", aggregate.op.as_str()),
        },
        ExprKind::Binary(binary) => {
            let [lhs, rhs] = part.children.as_slice() else {
                return found.push(cause(part, "it yields nothing".to_owned()));
            };
            match (binary.op, lhs.is_empty(), rhs.is_empty()) {
                (BinaryOp::Or, _, _) => {
                    blame(lhs, scene, found);
                    return blame(rhs, scene, found);
                }
                (_, true, _) => return blame(lhs, scene, found),
                (BinaryOp::Unless, _, _) => all_removed(lhs, rhs, binary),
                (_, _, true) => return blame(rhs, scene, found),
                _ => of_operator(lhs, rhs, binary),
            }
        }
        ExprKind::Unary(..) | ExprKind::Paren(_) => match empty_child(part) {
            Some(child) => return blame(child, scene, found),
            None => "it yields nothing".to_owned(),
        },
        ExprKind::Number(_) | ExprKind::String(_) => "it yields nothing".to_owned(),
    };
    found.push(cause(part, message));
}

fn cause(part: &Part<'_>, message: String) -> Cause {
    Cause {
        span: part.expr.span,
        message,
    }
}

fn empty_child<'s, 'p>(part: &'s Part<'p>) -> Option<&'s Part<'p>> {
    part.children.iter().find(|child| child.is_empty())
}

/// What is inside of a subquery has a value only at its steps: the cause is that of the last one.
fn of_subquery(part: &Part<'_>, subquery: &Subquery, scene: &Scene<'_>, found: &mut Vec<Cause>) {
    let inner = Probe::new(&subquery.expr, scene.options);
    let now = inner.values(scene.storage, scene.time);
    if now.is_empty() {
        return blame(&now, scene, found);
    }
    found.push(cause(
        part,
        "at none of its steps does the expression in it yield anything".to_owned(),
    ));
}

fn of_call(part: &Part<'_>, call: &Call) -> String {
    let name = call.function.name;
    if matches!(name, "absent" | "absent_over_time") {
        let there = part.children.first().map(first_labels).unwrap_or_default();
        return format!("nothing is absent: there is {there}");
    }
    if name.starts_with("histogram_") {
        return "none of the series is a bucket with a label `le`, or a native histogram"
            .to_owned();
    }
    let windows = part.children.iter().find_map(|child| match &child.value {
        Ok(Value::Matrix(series)) => Some(series),
        _ => None,
    });
    let longest = windows.and_then(|series| series.iter().map(|s| s.points.len()).max());
    match longest {
        Some(1) => {
            format!("`{name}` needs two samples in its window, and no series has more than one")
        }
        _ => format!("`{name}` yields nothing for what it is given"),
    }
}

fn first_labels(part: &Part<'_>) -> String {
    match &part.value {
        Ok(Value::Vector(samples)) => samples.first().map(|s| s.labels.to_string()),
        Ok(Value::Matrix(series)) => series.first().map(|s| s.labels.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}

/// Arithmetic, comparison and `and`, where both sides have something.
fn of_operator(lhs: &Part<'_>, rhs: &Part<'_>, binary: &Binary) -> String {
    let pairs = pairs(lhs, rhs, binary.matching.as_ref());
    if pairs.is_empty()
        && let Some(matching) = &binary.matching
    {
        return no_partner(lhs, rhs, matching);
    }
    if !binary.op.is_comparison() {
        return format!("`{}` has no result for these values", binary.op.as_str());
    }
    nearest_to_truth(&pairs, binary.op).unwrap_or_else(|| "the comparison is false".to_owned())
}

/// What is compared: labels, and the numbers on both sides.
pub type Compared = (Labels, f64, f64);

/// The numbers that meet in a binary operation. A scalar meets every sample of the other side.
#[must_use]
pub fn pairs(lhs: &Part<'_>, rhs: &Part<'_>, matching: Option<&VectorMatching>) -> Vec<Compared> {
    let number = |sample: &Sample| sample.value.float();
    let with = |sample: &Sample| Some((sample.labels.clone(), number(sample)?));
    match (lhs.scalar(), rhs.scalar()) {
        (None, Some(right)) => {
            let left = lhs.samples().iter().filter_map(with);
            left.map(|(labels, left)| (labels, left, right)).collect()
        }
        (Some(left), None) => {
            let right = rhs.samples().iter().filter_map(with);
            right.map(|(labels, right)| (labels, left, right)).collect()
        }
        (Some(left), Some(right)) => vec![(Labels::empty(), left, right)],
        (None, None) => {
            let Some(matching) = matching else {
                return Vec::new();
            };
            let mut met = Vec::new();
            for left in lhs.samples() {
                let key = signature(&left.labels, matching);
                let partners = rhs.samples().iter();
                for right in partners.filter(|right| signature(&right.labels, matching) == key) {
                    if let (Some(a), Some(b)) = (number(left), number(right)) {
                        met.push((left.labels.clone(), a, b));
                    }
                }
            }
            met
        }
    }
}

/// How far the numbers are from satisfying the comparison; NaN where one of them is.
fn distance(left: f64, right: f64) -> f64 {
    (left - right).abs()
}

fn nearest_to_truth(pairs: &[Compared], op: BinaryOp) -> Option<String> {
    let nearest = pairs.iter().min_by(|a, b| {
        let (a, b) = (distance(a.1, a.2), distance(b.1, b.2));
        a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(&b))
    })?;
    let (labels, left, right) = nearest;
    let away = distance(*left, *right);
    let by = match op {
        _ if away.is_nan() => String::new(),
        BinaryOp::Ne => String::new(),
        _ if away == 0.0 => String::new(),
        _ => format!(" by {}", rough(away)),
    };
    let whose = if labels.without_name().is_empty() {
        String::new()
    } else {
        format!(" for {labels}")
    };
    let nearest = if pairs.len() > 1 { ", the nearest" } else { "" };
    Some(format!(
        "{} {} {} is false{by}{whose}{nearest}",
        format_plain(*left),
        op.as_str(),
        format_plain(*right)
    ))
}

fn no_partner(lhs: &Part<'_>, rhs: &Part<'_>, matching: &VectorMatching) -> String {
    let wanted = lhs.samples().iter().map(|s| signature(&s.labels, matching));
    let there: Vec<Labels> = rhs
        .samples()
        .iter()
        .map(|sample| signature(&sample.labels, matching))
        .collect();
    let closest = wanted
        .flat_map(|left| there.iter().map(move |right| (left.clone(), right)))
        .min_by_key(|(left, right)| left.differing(right).len());
    let Some((left, right)) = closest else {
        return "no sample finds a partner on the other side".to_owned();
    };
    let differences: Vec<String> = left
        .differing(right)
        .into_iter()
        .map(|name| {
            let side = |labels: &Labels| match labels.get(name) {
                Some(value) => format!("{name}={}", crate::labels::quote(value)),
                None => format!("no {name}"),
            };
            format!("{} on the left, {} on the right", side(&left), side(right))
        })
        .collect();
    format!(
        "the join finds no partner for {left}; nearest by {}",
        differences.join("; ")
    )
}

fn all_removed(lhs: &Part<'_>, rhs: &Part<'_>, binary: &Binary) -> String {
    let partner = lhs.samples().first().and_then(|left| {
        let matching = binary.matching.as_ref()?;
        let key = signature(&left.labels, matching);
        let mut right = rhs.samples().iter();
        let partner = right.find(|right| signature(&right.labels, matching) == key)?;
        Some(format!("{} takes away {}", partner.labels, left.labels))
    });
    let partner = partner.unwrap_or_default();
    format!("`unless` removes everything: {partner}")
}
