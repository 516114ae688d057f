//! One evaluation function for each row of the catalogue in `promql::functions`.

mod absent;
mod calendar;
mod classic_histogram;
mod combining;
mod histogram;
mod info;
mod math;
mod over_time;
mod rate;
mod regression;
mod relabel;
mod steps;
mod whole;
mod whole_window;

use super::annotation::Annotations;
use super::eval::{Evaluation, Outcome};
use super::plan::CallNode;
use super::selector::Window;
use super::value::Sample;
use crate::number;
use crate::source::Span;
use crate::storage::SampleValue;
use crate::target::Target;

pub(super) use absent::absent_labels;

/// Makes one value of a window; nothing where the window is too thin.
pub(super) type Reduce = fn(&Window<'_>, &mut Scope<'_>) -> Option<SampleValue>;

/// What a function of a window sees besides the window.
pub(super) struct Scope<'s> {
    pub call: &'s CallNode,
    /// The arguments that are numbers, in order.
    pub scalars: &'s [f64],
    pub target: &'s Target,
    pub annotations: &'s mut Annotations,
}

impl Scope<'_> {
    /// The place of the range vector among the arguments.
    fn range_span(&self) -> Span {
        let first = self.call.arg_spans.first();
        first.copied().unwrap_or(self.call.span)
    }

    fn warn(&mut self, message: impl Into<String>) {
        self.annotations.warn(self.range_span(), message);
    }

    fn info(&mut self, message: impl Into<String>) {
        self.annotations.info(self.range_span(), message);
    }
}

/// The metric name of a sample, for annotations.
pub(super) fn name_of(sample: &Sample) -> &str {
    sample.labels.metric_name().unwrap_or("")
}

/// A quantile outside 0 to 1 is worth a warning.
pub(super) fn warn_quantile(annotations: &mut Annotations, phi: f64, span: Span) {
    if phi.is_nan() || !(0.0..=1.0).contains(&phi) {
        let phi = super::go_math::shortest(phi);
        annotations.warn(
            span,
            format!("quantile value should be between 0 and 1, got {phi}"),
        );
    }
}

/// ` for metric name "x"`, as annotations end where the name is known.
pub(super) fn for_metric(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else {
        format!(" for metric name {}", crate::labels::quote(name))
    }
}

/// A function of numbers over a window that may hold histograms too.
pub(super) fn of_floats(
    reduce: fn(&Window<'_>, &[f64], &Target) -> Option<f64>,
    window: &Window<'_>,
    scope: &mut Scope<'_>,
) -> Option<SampleValue> {
    if window.times.is_empty() {
        return None;
    }
    combining::note_ignored(window, scope);
    reduce(window, scope.scalars, scope.target).map(SampleValue::Float)
}

/// How a function is evaluated.
#[derive(Debug)]
pub(super) enum Body {
    /// Each value on its own; the name goes.
    Map(fn(f64) -> f64),
    /// Each value with the scalar arguments; nothing drops the sample; the name goes.
    MapWith(fn(f64, &[f64]) -> Option<f64>),
    /// The numbers of each window on their own; histograms beside them are passed over.
    Floats(fn(&Window<'_>, &[f64], &Target) -> Option<f64>),
    /// Each window on its own.
    Window { reduce: Reduce, keep_name: bool },
    /// The whole argument at once.
    Whole(for<'a> fn(&mut Evaluation<'a>, &'a CallNode, i64) -> Outcome),
}

const fn window(reduce: Reduce) -> Body {
    Body::Window {
        reduce,
        keep_name: false,
    }
}

const fn window_keeping_name(reduce: Reduce) -> Body {
    Body::Window {
        reduce,
        keep_name: true,
    }
}

/// The evaluation of the function of that name.
pub(super) fn lookup(name: &str) -> Option<&'static Body> {
    TABLE
        .binary_search_by_key(&name, |&(name, _)| name)
        .ok()
        .map(|at| &TABLE[at].1)
}

/// Sorted by name.
static TABLE: &[(&str, Body)] = &[
    ("abs", Body::Map(f64::abs)),
    ("absent", Body::Whole(absent::absent)),
    ("absent_over_time", Body::Whole(absent::absent_over_time)),
    ("acos", Body::Map(f64::acos)),
    ("acosh", Body::Map(f64::acosh)),
    ("asin", Body::Map(f64::asin)),
    ("asinh", Body::Map(f64::asinh)),
    ("atan", Body::Map(f64::atan)),
    ("atanh", Body::Map(f64::atanh)),
    ("avg_over_time", window(whole_window::avg)),
    ("ceil", Body::Map(f64::ceil)),
    ("changes", window(steps::changes)),
    ("clamp", Body::MapWith(math::clamp)),
    ("clamp_max", Body::MapWith(math::clamp_max)),
    ("clamp_min", Body::MapWith(math::clamp_min)),
    ("cos", Body::Map(f64::cos)),
    ("cosh", Body::Map(f64::cosh)),
    ("count_over_time", window(whole_window::count)),
    ("day_of_month", Body::MapWith(calendar::day_of_month)),
    ("day_of_week", Body::MapWith(calendar::day_of_week)),
    ("day_of_year", Body::MapWith(calendar::day_of_year)),
    ("days_in_month", Body::MapWith(calendar::days_in_month)),
    ("deg", Body::Map(math::degrees)),
    ("delta", window(rate::delta)),
    ("deriv", Body::Floats(regression::deriv)),
    (
        "double_exponential_smoothing",
        Body::Floats(regression::smooth),
    ),
    ("end", Body::Whole(whole::end)),
    ("exp", Body::Map(number::exp)),
    ("first_over_time", window_keeping_name(whole_window::first)),
    ("floor", Body::Map(f64::floor)),
    ("histogram_avg", Body::Whole(histogram::avg)),
    ("histogram_count", Body::Whole(histogram::count)),
    ("histogram_fraction", Body::Whole(histogram::fraction)),
    ("histogram_quantile", Body::Whole(histogram::quantile)),
    ("histogram_quantiles", Body::Whole(histogram::quantiles)),
    ("histogram_stddev", Body::Whole(histogram::stddev)),
    ("histogram_stdvar", Body::Whole(histogram::stdvar)),
    ("histogram_sum", Body::Whole(histogram::sum)),
    ("holt_winters", Body::Floats(regression::smooth)),
    ("hour", Body::MapWith(calendar::hour)),
    ("idelta", window(steps::idelta)),
    ("increase", window(rate::increase)),
    ("info", Body::Whole(info::info)),
    ("irate", window(steps::irate)),
    ("label_join", Body::Whole(relabel::label_join)),
    ("label_replace", Body::Whole(relabel::label_replace)),
    ("last_over_time", window_keeping_name(whole_window::last)),
    ("ln", Body::Map(number::ln)),
    ("log10", Body::Map(number::log10)),
    ("log2", Body::Map(number::log2)),
    ("mad_over_time", Body::Floats(over_time::mad)),
    ("max_of", Body::Whole(whole::max_of)),
    ("max_over_time", Body::Floats(over_time::max)),
    ("min_of", Body::Whole(whole::min_of)),
    ("min_over_time", Body::Floats(over_time::min)),
    ("minute", Body::MapWith(calendar::minute)),
    ("month", Body::MapWith(calendar::month)),
    ("pi", Body::Whole(whole::pi)),
    ("predict_linear", Body::Floats(regression::predict_linear)),
    ("present_over_time", window(whole_window::present)),
    ("quantile_over_time", window(whole_window::quantile)),
    ("rad", Body::Map(math::radians)),
    ("range", Body::Whole(whole::range)),
    ("rate", window(rate::rate)),
    ("resets", window(steps::resets)),
    ("round", Body::MapWith(math::round)),
    ("scalar", Body::Whole(whole::scalar)),
    ("sgn", Body::Map(math::sign)),
    ("sin", Body::Map(f64::sin)),
    ("sinh", Body::Map(f64::sinh)),
    ("sort", Body::Whole(whole::sort)),
    ("sort_by_label", Body::Whole(whole::sort_by_label)),
    ("sort_by_label_desc", Body::Whole(whole::sort_by_label_desc)),
    ("sort_desc", Body::Whole(whole::sort_desc)),
    ("sqrt", Body::Map(f64::sqrt)),
    ("start", Body::Whole(whole::start)),
    ("start_timestamp", Body::Whole(whole::start_timestamp)),
    ("stddev_over_time", Body::Floats(over_time::stddev)),
    ("stdvar_over_time", Body::Floats(over_time::stdvar)),
    ("step", Body::Whole(whole::step)),
    ("sum_over_time", window(whole_window::sum)),
    ("tan", Body::Map(f64::tan)),
    ("tanh", Body::Map(f64::tanh)),
    ("time", Body::Whole(whole::time)),
    ("timestamp", Body::Whole(whole::timestamp)),
    ("ts_of_first_over_time", window(whole_window::time_of_first)),
    ("ts_of_last_over_time", window(whole_window::time_of_last)),
    ("ts_of_max_over_time", Body::Floats(over_time::time_of_max)),
    ("ts_of_min_over_time", Body::Floats(over_time::time_of_min)),
    ("vector", Body::Whole(whole::vector)),
    ("year", Body::MapWith(calendar::year)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::functions;

    #[test]
    fn the_table_is_sorted_and_every_row_is_in_the_catalogue() {
        assert!(TABLE.is_sorted_by_key(|&(name, _)| name));
        for (name, _) in TABLE {
            assert!(functions::lookup(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_function_of_the_catalogue_is_evaluated() {
        for function in functions::all() {
            assert!(lookup(function.name).is_some(), "{}", function.name);
        }
    }
}
