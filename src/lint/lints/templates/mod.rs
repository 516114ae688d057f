//! The templates in labels and annotations.

pub mod template_execution;
pub mod template_label_branch;
pub mod template_label_never;
pub mod template_query;
pub mod template_raw_value;
pub mod template_unit;
pub mod template_verb;
pub mod text_threshold_drift;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::{Knowledge, RuleFacts, Shape, TemplateFacts, compared_with, shapes_of};
use crate::diagnostic::{Diagnostic, Location, Related};
use crate::labels::METRIC_NAME;
use crate::promql::{BinaryOp, Expr, ExprKind};
use crate::source::Span;
use crate::template::Reference;

/// A label that the templates of a rule read without being ready for its absence, and that not every alert can have.
struct Read<'a> {
    name: Arc<str>,
    /// The templates and the places in them, in order.
    places: Vec<(&'a TemplateFacts<'a>, Span)>,
    lacks: Lacks,
}

/// Which alerts lack a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lacks {
    /// All, whatever series there are.
    All,
    /// All, if the recorded series come from the rules of this environment as they are: another Prometheus, Thanos or a
    /// federation adds labels.
    AllRecorded,
    /// Those of some `or` branch.
    Some,
}

impl Read<'_> {
    /// Where the first of the places is.
    fn location(&self, alert: RuleFacts<'_>) -> Option<Location> {
        let (template, span) = self.places.first()?;
        Some(alert.at.file.location(template.span(*span)))
    }

    /// The first of the places as written.
    fn source(&self) -> &str {
        self.places
            .first()
            .map_or("", |(template, span)| template.source(*span))
    }

    /// Adds the other places to a finding about the first.
    fn relate(&self, alert: RuleFacts<'_>, found: &mut Diagnostic) {
        for (template, span) in self.places.iter().skip(1) {
            found.related.push(Related {
                location: alert.at.file.location(template.span(*span)),
                text: format!("and here, in {}", template.title()),
            });
        }
    }
}

/// The branches of the expression that can have results.
fn possible_shapes(alert: RuleFacts<'_>) -> impl Iterator<Item = &Shape> {
    alert.shapes().iter().filter(|shape| !shape.is_impossible())
}

/// The labels that the templates of a rule read and that some branch of the expression cannot have, by name. The metric
/// name is left out: shapes do not tell it.
fn labels_lacking<'a>(alert: RuleFacts<'a>) -> Vec<Read<'a>> {
    let mut places: BTreeMap<&Arc<str>, Vec<(&TemplateFacts<'_>, Span)>> = BTreeMap::new();
    for template in alert.templates() {
        for found in &template.reading.uses {
            if let Reference::Label(name) = &found.what
                && !found.guarded
                && &**name != METRIC_NAME
            {
                let places = places.entry(name).or_default();
                places.push((template, found.span));
            }
        }
    }
    if places.is_empty() {
        return Vec::new();
    }
    let Some(expr) = &alert.at.rule.expr else {
        return Vec::new();
    };
    let absent = |name: &str, shapes: &[Shape]| {
        let possible = || shapes.iter().filter(|shape| !shape.is_impossible());
        let lacking = possible()
            .filter(|shape| shape.get(name).is_absent())
            .count();
        (lacking, possible().count())
    };
    let mut plain: Option<Vec<Shape>> = None;
    places
        .into_iter()
        .filter_map(|(name, places)| {
            let (recorded, all_recorded) = absent(name, alert.shapes());
            if recorded == 0 {
                return None;
            }
            let plain = plain.get_or_insert_with(|| shapes_of(expr, &Knowledge::nothing()));
            let (lacking, all) = absent(name, plain);
            Some(Read {
                name: Arc::clone(name),
                places,
                lacks: if lacking > 0 && lacking == all {
                    Lacks::All
                } else if recorded == all_recorded {
                    Lacks::AllRecorded
                } else if lacking > 0 {
                    Lacks::Some
                } else {
                    return None;
                },
            })
        })
        .collect()
}

/// The part of an expression whose values its result has, and the number it is compared with.
fn value_of(expr: &Expr) -> (&Expr, Option<f64>) {
    let mut expr = expr.without_parens();
    let mut found = None;
    while let ExprKind::Binary(binary) = &expr.kind {
        if matches!(binary.op, BinaryOp::And | BinaryOp::Unless) {
            expr = binary.lhs.without_parens();
        } else if let Some((compared, _, bound)) = compared_with(binary) {
            found = found.or(Some(bound));
            expr = compared.without_parens();
        } else if binary.op.is_comparison() && !binary.return_bool {
            expr = binary.lhs.without_parens();
        } else {
            break;
        }
    }
    (expr, found)
}
