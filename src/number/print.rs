//! `strconv.FormatFloat`

use std::fmt::Write as _;

/// How many digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// As few as tell the number from its neighbours.
    Shortest,
    /// So many: behind the point for `e` and `f`, significant ones for `g`.
    Digits(usize),
}

/// `value` in the layout `e`, `f`, `g` or `x` of Go; any other letter counts as `g`.
///
/// `g` turns to an exponent below 1e-4 and from ten to the power of its digits on; without a precision it decides as
/// if that were six, so that a million is `1e+06`.
#[must_use]
pub fn format_float(value: f64, layout: char, precision: Precision) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match (layout, precision) {
        ('f', Precision::Shortest) => plain(&Decimal::shortest(value)),
        ('f', Precision::Digits(digits)) => format!("{value:.digits$}"),
        ('e', Precision::Shortest) => with_exponent(&Decimal::shortest(value)),
        ('e', Precision::Digits(digits)) => with_exponent(&Decimal::rounded(value, digits + 1)),
        ('x', precision) => hexadecimal(value, precision),
        (_, Precision::Shortest) => general(Decimal::shortest(value), 6),
        (_, Precision::Digits(digits)) => {
            let digits = digits.max(1);
            general(Decimal::rounded(value, digits).trimmed(), digits)
        }
    }
}

/// Go's `%v` of a number.
#[must_use]
pub fn format_value(value: f64) -> String {
    format_float(value, 'g', Precision::Shortest)
}

/// A number for people: the shortest decimal that reads back the same, without an exponent where it is of middling size;
/// `+Inf`, `-Inf` or `NaN`.
#[must_use]
pub fn format_plain(value: f64) -> String {
    if value.is_finite() && (value == 0.0 || (1e-6..1e21).contains(&value.abs())) {
        return value.to_string();
    }
    if value.is_finite() {
        return format!("{value:e}");
    }
    format_value(value)
}

/// A number to three digits, where more would only distract.
#[must_use]
pub fn rough(value: f64) -> String {
    format_float(value, 'g', Precision::Digits(3))
}

/// `d.ddd` times a power of ten.
struct Decimal {
    negative: bool,
    /// At least one digit.
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// The fewest digits that read back as the same number. Of two choices equally near Go takes the even one, Rust the
    /// larger one.
    fn shortest(value: f64) -> Self {
        let short = Self::read(&format!("{value:e}"));
        let is_even = short.digits.ends_with(['0', '2', '4', '6', '8']);
        // One digit more; if the number is halfway between two choices, these are all its digits.
        let mut longer = Self::read(&format!("{value:.*e}", short.digits.len()));
        if is_even || !longer.digits.ends_with('5') {
            return short;
        }
        // No float has more digits than these.
        let all = Self::read(&format!("{value:.780e}"));
        let is_halfway = all.digits.trim_end_matches('0') == longer.digits;
        longer.digits.pop();
        let reads_back = with_exponent(&longer).parse() == Ok(value);
        if is_halfway && reads_back {
            longer
        } else {
            short
        }
    }

    /// Rounded to so many significant digits, exactly and half to even.
    fn rounded(value: f64, digits: usize) -> Self {
        let behind = digits - 1;
        Self::read(&format!("{value:.behind$e}"))
    }

    /// Reads what Rust prints for `{:e}`.
    fn read(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Self {
            negative: mantissa.starts_with('-'),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    /// Without zeros at the end.
    fn trimmed(mut self) -> Self {
        let kept = self.digits.trim_end_matches('0').len().max(1);
        self.digits.truncate(kept);
        self
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }
}

/// Go's `%g`: an exponent below 1e-4 and from 10^`limit` on.
fn general(decimal: Decimal, limit: usize) -> String {
    if decimal.exponent < -4 || decimal.exponent >= limit as i32 {
        with_exponent(&decimal)
    } else {
        plain(&decimal)
    }
}

/// Go's `%x`: `0x1.8p+01`, rounded half to even.
fn hexadecimal(value: f64, precision: Precision) -> String {
    /// Bits behind the point.
    const BITS: u32 = 52;
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let raw_exponent = (value.to_bits() >> BITS & 0x7ff) as i32;
    let mut mantissa = value.to_bits() & ((1 << BITS) - 1);
    let mut exponent = raw_exponent - 1023;
    if raw_exponent == 0 {
        exponent = -1022;
    } else {
        mantissa |= 1 << BITS;
    }
    if mantissa == 0 {
        exponent = 0;
    }
    while mantissa != 0 && mantissa >> BITS == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    let digits = match precision {
        Precision::Digits(digits) => digits,
        Precision::Shortest => 13 - (mantissa.trailing_zeros() / 4).min(13) as usize,
    };
    if digits < 13 {
        let shift = 52 - 4 * digits as u32;
        let (kept, rest, half) = (
            mantissa >> shift,
            mantissa & ((1 << shift) - 1),
            1 << (shift - 1),
        );
        let up = rest > half || rest == half && kept & 1 == 1;
        mantissa = (kept + u64::from(up)) << shift;
        if mantissa >> (BITS + 1) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let fraction = format!("{:013x}", mantissa & ((1 << BITS) - 1));
    let mut out = format!("{sign}0x{}", mantissa >> BITS);
    if digits > 0 {
        out.push('.');
        out.push_str(&fraction[..digits.min(13)]);
        out.push_str(&"0".repeat(digits.saturating_sub(13)));
    }
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "p{exponent_sign}{:02}", exponent.unsigned_abs());
    out
}

fn with_exponent(decimal: &Decimal) -> String {
    let (first, rest) = decimal.digits.split_at(1);
    let mut out = format!("{}{first}", decimal.sign());
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    let sign = if decimal.exponent < 0 { '-' } else { '+' };
    // Writing into a string cannot fail.
    let _ = write!(out, "e{sign}{:02}", decimal.exponent.unsigned_abs());
    out
}

fn plain(decimal: &Decimal) -> String {
    let digits = &decimal.digits;
    let sign = decimal.sign();
    if decimal.exponent < 0 {
        let zeros = "0".repeat(decimal.exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = decimal.exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (whole, fraction) = digits.split_at(whole);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_plain_numbers() {
        assert_eq!(format_plain(5.0), "5");
        assert_eq!(format_plain(1_234_567.5), "1234567.5");
        assert_eq!(format_plain(-0.0), "-0");
        assert_eq!(format_plain(1e300), "1e300");
        assert_eq!(format_plain(f64::NEG_INFINITY), "-Inf");
    }

    #[test]
    fn prints_values_as_go_does() {
        for (value, text) in [
            (5.0, "5"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (100_000.0, "100000"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (123_456_789.0, "1.23456789e+08"),
            (123_456.5, "123456.5"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e20, "1e+20"),
            (1e-300, "1e-300"),
            // Halfway between two decimals of 16 digits, both of which are near enough.
            (524_288.0 + 1.0 / 2048.0, "524288.0004882812"),
            (577_349_249_251_863.0 + 0.25, "5.773492492518632e+14"),
            (577_349_249_251_863.0 + 0.75, "5.773492492518638e+14"),
            (0.000_012_34, "1.234e-05"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(format_value(value), text);
        }
    }

    #[test]
    fn prints_hexadecimal() {
        let hex = |value, precision| format_float(value, 'x', precision);
        assert_eq!(hex(3.0, Precision::Shortest), "0x1.8p+01");
        assert_eq!(hex(0.0, Precision::Shortest), "0x0p+00");
        assert_eq!(hex(-1e-12, Precision::Shortest), "-0x1.19799812dea11p-40");
        assert_eq!(hex(4_492_006_863.128, Precision::Digits(0)), "0x1p+32");
        assert_eq!(hex(0.090_545_5, Precision::Digits(4)), "0x1.72e0p-04");
    }

    #[test]
    fn rounds_exactly_and_half_to_even() {
        let fixed = |value, layout, digits| format_float(value, layout, Precision::Digits(digits));
        assert_eq!(fixed(2.5, 'f', 0), "2");
        assert_eq!(fixed(3.5, 'f', 0), "4");
        assert_eq!(fixed(0.125, 'f', 2), "0.12");
        assert_eq!(fixed(1.005, 'f', 2), "1.00");
        assert_eq!(fixed(5.0, 'e', 6), "5.000000e+00");
        assert_eq!(fixed(0.0, 'e', 1), "0.0e+00");
        assert_eq!(fixed(999.99, 'g', 4), "1000");
        assert_eq!(fixed(99_999.0, 'g', 4), "1e+05");
        assert_eq!(fixed(1.234567, 'g', 4), "1.235");
        assert_eq!(fixed(100.0, 'g', 0), "1e+02");
        assert_eq!(fixed(0.000_123_45, 'g', 3), "0.000123");
    }
}
