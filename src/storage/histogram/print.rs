//! How histograms are written.

use std::fmt::{self, Write as _};

use super::Histogram;
use crate::promql::CounterResetHint;

/// How many empty buckets the test notation writes for one side. It has no way to leave them out, so that two buckets
/// far apart would take up gigabytes.
const LONGEST_GAP: i64 = 1 << 16;

/// `{count:20, sum:10, [-2,-1):2, [-0.001,0.001]:2, (0.5,1]:1}`, as Go's `String` writes it in labels and templates.
/// Buckets without observations are left out.
impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{{count:{}, sum:{}",
            general(self.count),
            general(self.sum)
        )?;
        // The zero bucket is written even where its count is negative or NaN.
        let zero = (self.zero_count != 0.0).then(|| self.zero_bucket());
        let buckets = self
            .negative_buckets()
            .rev()
            .filter(|bucket| bucket.count != 0.0)
            .chain(zero)
            .chain(self.positive_buckets().filter(|bucket| bucket.count != 0.0));
        for bucket in buckets {
            let open = if bucket.lower_inclusive { '[' } else { '(' };
            let close = if bucket.upper_inclusive { ']' } else { ')' };
            let (lower, upper) = (general(bucket.lower), general(bucket.upper));
            write!(
                f,
                ", {open}{lower},{upper}{close}:{}",
                general(bucket.count)
            )?;
        }
        f.write_char('}')
    }
}

impl Histogram {
    /// `{{schema:1 count:3 …}}`, the notation of tests and of promtool's messages (`TestExpression`). Keys of value 0
    /// are left out, and so are empty buckets before the first and after the last that is not.
    #[must_use]
    pub fn test_expression(&self) -> String {
        let mut keys = Vec::new();
        if self.schema != 0 {
            keys.push(format!("schema:{}", self.schema));
        }
        let mut number = |key: &str, value: f64| {
            if value != 0.0 {
                keys.push(format!("{key}:{}", general(value)));
            }
        };
        number("count", self.count);
        number("sum", self.sum);
        if !self.has_custom_buckets() {
            number("z_bucket", self.zero_count);
            number("z_bucket_w", self.zero_threshold);
        }
        if self.has_custom_buckets() {
            keys.push(format!(
                "custom_values:[{}]",
                list(self.custom_bounds.iter().copied())
            ));
        }
        let hint = match self.hint {
            CounterResetHint::Unknown => None,
            CounterResetHint::Reset => Some("reset"),
            CounterResetHint::NotReset => Some("not_reset"),
            CounterResetHint::Gauge => Some("gauge"),
        };
        keys.extend(hint.map(|hint| format!("counter_reset_hint:{hint}")));
        push_side(&mut keys, "offset", "buckets", &self.positive);
        if !self.has_custom_buckets() {
            push_side(&mut keys, "n_offset", "n_buckets", &self.negative);
        }
        format!("{{{{{}}}}}", keys.join(" "))
    }
}

/// The buckets of one side in a row, the gaps between spans filled with zeros.
///
/// Where there are more than two spans, Prometheus puts all these zeros behind the first one. promtool compares
/// histograms by their notation, so the mistake has to be made here, too.
fn push_side(keys: &mut Vec<String>, offset_key: &str, key: &str, buckets: &[(i32, f64)]) {
    let mut spans = buckets
        .chunk_by(|bucket, next| bucket.0.checked_add(1) == Some(next.0))
        .filter_map(without_empty_ends);
    let Some(span) = spans.next() else {
        return;
    };
    let offset = span[0].0;
    if offset != 0 {
        keys.push(format!("{offset_key}:{offset}"));
    }
    let counts = |span: &[(i32, f64)]| list(span.iter().map(|&(_, count)| count));
    let mut first = counts(span);
    let mut rest = String::new();
    let mut end = i64::from(offset) + span.len() as i64;
    let mut gaps = 0;
    for span in spans {
        gaps += i64::from(span[0].0) - end;
        end = i64::from(span[0].0) + span.len() as i64;
        rest.push(' ');
        rest.push_str(&counts(span));
    }
    if gaps > LONGEST_GAP {
        // Not what Prometheus writes; but that would not come to an end.
        first.push_str(" …");
    } else {
        first.push_str(&" 0".repeat(gaps as usize));
    }
    keys.push(format!("{key}:[{first}{rest}]"));
}

fn without_empty_ends(span: &[(i32, f64)]) -> Option<&[(i32, f64)]> {
    let is_populated = |&(_, count): &(i32, f64)| count != 0.0;
    let first = span.iter().position(is_populated)?;
    let last = span.iter().rposition(is_populated)?;
    Some(&span[first..=last])
}

fn list(values: impl IntoIterator<Item = f64>) -> String {
    let values: Vec<String> = values.into_iter().map(general).collect();
    values.join(" ")
}

/// A number as Go's `%g` and `%v` write it: the shortest decimal that reads back as the same number, with an exponent of
/// at least two digits where that is below −4 or above 5.
pub(super) fn general(value: f64) -> String {
    if let Some(name) = name_of(value) {
        return name.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = shortest_digits(value.abs());
    let (head, tail) = digits.split_at(1);
    match exponent {
        0..6 => {
            // How many digits are before the point.
            let whole = exponent.unsigned_abs() as usize + 1;
            match digits.split_at_checked(whole) {
                Some((whole, "")) => format!("{sign}{whole}"),
                Some((whole, decimals)) => format!("{sign}{whole}.{decimals}"),
                None => format!("{sign}{digits:0<whole$}"),
            }
        }
        -4..0 => {
            let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
            format!("{sign}0.{zeros}{digits}")
        }
        _ => {
            let point = if tail.is_empty() { "" } else { "." };
            let exponent_sign = if exponent < 0 { '-' } else { '+' };
            format!(
                "{sign}{head}{point}{tail}e{exponent_sign}{:02}",
                exponent.abs()
            )
        }
    }
}

/// The fewest digits that read back as the same number, and the exponent of the first one. Of two choices equally near
/// Go takes the even one, Rust the larger one.
fn shortest_digits(value: f64) -> (String, i32) {
    let (digits, exponent) = scientific(&format!("{value:e}"));
    let is_even = digits.ends_with(['0', '2', '4', '6', '8']);
    // One digit more; if the number is halfway between two choices, these are all its digits.
    let (longer, _) = scientific(&format!("{value:.*e}", digits.len()));
    let Some(lower) = longer.strip_suffix('5').filter(|_| !is_even) else {
        return (digits, exponent);
    };
    // No float has more digits than these.
    let (all, _) = scientific(&format!("{value:.780e}"));
    let reads_back = format!("{lower}e{}", i64::from(exponent) + 1 - lower.len() as i64)
        .parse()
        .is_ok_and(|parsed: f64| parsed == value);
    if all.trim_end_matches('0') == longer && reads_back {
        return (lower.to_owned(), exponent);
    }
    (digits, exponent)
}

/// Takes `1.25e-7` apart into digits and exponent.
fn scientific(text: &str) -> (String, i32) {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (digits.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// A number as Go's `%f` writes it, with six decimals.
pub(super) fn fixed(value: f64) -> String {
    name_of(value).map_or_else(|| format!("{value:.6}"), str::to_owned)
}

fn name_of(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value == f64::INFINITY {
        Some("+Inf")
    } else if value == f64::NEG_INFINITY {
        Some("-Inf")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{SeriesItem, parse_series_description};
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;
    use crate::target::Target;

    #[test]
    fn numbers_are_written_as_go_does() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (123_456.0, "123456"),
            (1_234_567.0, "1.234567e+06"),
            (-1e20, "-1e+20"),
            (0.0001, "0.0001"),
            (0.000_012_34, "1.234e-05"),
            (1.5e300, "1.5e+300"),
            (-0.05, "-0.05"),
            (100_000.0, "100000"),
            (12.5, "12.5"),
            // Halfway between two decimals of 16 digits, both of which are near enough.
            (524_288.0 + 1.0 / 2048.0, "524288.0004882812"),
            (577_349_249_251_863.0 + 0.25, "5.773492492518632e+14"),
            (577_349_249_251_863.0 + 0.75, "5.773492492518638e+14"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
        ];
        for (value, expected) in cases {
            assert_eq!(general(value), expected);
        }
        assert_eq!(fixed(0.5), "0.500000");
    }

    #[test]
    fn the_short_form_skips_empty_buckets() {
        let histogram = Histogram {
            count: 9.0,
            sum: -2.5,
            zero_threshold: 0.001,
            zero_count: 4.0,
            positive: vec![(0, 2.0), (1, 0.0), (2, 1.0)],
            negative: vec![(1, 2.0)],
            ..Histogram::default()
        };
        assert_eq!(
            histogram.to_string(),
            "{count:9, sum:-2.5, [-2,-1):2, [-0.001,0.001]:4, (0.5,1]:2, (2,4]:1}"
        );
        let custom = Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            custom_bounds: [5.0].into(),
            positive: vec![(0, 1.0), (1, 2.0)],
            ..Histogram::default()
        };
        assert_eq!(
            custom.to_string(),
            "{count:0, sum:0, [-Inf,5]:1, (5,+Inf]:2}"
        );
        let point = Histogram {
            zero_count: 1.0,
            ..Histogram::default()
        };
        assert_eq!(point.to_string(), "{count:0, sum:0, [-0,0]:1}");
    }

    #[test]
    fn the_notation_is_read_back() {
        let written = [
            "{{}}",
            "{{schema:3 count:7 sum:1.5 z_bucket:2 z_bucket_w:0.001 offset:-2 buckets:[1 0 0 3] n_buckets:[1]}}",
            "{{schema:-53 count:3 sum:9 custom_values:[1 5] counter_reset_hint:gauge offset:1 buckets:[1 2]}}",
            "{{count:1 counter_reset_hint:not_reset}}",
        ];
        for text in written {
            let series = parse_series_description("m", text, &Target::default()).unwrap();
            let SeriesItem::Histogram { start, .. } = &series.items[0].value else {
                panic!("{text} is no histogram");
            };
            assert_eq!(Histogram::from(start.as_ref()).test_expression(), text);
        }
    }

    #[test]
    fn all_gaps_come_after_the_first_span() {
        let histogram = Histogram {
            positive: vec![
                (1, 1.0),
                (2, 0.0),
                (4, 0.0),
                (5, 2.0),
                (6, 0.0),
                (7, 3.0),
                (9, 4.0),
            ],
            ..Histogram::default()
        };
        // As buckets 1 to 9 it would be 1 0 0 0 2 0 3 0 4.
        let expected = "{{offset:1 buckets:[1 0 0 0 0 2 0 3 4]}}";
        assert_eq!(histogram.test_expression(), expected);
    }

    #[test]
    fn distant_buckets_do_not_fill_memory() {
        let histogram = Histogram {
            positive: vec![(i32::MIN, 1.0), (i32::MAX, 2.0)],
            ..Histogram::default()
        };
        let expected = "{{offset:-2147483648 buckets:[1 … 2]}}";
        assert_eq!(histogram.test_expression(), expected);
    }
}
