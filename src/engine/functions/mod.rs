//! One evaluation function for each row of the catalogue in `promql::functions`.

mod absent;
mod calendar;
mod classic_histogram;
mod math;
mod over_time;
mod rate;
mod regression;
mod relabel;
mod whole;

use super::eval::{Evaluation, Outcome};
use super::plan::CallNode;
use super::selector::Window;
use crate::target::Target;

pub(super) use absent::absent_labels;

/// Makes one number of a window, given the scalar arguments; nothing where the window is too thin.
pub(super) type Reduce = fn(&Window<'_>, &[f64], &Target) -> Option<f64>;

/// How a function is evaluated.
#[derive(Debug)]
pub(super) enum Body {
    /// Each value on its own; the name goes.
    Map(fn(f64) -> f64),
    /// Each value with the scalar arguments; nothing drops the sample; the name goes.
    MapWith(fn(f64, &[f64]) -> Option<f64>),
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

/// The evaluation of the function of that name; nothing for those that need native histograms, range queries or
/// experimental semantics, which are not evaluated yet.
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
    ("avg_over_time", window(over_time::avg)),
    ("ceil", Body::Map(f64::ceil)),
    ("changes", window(over_time::changes)),
    ("clamp", Body::MapWith(math::clamp)),
    ("clamp_max", Body::MapWith(math::clamp_max)),
    ("clamp_min", Body::MapWith(math::clamp_min)),
    ("cos", Body::Map(f64::cos)),
    ("cosh", Body::Map(f64::cosh)),
    ("count_over_time", window(over_time::count)),
    ("day_of_month", Body::MapWith(calendar::day_of_month)),
    ("day_of_week", Body::MapWith(calendar::day_of_week)),
    ("day_of_year", Body::MapWith(calendar::day_of_year)),
    ("days_in_month", Body::MapWith(calendar::days_in_month)),
    ("deg", Body::Map(math::degrees)),
    ("delta", window(rate::delta)),
    ("deriv", window(regression::deriv)),
    ("double_exponential_smoothing", window(regression::smooth)),
    ("exp", Body::Map(f64::exp)),
    ("first_over_time", window_keeping_name(over_time::first)),
    ("floor", Body::Map(f64::floor)),
    ("histogram_avg", Body::Whole(whole::no_native_histograms)),
    ("histogram_count", Body::Whole(whole::no_native_histograms)),
    (
        "histogram_quantile",
        Body::Whole(classic_histogram::quantile),
    ),
    ("histogram_stddev", Body::Whole(whole::no_native_histograms)),
    ("histogram_stdvar", Body::Whole(whole::no_native_histograms)),
    ("histogram_sum", Body::Whole(whole::no_native_histograms)),
    ("holt_winters", window(regression::smooth)),
    ("hour", Body::MapWith(calendar::hour)),
    ("idelta", window(rate::idelta)),
    ("increase", window(rate::increase)),
    ("irate", window(rate::irate)),
    ("label_join", Body::Whole(relabel::label_join)),
    ("label_replace", Body::Whole(relabel::label_replace)),
    ("last_over_time", window_keeping_name(over_time::last)),
    ("ln", Body::Map(f64::ln)),
    ("log10", Body::Map(f64::log10)),
    ("log2", Body::Map(f64::log2)),
    ("mad_over_time", window(over_time::mad)),
    ("max_over_time", window(over_time::max)),
    ("min_over_time", window(over_time::min)),
    ("minute", Body::MapWith(calendar::minute)),
    ("month", Body::MapWith(calendar::month)),
    ("pi", Body::Whole(whole::pi)),
    ("predict_linear", window(regression::predict_linear)),
    ("present_over_time", window(over_time::present)),
    ("quantile_over_time", window(over_time::quantile)),
    ("rad", Body::Map(math::radians)),
    ("rate", window(rate::rate)),
    ("resets", window(over_time::resets)),
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
    ("stddev_over_time", window(over_time::stddev)),
    ("stdvar_over_time", window(over_time::stdvar)),
    ("sum_over_time", window(over_time::sum)),
    ("tan", Body::Map(f64::tan)),
    ("tanh", Body::Map(f64::tanh)),
    ("time", Body::Whole(whole::time)),
    ("timestamp", Body::Whole(whole::timestamp)),
    ("ts_of_first_over_time", window(over_time::time_of_first)),
    ("ts_of_last_over_time", window(over_time::time_of_last)),
    ("ts_of_max_over_time", window(over_time::time_of_max)),
    ("ts_of_min_over_time", window(over_time::time_of_min)),
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
    fn every_stable_float_function_is_evaluated() {
        let missing: Vec<&str> = functions::all()
            .filter(|function| !function.experimental && lookup(function.name).is_none())
            .map(|function| function.name)
            .collect();
        assert_eq!(missing, ["histogram_fraction"]);
    }
}
