//! Series that an expression reads, as people paste them into a fixture.

use std::fmt::Write as _;

use super::names::Shared;
use crate::promql::{Expr, ExprKind, VectorSelector};
use crate::yaml::scalar;

/// One series for each selector of the expressions, with labels by which they find each other: the entries of
/// `input_series`. Nothing where no series can be named.
#[must_use]
pub fn series_read(exprs: &[&Expr]) -> Option<String> {
    entries(exprs, |part| match &part.kind {
        ExprKind::Vector(selector) => level(selector),
        _ => "0+60x15",
    })
}

/// The same, each with these values.
#[must_use]
pub fn series_with(values: &str, exprs: &[&Expr]) -> Option<String> {
    entries(exprs, |_| values)
}

fn entries<'v>(exprs: &[&Expr], values: impl Fn(&Expr) -> &'v str) -> Option<String> {
    let mut shared = Shared::default();
    shared.read(exprs);
    let mut found: Vec<(String, &str)> = Vec::new();
    for expr in exprs {
        expr.walk(&mut |part| {
            let labels = part.selector().and_then(|selector| shared.labels(selector));
            if let Some(labels) = labels {
                let name = labels.to_string();
                if found.iter().all(|(known, _)| *known != name) {
                    found.push((name, values(part)));
                }
            }
        });
    }
    let mut text = String::new();
    for (name, values) in &found {
        let _ = writeln!(text, "- series: {}\n  values: {values}", scalar(name));
    }
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

fn level(selector: &VectorSelector) -> &'static str {
    match selector.metric_name() {
        Some("up") => "0x15",
        _ => "1x15",
    }
}
