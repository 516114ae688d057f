//! Why an expression can only have the numbers that it has, in words.

use super::knowledge::Knowledge;
use super::numbers::numbers_of;
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, UnaryOp};

/// No chain of reasons is longer.
const MAX_STEPS: usize = 6;

/// The reasons for the numbers of an expression, each following from the ones after it. `text` is what the expression's
/// spans count in.
#[must_use]
pub fn reasons_for(expr: &Expr, text: &str, known: &Knowledge<'_>) -> Vec<String> {
    let mut reasons = Reasons {
        text,
        known,
        steps: Vec::new(),
    };
    reasons.add(expr);
    reasons.steps.truncate(MAX_STEPS);
    reasons.steps
}

/// A part of an expression as written, on one line, in backticks; long parts are cut.
#[must_use]
pub fn quoted(expr: &Expr, text: &str) -> String {
    /// Characters that are shown.
    const SHOWN: usize = 60;
    let written = text.get(expr.span.range()).unwrap_or_default();
    let words: Vec<&str> = written.split_whitespace().collect();
    let written = words.join(" ");
    if written.chars().count() <= SHOWN {
        return format!("`{written}`");
    }
    let start: String = written.chars().take(SHOWN).collect();
    format!("`{}…`", start.trim_end())
}

struct Reasons<'r> {
    text: &'r str,
    known: &'r Knowledge<'r>,
    steps: Vec<String>,
}

impl Reasons<'_> {
    fn add(&mut self, expr: &Expr) {
        let numbers = numbers_of(expr, self.known);
        if self.steps.len() >= MAX_STEPS || numbers.is_anything() || is_literal(expr) {
            return;
        }
        let inner = expr.without_parens();
        let stated = quoted(inner, self.text);
        self.steps.push(format!("{stated} is {numbers}"));
        match &inner.kind {
            ExprKind::Vector(selector) => self.add_series(selector.metric_name()),
            ExprKind::Matrix(matrix) => self.add_series(matrix.selector.metric_name()),
            ExprKind::Subquery(subquery) => self.add(&subquery.expr),
            ExprKind::Unary(UnaryOp::Minus | UnaryOp::Plus, inner) => self.add(inner),
            ExprKind::Binary(binary) => match binary.op {
                BinaryOp::And | BinaryOp::Unless => self.add(&binary.lhs),
                op if op.is_comparison() && binary.return_bool => {
                    self.say("with `bool` a comparison is 0 or 1");
                }
                op if op.is_comparison() => {
                    let kept = format!("`{}` keeps only the values that satisfy it", op.as_str());
                    self.say(&kept);
                    self.add(&binary.lhs);
                }
                _ => {
                    self.add(&binary.lhs);
                    self.add(&binary.rhs);
                }
            },
            ExprKind::Aggregate(aggregate) => match aggregate.op {
                AggregateOp::Count | AggregateOp::CountValues => self.say(
                    "a group that is counted has a series: where there are none, there is no result at all",
                ),
                AggregateOp::Group => self.say("`group` is 1 wherever there are series"),
                AggregateOp::Stddev | AggregateOp::Stdvar => {
                    self.say("a deviation is never negative");
                }
                _ => self.add(&aggregate.expr),
            },
            ExprKind::Call(call) => match call.function.name {
                "absent" | "absent_over_time" => {
                    self.say("where the series exist it has no result at all, and 1 where they do not");
                }
                "rate" | "increase" | "irate" => self.say(
                    "a counter only grows, and a fall is taken for a restart of the process",
                ),
                "changes" | "resets" => self.say("it is a number of times"),
                "count_over_time" => self.say("where there are no samples there is no result"),
                "present_over_time" => self.say("it is 1 wherever there are samples"),
                "hour" | "minute" | "day_of_week" | "day_of_month" | "day_of_year" | "month"
                | "days_in_month" => self.say("so the calendar is made"),
                _ => {
                    for argument in &call.args {
                        self.add(argument);
                    }
                }
            },
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Paren(_) => {}
        }
    }

    fn say(&mut self, reason: &str) {
        self.steps.push(reason.to_owned());
    }

    fn add_series(&mut self, name: Option<&str>) {
        match name {
            Some("up") => self.say("a scrape works or it does not"),
            Some("ALERTS") => self.say("Prometheus writes 1 while an alert is pending or firing"),
            Some(name) => {
                for at in self.known.records.rules(name).iter().take(1) {
                    let path = at.file.file.path().display();
                    self.say(&format!("the rule in {path} records nothing else"));
                }
            }
            None => {}
        }
    }
}

fn is_literal(expr: &Expr) -> bool {
    match &expr.without_parens().kind {
        ExprKind::Number(_) => true,
        ExprKind::Unary(_, inner) => is_literal(inner),
        _ => false,
    }
}
