//! Intervals of numbers, and how operators change them.

use std::fmt;

use crate::number::format_plain;
use crate::promql::BinaryOp;

/// What is known of the numbers that an expression can have: all of them lie within.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    low: f64,
    high: f64,
    low_open: bool,
    high_open: bool,
    /// Whether every finite number is whole.
    whole: bool,
    /// Whether NaN is possible too.
    nan: bool,
}

impl Interval {
    /// No value at all.
    pub const NOTHING: Self = Self {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
        low_open: false,
        high_open: false,
        whole: true,
        nan: false,
    };
    /// Every number and NaN.
    pub const ANYTHING: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        low_open: false,
        high_open: false,
        whole: false,
        nan: true,
    };

    /// The numbers from `low` to `high`, both included.
    #[must_use]
    pub const fn between(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            low_open: false,
            high_open: false,
            whole: false,
            nan: false,
        }
    }

    /// The numbers from `low` on.
    #[must_use]
    pub const fn at_least(low: f64) -> Self {
        Self::between(low, f64::INFINITY)
    }

    /// The whole numbers from `low` to `high`.
    #[must_use]
    pub const fn whole(low: f64, high: f64) -> Self {
        Self {
            whole: true,
            ..Self::between(low, high)
        }
    }

    /// This number only.
    #[must_use]
    pub fn point(value: f64) -> Self {
        if value.is_nan() {
            return Self {
                nan: true,
                ..Self::NOTHING
            };
        }
        Self {
            whole: value.fract() == 0.0 || value.is_infinite(),
            ..Self::between(value, value)
        }
    }

    /// The same, and NaN.
    #[must_use]
    pub const fn or_nan(self) -> Self {
        Self { nan: true, ..self }
    }

    /// The same without NaN.
    #[must_use]
    pub const fn without_nan(self) -> Self {
        Self { nan: false, ..self }
    }

    /// The same, known to be whole or not known to be.
    #[must_use]
    pub const fn with_whole(self, whole: bool) -> Self {
        Self { whole, ..self }
    }

    /// Whether every finite number is whole.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.whole
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        !self.nan && !self.has_numbers()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_anything(self) -> bool {
        self.low == f64::NEG_INFINITY && self.high == f64::INFINITY && !self.whole
    }

    /// Whether NaN is possible.
    #[must_use]
    pub const fn may_be_nan(self) -> bool {
        self.nan
    }

    /// The only number, if there is one only and no NaN.
    #[must_use]
    pub fn only(self) -> Option<f64> {
        (self.low == self.high && self.has_numbers() && !self.nan).then_some(self.low)
    }

    /// The least number; it may be left out itself.
    #[must_use]
    pub const fn low(self) -> f64 {
        self.low
    }

    /// The greatest number; it may be left out itself.
    #[must_use]
    pub const fn high(self) -> f64 {
        self.high
    }

    fn has_numbers(self) -> bool {
        self.low < self.high || (self.low == self.high && !self.low_open && !self.high_open)
    }

    /// Every value of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let nan = self.nan || other.nan;
        if !self.has_numbers() {
            return Self { nan, ..other };
        }
        if !other.has_numbers() {
            return Self { nan, ..self };
        }
        let low_of = if other.low < self.low { other } else { self };
        let high_of = if other.high > self.high { other } else { self };
        Self {
            low: low_of.low,
            low_open: low_of.low_open && (self.low != other.low || other.low_open),
            high: high_of.high,
            high_open: high_of.high_open && (self.high != other.high || other.high_open),
            whole: self.whole && other.whole,
            nan,
        }
    }

    /// The values of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let low_of = if other.low > self.low { other } else { self };
        let high_of = if other.high < self.high { other } else { self };
        Self {
            low: low_of.low,
            low_open: low_of.low_open || (self.low == other.low && other.low_open),
            high: high_of.high,
            high_open: high_of.high_open || (self.high == other.high && other.high_open),
            whole: self.whole || other.whole,
            nan: self.nan && other.nan,
        }
        .tidied()
    }

    /// Moves the ends of whole numbers onto whole numbers.
    fn tidied(mut self) -> Self {
        if self.whole && self.low.is_finite() {
            let up = self.low.ceil();
            self.low = if self.low_open && up == self.low {
                up + 1.0
            } else {
                up
            };
            self.low_open = false;
        }
        if self.whole && self.high.is_finite() {
            let down = self.high.floor();
            self.high = if self.high_open && down == self.high {
                down - 1.0
            } else {
                down
            };
            self.high_open = false;
        }
        self
    }

    /// The values `x` of which `x op y` can hold for some `y` of `other`; NaN satisfies `!=` only.
    #[must_use]
    pub fn that(self, op: BinaryOp, other: Self) -> Self {
        let bounded = match op {
            BinaryOp::Gt | BinaryOp::Ge if other.has_numbers() => self.and(Self {
                low: other.low,
                low_open: other.low_open || op == BinaryOp::Gt,
                ..Self::at_least(0.0)
            }),
            BinaryOp::Lt | BinaryOp::Le if other.has_numbers() => self.and(Self {
                high: other.high,
                high_open: other.high_open || op == BinaryOp::Lt,
                ..Self::between(f64::NEG_INFINITY, 0.0)
            }),
            BinaryOp::Eq if other.has_numbers() => self.and(other.without_nan()),
            BinaryOp::Ne => return self.other_than(other),
            _ => Self::NOTHING,
        };
        bounded.without_nan()
    }

    fn other_than(self, other: Self) -> Self {
        let Some(point) = other.only() else {
            return self;
        };
        Self {
            low_open: self.low_open || self.low == point,
            high_open: self.high_open || self.high == point,
            ..self
        }
        .tidied()
    }

    /// Whether `x op y` holds for every `x` and `y`.
    #[must_use]
    pub fn always(self, op: BinaryOp, other: Self) -> bool {
        let opposite = match op {
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Ge => BinaryOp::Lt,
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Le => BinaryOp::Gt,
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            _ => return false,
        };
        let no_nan = !self.nan && !other.nan;
        (no_nan || op == BinaryOp::Ne) && !self.that(opposite, other).has_numbers()
    }

    /// What arithmetic of two values yields.
    #[must_use]
    pub fn arithmetic(self, op: BinaryOp, other: Self) -> Self {
        if self.is_nothing() || other.is_nothing() {
            return Self::NOTHING;
        }
        let nan = self.nan || other.nan;
        let result = match op {
            BinaryOp::Add => self.plus(other),
            BinaryOp::Sub => self.plus(other.negated()),
            BinaryOp::Mul => self.times(other),
            BinaryOp::Div => self.over(other),
            BinaryOp::Mod => self.modulo(other),
            BinaryOp::Pow => self.power(other),
            _ => Self::ANYTHING,
        };
        Self {
            nan: nan || result.nan,
            ..result
        }
    }

    /// The values with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
            low_open: self.high_open,
            high_open: self.low_open,
            ..self
        }
    }

    /// Rounding is monotonous, so that the ends bound every sum; an open end may be reached by rounding.
    fn plus(self, other: Self) -> Self {
        let (low, high) = (self.low + other.low, self.high + other.high);
        let opposite = (self.low == f64::NEG_INFINITY && other.high == f64::INFINITY)
            || (self.high == f64::INFINITY && other.low == f64::NEG_INFINITY);
        Self {
            low: if low.is_nan() { f64::NEG_INFINITY } else { low },
            high: if high.is_nan() { f64::INFINITY } else { high },
            low_open: false,
            high_open: false,
            whole: self.whole && other.whole,
            nan: opposite,
        }
    }

    fn times(self, other: Self) -> Self {
        let corners = [
            (self.low, other.low),
            (self.low, other.high),
            (self.high, other.low),
            (self.high, other.high),
        ];
        // Between 0 and infinity lies everything that their product can be near to, 0 itself included.
        let products = corners.map(|(a, b)| if a == 0.0 || b == 0.0 { 0.0 } else { a * b });
        let infinite = |side: Self| side.low.is_infinite() || side.high.is_infinite();
        let nan = (infinite(self) && other.has_zero()) || (infinite(other) && self.has_zero());
        Self {
            whole: self.whole && other.whole,
            nan,
            ..Self::of_corners(&products)
        }
    }

    fn of_corners(values: &[f64]) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self::between(low, high)
    }

    /// Whether 0 is among the values.
    #[must_use]
    pub fn has_zero(self) -> bool {
        !self.and(Self::point(0.0)).is_nothing()
    }

    fn over(self, other: Self) -> Self {
        if other.has_zero() || other.low <= 0.0 && other.high >= 0.0 {
            // The sign is all that is left; a divisor of −0 does not come from anything that is known to be positive.
            let positive = self.low >= 0.0 && other.low >= 0.0;
            let low = if positive { 0.0 } else { f64::NEG_INFINITY };
            return Self::at_least(low).or_nan();
        }
        let corners = [
            self.low / other.low,
            self.low / other.high,
            self.high / other.low,
            self.high / other.high,
        ]
        .map(|value| if value.is_nan() { 0.0 } else { value });
        let infinite = |side: Self| side.low.is_infinite() || side.high.is_infinite();
        Self {
            nan: infinite(self) && infinite(other),
            ..Self::of_corners(&corners)
        }
    }

    /// The remainder has the sign of the dividend and is smaller than the divisor.
    fn modulo(self, other: Self) -> Self {
        let most = other.low.abs().max(other.high.abs());
        let low = if self.low >= 0.0 { 0.0 } else { -most };
        let high = if self.high <= 0.0 { 0.0 } else { most };
        Self {
            whole: self.whole && other.whole,
            nan: other.has_zero() || self.low.is_infinite() || self.high.is_infinite(),
            ..Self::between(low, high)
        }
    }

    fn power(self, other: Self) -> Self {
        let is_even = other.only().is_some_and(|by| by % 2.0 == 0.0);
        if self.low >= 0.0 || is_even {
            Self::at_least(0.0)
        } else {
            Self::ANYTHING
        }
    }

    /// The same with ends moved apart by what an average or interpolation may lose by rounding.
    #[must_use]
    pub fn averaged(self) -> Self {
        let slack = |end: f64| {
            if end.fract() == 0.0 || end.is_infinite() {
                0.0
            } else {
                end.abs() * 1e-9
            }
        };
        Self {
            low: self.low - slack(self.low),
            high: self.high + slack(self.high),
            low_open: false,
            high_open: false,
            whole: self.whole && self.low == self.high,
            nan: self.nan || (self.low == f64::NEG_INFINITY && self.high == f64::INFINITY),
        }
    }

    /// The sum of one or more values.
    #[must_use]
    pub fn summed(self) -> Self {
        if !self.has_numbers() {
            return self;
        }
        let low = if self.low >= 0.0 {
            self.low
        } else {
            f64::NEG_INFINITY
        };
        let high = if self.high <= 0.0 {
            self.high
        } else {
            f64::INFINITY
        };
        let opposite = self.low == f64::NEG_INFINITY && self.high == f64::INFINITY;
        Self {
            nan: self.nan || opposite,
            whole: self.whole,
            ..Self::between(low, high)
        }
    }
}

impl fmt::Display for Interval {
    /// As the end of a sentence: `at least 1`, `0 or 1`, `a whole number from 0 to 23`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: f64| format_plain(value);
        let (low, high) = (number(self.low), number(self.high));
        if !self.has_numbers() {
            return f.write_str(if self.nan { "NaN" } else { "never there" });
        }
        let whole = if self.whole { "a whole number " } else { "" };
        match (self.low.is_infinite(), self.high.is_infinite()) {
            _ if self.low == self.high => write!(f, "always {low}")?,
            (false, false) if self.whole && self.high - self.low == 1.0 => {
                write!(f, "{low} or {high}")?;
            }
            (false, false) if self.low_open || self.high_open => {
                let from = if self.low_open { "above" } else { "at least" };
                let to = if self.high_open { "below" } else { "at most" };
                write!(f, "{whole}{from} {low} and {to} {high}")?;
            }
            (false, false) => write!(f, "{whole}from {low} to {high}")?,
            (false, true) if self.low == 0.0 && !self.low_open => f.write_str("never negative")?,
            (false, true) if self.low_open => write!(f, "above {low}")?,
            (false, true) => write!(f, "at least {low}")?,
            (true, false) if self.high_open => write!(f, "below {high}")?,
            (true, false) => write!(f, "at most {high}")?,
            (true, true) if self.whole => f.write_str("a whole number")?,
            (true, true) => f.write_str("any number")?,
        }
        if self.nan && self.low == self.high {
            f.write_str(" or NaN")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
