use std::fmt;

/// A length of time as Prometheus and Alertmanager write it, in milliseconds.
///
/// Grammar (`model.ParseDuration`): `0`, or numbers with the units `y w d h m s ms`, each at most once and in this
/// order; a year has 365 days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Duration {
    /// Milliseconds; never negative when parsed.
    pub ms: i64,
}

/// Why a text is no duration. The words are Prometheus's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DurationError {
    /// The text is empty.
    Empty,
    /// The text does not follow the grammar.
    Invalid(String),
    /// More than 2⁶³ nanoseconds, about 292 years.
    OutOfRange,
}

/// The units from large to small, with their length in milliseconds.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 24 * 3600 * 1000),
    ("w", 7 * 24 * 3600 * 1000),
    ("d", 24 * 3600 * 1000),
    ("h", 3600 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// Prometheus keeps durations as nanoseconds in 64 bits.
const MAX_MS: i64 = i64::MAX / 1_000_000;

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { ms: 0 };

    /// `ms` milliseconds.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self { ms }
    }

    /// Seconds, as PromQL counts them.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.ms as f64 / 1000.0
    }

    /// Reads `text` by Prometheus's grammar.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        if text.is_empty() {
            return Err(DurationError::Empty);
        }
        if text == "0" {
            return Ok(Self::ZERO);
        }
        let invalid = || DurationError::Invalid(text.to_owned());
        let mut total: i64 = 0;
        let mut rest = text;
        let mut units = UNITS.as_slice();
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (unit, after) = after.split_at(letters);
            let index = units
                .iter()
                .position(|&(name, _)| name == unit)
                .filter(|_| digits > 0)
                .ok_or_else(invalid)?;
            let part = number
                .parse::<i64>()
                .ok()
                .and_then(|n| n.checked_mul(units[index].1));
            total = part
                .and_then(|part| total.checked_add(part))
                .filter(|&ms| ms <= MAX_MS)
                .ok_or(DurationError::OutOfRange)?;
            units = &units[index + 1..];
            rest = after;
        }
        Ok(Self { ms: total })
    }
}

impl fmt::Display for Duration {
    /// As Prometheus prints it: `0s`, `1h30m`; years and weeks only where they divide exactly.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ms == 0 {
            return f.write_str("0s");
        }
        if self.ms < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.ms.unsigned_abs();
        for (unit, length) in UNITS {
            let length = length.unsigned_abs();
            let exact_only = matches!(unit, "y" | "w");
            if rest < length || (exact_only && !rest.is_multiple_of(length)) {
                continue;
            }
            write!(f, "{}{unit}", rest / length)?;
            rest %= length;
        }
        Ok(())
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty duration string"),
            Self::Invalid(text) => write!(f, "not a valid duration string: {text:?}"),
            Self::OutOfRange => f.write_str("duration out of range"),
        }
    }
}

impl std::error::Error for DurationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_grammar_of_prometheus() {
        let ms = |text| Duration::parse(text).map(|duration| duration.ms);
        assert_eq!(ms("0"), Ok(0));
        assert_eq!(ms("0s"), Ok(0));
        assert_eq!(ms("1h30m"), Ok(5_400_000));
        assert_eq!(ms("00005m"), Ok(300_000));
        assert_eq!(ms("1y2w3d4h5m6s7ms"), Ok(33_019_506_007));
        assert_eq!(ms(""), Err(DurationError::Empty));
        for bad in [
            "30m1h",
            "1.5h",
            "5",
            "1H",
            "1mo",
            "-5m",
            "5 minutes",
            "m",
            "1m1m",
        ] {
            assert_eq!(ms(bad), Err(DurationError::Invalid(bad.into())), "{bad}");
        }
        assert!(ms("292y").is_ok());
        assert_eq!(ms("293y"), Err(DurationError::OutOfRange));
        assert_eq!(ms("99999999999999999999s"), Err(DurationError::OutOfRange));
    }

    #[test]
    fn prints_as_prometheus_prints() {
        let print = |text| Duration::parse(text).unwrap().to_string();
        assert_eq!(print("0"), "0s");
        assert_eq!(print("90m"), "1h30m");
        assert_eq!(print("36h"), "1d12h");
        assert_eq!(print("7d"), "1w");
        assert_eq!(print("8d"), "8d");
        assert_eq!(print("365d"), "1y");
        assert_eq!(print("1500ms"), "1s500ms");
    }
}
