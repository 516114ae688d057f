//! The Prometheus and Alertmanager that a project aims at: one plain struct that everyone reads.

mod dialect;
mod duration;
mod flags;

use std::fmt;

pub use dialect::Dialect;
pub use duration::{Duration, DurationError};
pub use flags::{FlagFact, Program};

/// A version `major.minor`; patch releases do not change behaviour that matters here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

impl Version {
    /// `major.minor`.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// Reads `2.42`, `v2.42`, `2.42.0` or `3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        let patch_is_number = parts.next().is_none_or(|part| part.parse::<u32>().is_ok());
        (patch_is_number && parts.next().is_none()).then_some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The newest Prometheus whose behaviour is known here.
pub const NEWEST_PROMETHEUS: Version = Version::new(3, 14);
/// The newest Alertmanager whose behaviour is known here.
pub const NEWEST_ALERTMANAGER: Version = Version::new(0, 34);

/// Feature flags of Prometheus (`--enable-feature`) that change what a rule means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Features {
    /// `promql-experimental-functions`
    pub experimental_functions: bool,
    /// `promql-delayed-name-removal`
    pub delayed_name_removal: bool,
    /// `promql-extended-range-selectors`: `anchored` and `smoothed`
    pub extended_range_selectors: bool,
    /// `promql-binop-fill-modifiers`: `fill`, `fill_left`, `fill_right`
    pub binop_fill_modifiers: bool,
    /// `type-and-unit-labels`: the labels `__type__` and `__unit__` belong to the name
    pub type_and_unit_labels: bool,
    /// `use-start-timestamps`: `rate` and its like see when a counter was started
    pub use_start_timestamps: bool,
    /// `promql-duration-expr`, on by itself since 3.14
    pub duration_expressions: bool,
}

impl Features {
    /// Every flag on.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            experimental_functions: true,
            delayed_name_removal: true,
            extended_range_selectors: true,
            binop_fill_modifiers: true,
            duration_expressions: true,
            type_and_unit_labels: true,
            use_start_timestamps: true,
        }
    }

    /// Turns on the flag of that name; false when there is none.
    pub fn enable(&mut self, flag: &str) -> bool {
        match flag {
            "promql-experimental-functions" => self.experimental_functions = true,
            "promql-delayed-name-removal" => self.delayed_name_removal = true,
            "promql-extended-range-selectors" => self.extended_range_selectors = true,
            "promql-binop-fill-modifiers" => self.binop_fill_modifiers = true,
            "promql-duration-expr" => self.duration_expressions = true,
            "type-and-unit-labels" => self.type_and_unit_labels = true,
            "use-start-timestamps" => self.use_start_timestamps = true,
            _ => return false,
        }
        true
    }

    /// The names that `enable` takes.
    pub const NAMES: [&'static str; 7] = [
        "promql-experimental-functions",
        "promql-delayed-name-removal",
        "promql-extended-range-selectors",
        "promql-binop-fill-modifiers",
        "promql-duration-expr",
        "type-and-unit-labels",
        "use-start-timestamps",
    ];
}

/// How Alertmanager reads matchers (`--enable-feature`); before 0.27 there is the classic notation alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MatcherMode {
    /// The UTF-8 notation, and the classic one where that fails or means something else.
    #[default]
    Fallback,
    /// `classic-mode`: the classic notation alone.
    Classic,
    /// `utf8-strict-mode`: the UTF-8 notation alone.
    Utf8,
}

/// What the rules and routes will run on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// Version of Prometheus.
    pub prometheus: Version,
    /// Version of Alertmanager.
    pub alertmanager: Version,
    /// How Alertmanager reads matchers.
    pub matchers: MatcherMode,
    /// Whose rule files they are.
    pub dialect: Dialect,
    /// Feature flags of Prometheus.
    pub features: Features,
    /// Whether somebody said which version or flags it is, so that a flag that is not named is off.
    pub is_declared: bool,
    /// How far back an instant selector looks, in milliseconds (`--query.lookback-delta`, 5 minutes).
    pub lookback_ms: i64,
    /// How many samples a query may hold in memory (`--query.max-samples`, 50 million; promtool takes 10,000).
    pub max_samples: u64,
    /// Whether fixtures may have the key `rulecheck`, which promtool refuses.
    pub extensions: bool,
    /// Whether rule files and the configuration of Prometheus may have keys that it does not know (`--ignore-unknown-fields`).
    pub ignore_unknown_fields: bool,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            prometheus: NEWEST_PROMETHEUS,
            alertmanager: NEWEST_ALERTMANAGER,
            matchers: MatcherMode::Fallback,
            dialect: Dialect::Prometheus,
            features: Features::default(),
            is_declared: false,
            lookback_ms: 5 * 60 * 1000,
            max_samples: 50_000_000,
            extensions: true,
            ignore_unknown_fields: false,
        }
    }
}

impl Target {
    /// Whether the left edge of lookback, range and subquery windows is outside the window (3.0) or inside (2.x).
    #[must_use]
    pub fn left_open(&self) -> bool {
        self.prometheus >= Version::new(3, 0)
    }

    /// Whether metric and label names may be any UTF-8 text (3.0) or only classic names (2.x).
    #[must_use]
    pub fn utf8_names(&self) -> bool {
        self.prometheus >= Version::new(3, 0)
    }

    /// Whether Alertmanager knows the classic notation of matchers alone, and label names that go with it.
    #[must_use]
    pub fn classic_matchers(&self) -> bool {
        self.alertmanager < Version::new(0, 27) || self.matchers == MatcherMode::Classic
    }

    /// Whether durations may be computed, as in `[5m * 2]`.
    #[must_use]
    pub fn duration_expressions(&self) -> bool {
        self.features.duration_expressions || self.prometheus >= Version::new(3, 14)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        assert_eq!(Version::parse("2.42"), Some(Version::new(2, 42)));
        assert_eq!(Version::parse("v2.52.0"), Some(Version::new(2, 52)));
        assert_eq!(Version::parse("3"), Some(Version::new(3, 0)));
        assert_eq!(Version::parse("latest"), None);
        assert_eq!(Version::parse("1.2.x"), None);
        assert!(Version::new(2, 42) < Version::new(3, 0));
    }

    #[test]
    fn every_flag_name_is_known() {
        let mut features = Features::default();
        assert!(Features::NAMES.iter().all(|name| features.enable(name)));
        assert_eq!(features, Features::all());
        assert!(!features.enable("memory-snapshot-on-shutdown"));
    }
}
