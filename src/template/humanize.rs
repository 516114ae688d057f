//! The functions that make numbers readable, and what they take for a number.

use super::literal::parse_float;
use super::time::Time;
use super::value::Value;
use crate::number::{Precision, format_float, format_value};

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];
const BINARY: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

/// `%.4g`
fn four_digits(value: f64) -> String {
    format_float(value, 'g', Precision::Digits(4))
}

/// The number in a value: numbers, durations in seconds, texts that are numbers.
pub(super) fn to_float(value: &Value) -> Result<f64, String> {
    match value {
        Value::Float(value) => Ok(*value),
        Value::Int(value, super::value::IntType::Int | super::value::IntType::Int64) => {
            Ok(*value as f64)
        }
        Value::String(text) => parse_float(text),
        Value::Duration(nanos, _) => Ok(*nanos as f64 / 1e9),
        other => Err(format!("can't convert {} to float", other.type_name())),
    }
}

/// Divides by `step` while the value is not below it, a prefix each time.
fn scale_down(value: f64, step: f64, prefixes: [&'static str; 8]) -> (f64, &'static str) {
    let mut scaled = (value, "");
    for prefix in prefixes {
        if scaled.0.abs() < step {
            break;
        }
        scaled = (scaled.0 / step, prefix);
    }
    scaled
}

/// Multiplies by 1000 while the value is below 1.
fn scale_up(value: f64) -> (f64, &'static str) {
    let mut scaled = (value, "");
    for prefix in SMALL {
        if scaled.0.abs() >= 1.0 {
            break;
        }
        scaled = (scaled.0 * 1000.0, prefix);
    }
    scaled
}

/// SI prefixes.
pub(super) fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return four_digits(value);
    }
    let (scaled, prefix) = if value.abs() >= 1.0 {
        scale_down(value, 1000.0, LARGE)
    } else {
        scale_up(value)
    };
    four_digits(scaled) + prefix
}

/// Binary prefixes.
pub(super) fn humanize1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return four_digits(value);
    }
    let (scaled, prefix) = scale_down(value, 1024.0, BINARY);
    four_digits(scaled) + prefix
}

/// Seconds as days, hours, minutes and seconds.
pub(super) fn humanize_duration(value: f64) -> String {
    if !value.is_finite() {
        return four_digits(value);
    }
    if value == 0.0 {
        return four_digits(value) + "s";
    }
    if value.abs() < 1.0 {
        let (scaled, prefix) = scale_up(value);
        return format!("{}{prefix}s", four_digits(scaled));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let value = value.abs();
    let whole = value as i64;
    let (days, hours) = (whole / 86_400, whole / 3600 % 24);
    let (minutes, seconds) = (whole / 60 % 60, whole % 60);
    if days != 0 {
        format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
    } else if hours != 0 {
        format!("{sign}{hours}h {minutes}m {seconds}s")
    } else if minutes != 0 {
        format!("{sign}{minutes}m {seconds}s")
    } else {
        format!("{sign}{}s", four_digits(value))
    }
}

/// A ratio in percent.
pub(super) fn humanize_percentage(value: f64) -> String {
    four_digits(value * 100.0) + "%"
}

/// Unix seconds as a date.
pub(super) fn humanize_timestamp(value: f64) -> Result<String, String> {
    if !value.is_finite() {
        return Ok(four_digits(value));
    }
    to_time(value).map(|time| time.to_string())
}

/// Unix seconds as a time.
pub(super) fn to_time(value: f64) -> Result<Time, String> {
    if !value.is_finite() {
        return Err("value is NaN or Inf".to_owned());
    }
    let nanos = value * 1e9;
    if nanos > i64::MAX as f64 || nanos < i64::MIN as f64 {
        let value = format_value(value);
        return Err(format!(
            "{value} cannot be represented as a nanoseconds timestamp since it overflows int64"
        ));
    }
    Ok(Time::from_nanos(nanos as i64))
}
