//! How histograms are written.

use std::fmt::{self, Write as _};

use super::Histogram;
use crate::promql::CounterResetHint;

/// How many buckets the test notation writes for one side. Notation has no gaps, so that two buckets far apart would
/// take up gigabytes.
const LONGEST_SIDE: i64 = 1 << 16;

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

fn push_side(keys: &mut Vec<String>, offset_key: &str, key: &str, buckets: &[(i32, f64)]) {
    let is_populated = |&(_, count): &(i32, f64)| count != 0.0;
    let (Some(first), Some(last)) = (
        buckets.iter().position(is_populated),
        buckets.iter().rposition(is_populated),
    ) else {
        return;
    };
    let buckets = &buckets[first..=last];
    let offset = buckets[0].0;
    if offset != 0 {
        keys.push(format!("{offset_key}:{offset}"));
    }
    let mut counts = Vec::new();
    for &(index, count) in buckets {
        let place = i64::from(index) - i64::from(offset);
        if place >= LONGEST_SIDE {
            // Not what Prometheus writes; but it would not come to an end.
            keys.push(format!("{key}:[{} …]", list(counts)));
            return;
        }
        counts.resize(place as usize, 0.0);
        counts.push(count);
    }
    keys.push(format!("{key}:[{}]", list(counts)));
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
    let scientific = format!("{value:e}");
    let Some((digits, Ok(exponent))) = scientific
        .split_once('e')
        .map(|(digits, exponent)| (digits, exponent.parse::<i32>()))
    else {
        return scientific;
    };
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
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
    fn distant_buckets_do_not_fill_memory() {
        let histogram = Histogram {
            positive: vec![(i32::MIN, 1.0), (i32::MAX, 2.0)],
            ..Histogram::default()
        };
        let expected = "{{offset:-2147483648 buckets:[1 …]}}";
        assert_eq!(histogram.test_expression(), expected);
    }
}
