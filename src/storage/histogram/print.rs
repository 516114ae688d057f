//! How histograms are written.

use std::fmt::{self, Write as _};

use super::Histogram;
use crate::number::format_value;
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
            format_value(self.count),
            format_value(self.sum)
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
            let (lower, upper) = (format_value(bucket.lower), format_value(bucket.upper));
            write!(
                f,
                ", {open}{lower},{upper}{close}:{}",
                format_value(bucket.count)
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
                keys.push(format!("{key}:{}", format_value(value)));
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
    let values: Vec<String> = values.into_iter().map(format_value).collect();
    values.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{SeriesItem, parse_series_description};
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;
    use crate::target::Target;

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
