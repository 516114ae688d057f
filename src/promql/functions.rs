//! The catalogue of functions: one row a function.

use super::ValueType::{self, Matrix, Scalar, String, Vector};
use crate::target::{Target, Version};

/// A function of PromQL.
#[derive(PartialEq, Debug)]
pub struct Function {
    /// Name as written.
    pub name: &'static str,
    /// Types of the arguments; with `optional` arguments the last of them may be missing or repeated.
    pub args: &'static [ValueType],
    /// 0: exactly `args`. n > 0: the last may be left out or stand up to n times. −1: the last may be left out or
    /// repeated without end (Prometheus's `Variadic`).
    pub variadic: i8,
    /// What it yields.
    pub returns: ValueType,
    /// Whether it needs `promql-experimental-functions`; from `stable_since` on it does not.
    pub experimental: bool,
    /// The first Prometheus that has it; 0.0 where it is older than all that matter here.
    pub since: Version,
    /// The first Prometheus that no longer has it.
    pub until: Option<Version>,
    /// The first Prometheus in which it is no longer experimental.
    pub stable_since: Option<Version>,
}

/// The function of that name, whatever the version; names are case-sensitive.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Function> {
    let at = FUNCTIONS.binary_search_by(|row| row.name.cmp(name)).ok()?;
    FUNCTIONS.get(at)
}

/// Every function, ordered by name.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter()
}

impl Function {
    /// Whether the Prometheus aimed at has the function.
    #[must_use]
    pub fn exists_in(&self, version: Version) -> bool {
        version >= self.since && self.until.is_none_or(|until| version < until)
    }

    /// Whether the function may be called: it is stable or the flag for experimental functions is on.
    #[must_use]
    pub fn is_enabled(&self, target: &Target) -> bool {
        let is_stable = self
            .stable_since
            .is_some_and(|version| target.prometheus >= version);
        !self.experimental || is_stable || target.features.experimental_functions
    }

    /// Whether it needs two samples in its window to have a result.
    #[must_use]
    pub fn needs_two_samples(&self) -> bool {
        matches!(
            self.name,
            "rate" | "increase" | "irate" | "delta" | "idelta" | "deriv" | "predict_linear"
        )
    }

    /// Whether it can have a result although its argument has none.
    #[must_use]
    pub fn outlives_its_argument(&self) -> bool {
        matches!(self.name, "absent" | "absent_over_time" | "scalar" | "info")
    }

    const fn variadic(self, variadic: i8) -> Self {
        Self { variadic, ..self }
    }

    const fn experimental(self) -> Self {
        Self {
            experimental: true,
            ..self
        }
    }

    const fn since(self, major: u16, minor: u16) -> Self {
        Self {
            since: Version::new(major, minor),
            ..self
        }
    }

    const fn until(self, major: u16, minor: u16) -> Self {
        Self {
            until: Some(Version::new(major, minor)),
            ..self
        }
    }

    const fn stable_since(self, major: u16, minor: u16) -> Self {
        Self {
            stable_since: Some(Version::new(major, minor)),
            experimental: true,
            ..self
        }
    }
}

const fn row(name: &'static str, args: &'static [ValueType], returns: ValueType) -> Function {
    Function {
        name,
        args,
        variadic: 0,
        returns,
        experimental: false,
        since: Version::new(0, 0),
        until: None,
        stable_since: None,
    }
}

/// Stands in a tree for a function that is not known; such a tree never leaves the parser.
pub(super) static UNKNOWN: Function = row("", &[], Vector).variadic(-1);

/// Every function, in the order of the names.
#[rustfmt::skip]
pub static FUNCTIONS: [Function; 91] = [
    row("abs", &[Vector], Vector),
    row("absent", &[Vector], Vector),
    row("absent_over_time", &[Matrix], Vector),
    row("acos", &[Vector], Vector),
    row("acosh", &[Vector], Vector),
    row("asin", &[Vector], Vector),
    row("asinh", &[Vector], Vector),
    row("atan", &[Vector], Vector),
    row("atanh", &[Vector], Vector),
    row("avg_over_time", &[Matrix], Vector),
    row("ceil", &[Vector], Vector),
    row("changes", &[Matrix], Vector),
    row("clamp", &[Vector, Scalar, Scalar], Vector),
    row("clamp_max", &[Vector, Scalar], Vector),
    row("clamp_min", &[Vector, Scalar], Vector),
    row("cos", &[Vector], Vector),
    row("cosh", &[Vector], Vector),
    row("count_over_time", &[Matrix], Vector),
    row("day_of_month", &[Vector], Vector).variadic(1),
    row("day_of_week", &[Vector], Vector).variadic(1),
    row("day_of_year", &[Vector], Vector).variadic(1),
    row("days_in_month", &[Vector], Vector).variadic(1),
    row("deg", &[Vector], Vector),
    row("delta", &[Matrix], Vector),
    row("deriv", &[Matrix], Vector),
    row("double_exponential_smoothing", &[Matrix, Scalar, Scalar], Vector).experimental().since(3, 0),
    row("end", &[], Scalar).experimental().since(3, 12),
    row("exp", &[Vector], Vector),
    row("first_over_time", &[Matrix], Vector).since(3, 7).stable_since(3, 14),
    row("floor", &[Vector], Vector),
    row("histogram_avg", &[Vector], Vector).since(2, 51),
    row("histogram_count", &[Vector], Vector),
    row("histogram_fraction", &[Scalar, Scalar, Vector], Vector),
    row("histogram_quantile", &[Scalar, Vector], Vector),
    row("histogram_quantiles", &[Vector, String, Scalar, Scalar], Vector).variadic(9).experimental().since(3, 11),
    row("histogram_stddev", &[Vector], Vector).since(2, 47),
    row("histogram_stdvar", &[Vector], Vector).since(2, 47),
    row("histogram_sum", &[Vector], Vector),
    row("holt_winters", &[Matrix, Scalar, Scalar], Vector).until(3, 0),
    row("hour", &[Vector], Vector).variadic(1),
    row("idelta", &[Matrix], Vector),
    row("increase", &[Matrix], Vector),
    row("info", &[Vector, Vector], Vector).variadic(1).experimental().since(3, 0),
    row("irate", &[Matrix], Vector),
    row("label_join", &[Vector, String, String, String], Vector).variadic(-1),
    row("label_replace", &[Vector, String, String, String, String], Vector),
    row("last_over_time", &[Matrix], Vector),
    row("ln", &[Vector], Vector),
    row("log10", &[Vector], Vector),
    row("log2", &[Vector], Vector),
    row("mad_over_time", &[Matrix], Vector).experimental().since(2, 49),
    row("max_of", &[Scalar, Scalar], Scalar).experimental().since(3, 13),
    row("max_over_time", &[Matrix], Vector),
    row("min_of", &[Scalar, Scalar], Scalar).experimental().since(3, 13),
    row("min_over_time", &[Matrix], Vector),
    row("minute", &[Vector], Vector).variadic(1),
    row("month", &[Vector], Vector).variadic(1),
    row("pi", &[], Scalar),
    row("predict_linear", &[Matrix, Scalar], Vector),
    row("present_over_time", &[Matrix], Vector),
    row("quantile_over_time", &[Scalar, Matrix], Vector),
    row("rad", &[Vector], Vector),
    row("range", &[], Scalar).experimental().since(3, 12),
    row("rate", &[Matrix], Vector),
    row("resets", &[Matrix], Vector),
    row("round", &[Vector, Scalar], Vector).variadic(1),
    row("scalar", &[Vector], Scalar),
    row("sgn", &[Vector], Vector),
    row("sin", &[Vector], Vector),
    row("sinh", &[Vector], Vector),
    row("sort", &[Vector], Vector),
    row("sort_by_label", &[Vector, String], Vector).variadic(-1).experimental().since(2, 49),
    row("sort_by_label_desc", &[Vector, String], Vector).variadic(-1).experimental().since(2, 49),
    row("sort_desc", &[Vector], Vector),
    row("sqrt", &[Vector], Vector),
    row("start", &[], Scalar).experimental().since(3, 12),
    row("start_timestamp", &[Vector], Vector).experimental().since(3, 14),
    row("stddev_over_time", &[Matrix], Vector),
    row("stdvar_over_time", &[Matrix], Vector),
    row("step", &[], Scalar).experimental().since(3, 12),
    row("sum_over_time", &[Matrix], Vector),
    row("tan", &[Vector], Vector),
    row("tanh", &[Vector], Vector),
    row("time", &[], Scalar),
    row("timestamp", &[Vector], Vector),
    row("ts_of_first_over_time", &[Matrix], Vector).experimental().since(3, 7),
    row("ts_of_last_over_time", &[Matrix], Vector).experimental().since(3, 5),
    row("ts_of_max_over_time", &[Matrix], Vector).experimental().since(3, 5),
    row("ts_of_min_over_time", &[Matrix], Vector).experimental().since(3, 5),
    row("vector", &[Scalar], Vector),
    row("year", &[Vector], Vector).variadic(1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_row_is_found() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert!(FUNCTIONS.iter().all(|row| lookup(row.name) == Some(row)));
        assert_eq!(lookup("Rate"), None);
        assert_eq!(lookup(""), None);
    }

    #[test]
    fn versions_bound_the_rows() {
        let holt_winters = lookup("holt_winters").unwrap();
        assert!(holt_winters.exists_in(Version::new(2, 55)));
        assert!(!holt_winters.exists_in(Version::new(3, 0)));
        let first = lookup("first_over_time").unwrap();
        let mut target = Target::default();
        assert!(first.is_enabled(&target));
        target.prometheus = Version::new(3, 13);
        assert!(!first.is_enabled(&target));
    }
}
