//! Series notation and metrics. The expectations are from the documentation of promtool's unit tests and the notation's
//! grammar.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]
use rulecheck::labels::Labels;
use rulecheck::promql::{
    CounterResetHint, HistogramSpec, HistogramStep, SeriesItem, SeriesPart, parse_metric,
    parse_series_description,
};
use rulecheck::source::Span;
use rulecheck::target::Target;

fn items(values: &str) -> Vec<SeriesItem> {
    let spec = parse_series_description("m", values, &Target::default());
    let spec = spec.unwrap_or_else(|errors| panic!("{values}: {errors:?}"));
    spec.items.into_iter().map(|item| item.value).collect()
}

/// Part, bytes and message of the first error.
fn error(series: &str, values: &str) -> (SeriesPart, Span, String) {
    let errors = parse_series_description(series, values, &Target::default()).unwrap_err();
    let first = errors[0].clone();
    (first.part, first.span, first.message)
}

fn value(value: f64, times: u64) -> SeriesItem {
    SeriesItem::Value { value, times }
}

fn ramp(start: f64, step: f64, times: u64) -> SeriesItem {
    SeriesItem::Ramp { start, step, times }
}

#[test]
fn numbers_gaps_and_markers() {
    assert_eq!(items(""), []);
    assert_eq!(items("  "), []);
    assert_eq!(
        items("1 +5 -2 .5 1e3"),
        [1.0, 5.0, -2.0, 0.5, 1000.0].map(|v| value(v, 1))
    );
    assert_eq!(items("1_000 017"), [value(1000.0, 1), value(15.0, 1)]);
    assert_eq!(
        items("Inf -inf +INF"),
        [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY].map(|v| value(v, 1))
    );
    assert!(matches!(items("nan")[..], [SeriesItem::Value { value, times: 1 }] if value.is_nan()));
    assert_eq!(
        items("_ _x3 _x0"),
        [1, 3, 0].map(|times| SeriesItem::Gap { times })
    );
    assert_eq!(items("stale"), [SeriesItem::Stale]);
}

#[test]
fn repetitions_count_the_first_sample() {
    assert_eq!(items("4x2"), [value(4.0, 3)]);
    assert_eq!(items("4x0"), [value(4.0, 1)]);
    assert_eq!(items("1+2x3"), [ramp(1.0, 2.0, 4)]);
    assert_eq!(items("1-2x3"), [ramp(1.0, -2.0, 4)]);
    assert_eq!(items("-2+4x3"), [ramp(-2.0, 4.0, 4)]);
    // `0x10` is no hexadecimal number here.
    assert_eq!(items("0x10"), [value(0.0, 11)]);
}

#[test]
fn a_repetition_costs_nothing() {
    assert_eq!(items("1x1000000000"), [value(1.0, 1_000_000_001)]);
    assert_eq!(
        items("_x18446744073709551615"),
        [SeriesItem::Gap { times: u64::MAX }]
    );
    assert_eq!(items("1x18446744073709551615"), [value(1.0, u64::MAX)]);
}

#[test]
fn items_know_their_place() {
    let spec = parse_series_description("m{a=\"b\"}", " 1 2+3x4  _", &Target::default()).unwrap();
    let spans: Vec<Span> = spec.items.iter().map(|item| item.span).collect();
    assert_eq!(spans, [Span::new(1, 2), Span::new(3, 8), Span::new(10, 11)]);
    assert_eq!(
        spec.labels,
        Labels::from_pairs([("__name__", "m"), ("a", "b")])
    );
}

#[test]
fn histograms_in_full() {
    let text = "{{schema:1 sum:-2.5 count:22 z_bucket:3 z_bucket_w:0.001 buckets:[5 10 7 -1] offset:-4 \
                n_buckets:[4 5] n_offset:2 counter_reset_hint:gauge}}";
    let histogram = HistogramSpec {
        schema: 1,
        sum: -2.5,
        count: 22.0,
        zero_count: 3.0,
        zero_threshold: 0.001,
        buckets: vec![5.0, 10.0, 7.0, -1.0],
        offset: -4,
        negative_buckets: vec![4.0, 5.0],
        negative_offset: 2,
        custom_values: Vec::new(),
        hint: Some(CounterResetHint::Gauge),
    };
    let start = Box::new(histogram);
    assert_eq!(
        items(text),
        [SeriesItem::Histogram {
            start: start.clone(),
            step: None,
            times: 1
        }]
    );
    let repeated = format!("{text}x3");
    assert_eq!(
        items(&repeated),
        [SeriesItem::Histogram {
            start: start.clone(),
            step: None,
            times: 4
        }]
    );
    let falling = format!("{text}-{{{{schema:2 sum:1 custom_values:[1 2.5 Inf]}}}}x2");
    let step = HistogramStep {
        histogram: Box::new(HistogramSpec {
            schema: 2,
            sum: 1.0,
            custom_values: vec![1.0, 2.5, f64::INFINITY],
            ..HistogramSpec::default()
        }),
        subtract: true,
    };
    assert_eq!(
        items(&falling),
        [SeriesItem::Histogram {
            start,
            step: Some(step),
            times: 3
        }]
    );
    let empty = Box::new(HistogramSpec::default());
    assert_eq!(
        items("{{}} 1"),
        [
            SeriesItem::Histogram {
                start: empty,
                step: None,
                times: 1
            },
            value(1.0, 1)
        ]
    );
}

#[test]
fn errors_say_where_and_what() {
    use SeriesPart::{Series, Values};
    assert_eq!(
        error("m", "1 a"),
        (
            Values,
            Span::new(2, 3),
            "unexpected identifier \"a\" in series values, expected number or \"stale\"".into()
        )
    );
    assert_eq!(
        error("m{a=b}", "1"),
        (
            Series,
            Span::new(4, 5),
            "unexpected identifier \"b\" in label set, expected string".into()
        )
    );
    assert_eq!(
        error("m", "1x-1"),
        (
            Values,
            Span::new(2, 3),
            "unexpected <op:-> in series values".into()
        )
    );
    assert_eq!(
        error("m", "1,2").2,
        "unexpected character in series sequence: ','"
    );
    assert_eq!(
        error("m", "{{sum:1 sum:2}}"),
        (
            Values,
            Span::new(8, 11),
            "duplicate key \"sum\" in histogram".into()
        )
    );
    assert_eq!(
        error("m", "{{schema:1}}+{{schema:0}}x1").2,
        "error combining histograms: cannot merge from schema 0 to 1"
    );
    assert_eq!(
        error("m", "{{foo:1}}").2,
        "bad histogram descriptor found: \"foo\""
    );
    assert_eq!(
        error("m", "1x99999999999999999999").2,
        "invalid repetition in series values: strconv.ParseUint: parsing \"99999999999999999999\": value out of range"
    );
    for bad in [
        "1+-1x3", "1+1", "x3", "1 + 1x3", "5x1.5", "stalex", "{{", "{{}", "{{sum}}", "1 'a'",
    ] {
        let result = parse_series_description("m", bad, &Target::default());
        assert!(result.is_err(), "{bad}");
    }
}

#[test]
fn metrics() {
    let metric =
        |text: &str| parse_metric(text, &Target::default()).map(|labels| labels.to_string());
    assert_eq!(metric("m").unwrap(), "m");
    assert_eq!(metric("").unwrap(), "{}");
    assert_eq!(metric("{}").unwrap(), "{}");
    assert_eq!(metric(r#" {a="b", c='d',} "#).unwrap(), r#"{a="b", c="d"}"#);
    assert_eq!(
        metric(r#"{"my.metric", "a b"="c\n"}"#).unwrap(),
        r#"{"my.metric", "a b"="c\n"}"#
    );
    // A label without value is none beside a metric name; alone it stays.
    assert_eq!(metric(r#"m{a=""}"#).unwrap(), "m");
    assert_eq!(metric(r#"{a=""}"#).unwrap(), r#"{a=""}"#);
    let errors = parse_metric(r#"m{a!="b"}"#, &Target::default()).unwrap_err();
    assert_eq!(
        errors[0].message,
        "unexpected <op:!=> in label set, expected \"=\""
    );
    assert_eq!(errors[0].span, Span::new(3, 5));
    assert!(parse_metric("m n", &Target::default()).is_err());
}

/// Whatever stands in the two texts, errors lie inside them.
#[test]
fn spans_of_errors_stay_inside_the_texts() {
    for series in ["", "m", "m{", "{a=\"b", "é"] {
        for values in ["", "é", "{{", "1x", "{{buckets:[", "'"] {
            let Err(errors) = parse_series_description(series, values, &Target::default()) else {
                continue;
            };
            for error in errors {
                let text = match error.part {
                    SeriesPart::Series => series,
                    SeriesPart::Values => values,
                };
                assert!(
                    text.get(error.span.range()).is_some(),
                    "{series:?} {values:?} {error:?}"
                );
            }
        }
    }
}
