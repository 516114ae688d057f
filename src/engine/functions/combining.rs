//! What happens when histograms are added or subtracted, and what is said about it.

use super::super::selector::Window;
use super::{Scope, for_metric};
use crate::storage::Histogram;

/// Why two histograms could not be joined as they are.
pub(super) enum Failed {
    /// Exponential and custom buckets cannot be joined; a warning was given.
    Incompatible,
    /// The bounds of custom buckets differed and were reconciled; an info was given.
    Reconciled,
}

/// Adds or subtracts.
pub(super) fn join(
    total: &mut Histogram,
    other: &Histogram,
    subtract: bool,
    name: &str,
    scope: &mut Scope<'_>,
) -> Result<(), Failed> {
    let (joined, operation) = if subtract {
        (total.sub(other), "subtraction")
    } else {
        (total.add(other), "addition")
    };
    match joined {
        Ok(joined) if joined.bounds_reconciled => {
            scope.info(format!(
                "mismatched custom buckets were reconciled during {operation}"
            ));
            Err(Failed::Reconciled)
        }
        Ok(_) => Ok(()),
        Err(_) => {
            warn_mixed_schemas(name, scope);
            Err(Failed::Incompatible)
        }
    }
}

pub(super) fn warn_mixed(window: &Window<'_>, scope: &mut Scope<'_>) {
    let name = window.name();
    scope.warn(format!(
        "encountered a mix of histograms and floats{}",
        for_metric(name)
    ));
}

pub(super) fn warn_mixed_schemas(name: &str, scope: &mut Scope<'_>) {
    scope.warn(format!(
        "vector contains a mix of histograms with exponential and custom buckets schemas{}",
        for_metric(name)
    ));
}

pub(super) fn warn_not_counter(name: &str, scope: &mut Scope<'_>) {
    scope.warn(format!(
        "this native histogram metric is not a counter: {}",
        crate::labels::quote(name)
    ));
}

pub(super) fn warn_not_gauge(name: &str, scope: &mut Scope<'_>) {
    scope.warn(format!(
        "this native histogram metric is not a gauge: {}",
        crate::labels::quote(name)
    ));
}

/// Functions of numbers pass over histograms and say so where there are both.
pub(super) fn note_ignored(window: &Window<'_>, scope: &mut Scope<'_>) {
    if !window.histograms.is_empty() && !window.times.is_empty() {
        let name = window.name();
        scope.info(format!(
            "ignored histograms in a range containing both floats and histograms{}",
            for_metric(name)
        ));
    }
}
