//! What `promtool test rules --debug` writes about a test.

use std::fmt::Write as _;

use crate::harness::Dump;
use crate::number::{Precision, format_float};
use crate::storage::SampleValue;

/// The lines about one test; `name` is its name, or `unnamed#` and its index.
#[must_use]
pub fn debug(name: &str, dump: &Dump) -> String {
    let mut text = format!("DEBUG: Starting test {name}\n");
    let at = seconds(dump.at.ms / 1000);
    // Writing into a string cannot fail.
    let _ = match &dump.series {
        Ok(series) => {
            let _ = writeln!(
                text,
                "DEBUG: Dump of all data (input_series and rules) at {at}:"
            );
            for series in series {
                let _ = writeln!(text, "{} =>", series.labels.in_braces());
                for (time, value) in &series.points {
                    let value = match value {
                        SampleValue::Float(value) => format_float(*value, 'f', Precision::Shortest),
                        SampleValue::Histogram(histogram) => histogram.to_string(),
                    };
                    let _ = writeln!(text, "{value} @[{time}]");
                }
            }
            // Without series promtool writes an empty line.
            if series.is_empty() {
                writeln!(text)
            } else {
                Ok(())
            }
        }
        Err(error) => writeln!(text, "DEBUG: Failed query exec, err: {error}"),
    };
    let _ = writeln!(text, "DEBUG: Test {name} finished, took {:?}", dump.took);
    text
}

/// Whole seconds as Go prints a duration: `1h0m1s`.
fn seconds(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = String::new();
    if hours > 0 {
        text = format!("{hours}h");
    }
    if seconds >= 60 {
        let _ = write!(text, "{minutes}m");
    }
    text + &format!("{}s", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_printed_as_by_go() {
        assert_eq!(seconds(0), "0s");
        assert_eq!(seconds(61), "1m1s");
        assert_eq!(seconds(3600), "1h0m0s");
        assert_eq!(seconds(90_061), "25h1m1s");
    }
}
