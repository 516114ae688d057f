//! Laws that hold for all histograms.

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::{BucketCounts, CUSTOM_BUCKETS_SCHEMA, Histogram, Keep};

/// Whole counts, so that sums are exact.
fn side() -> impl Strategy<Value = BucketCounts> {
    btree_map(-20i32..20, 0u16..50, 0..8).prop_map(|buckets| {
        buckets
            .into_iter()
            .map(|(index, count)| (index, f64::from(count)))
            .collect()
    })
}

fn with_count(mut histogram: Histogram) -> Histogram {
    histogram.count = total(&histogram);
    histogram.sum = histogram.count * 1.5;
    histogram
}

fn total(histogram: &Histogram) -> f64 {
    let sides = histogram.positive.iter().chain(&histogram.negative);
    sides.map(|&(_, count)| count).sum::<f64>() + histogram.zero_count
}

fn exponential() -> impl Strategy<Value = Histogram> {
    // No bucket is as near to zero as the zero bucket is wide.
    (-4i32..=8, side(), side(), 0u16..50).prop_map(|(schema, positive, negative, zero)| {
        with_count(Histogram {
            schema,
            zero_threshold: 1e-200,
            zero_count: f64::from(zero),
            positive,
            negative,
            ..Histogram::default()
        })
    })
}

fn custom() -> impl Strategy<Value = Histogram> {
    prop::collection::vec((1u8..9, 0u16..50), 1..8).prop_map(|parts| {
        let mut bound = -10.0;
        let bounds = parts.iter().map(|&(step, _)| {
            bound += f64::from(step);
            bound
        });
        let custom_bounds = bounds.collect();
        let counts = parts.iter().map(|&(_, count)| f64::from(count));
        with_count(Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            positive: (0..).zip(counts).collect(),
            custom_bounds,
            ..Histogram::default()
        })
    })
}

fn any() -> impl Strategy<Value = Histogram> {
    prop_oneof![exponential(), custom()]
}

fn compact(mut histogram: Histogram) -> Histogram {
    histogram.compact();
    histogram
}

fn sum(a: &Histogram, b: &Histogram) -> Histogram {
    let mut sum = a.clone();
    sum.add(b).expect("of the same kind");
    sum
}

proptest! {
    #[test]
    fn subtraction_undoes_addition(a in exponential(), b in exponential()) {
        let mut back = sum(&a, &b);
        back.sub(&b).unwrap();
        prop_assert_eq!(compact(back), compact(a.copy_to_schema(a.schema.min(b.schema))));
    }

    #[test]
    fn addition_loses_nothing(a in exponential(), b in exponential(), c in custom(), d in custom()) {
        prop_assert_eq!(total(&sum(&a, &b)), a.count + b.count);
        prop_assert_eq!(total(&sum(&c, &d)), c.count + d.count);
    }

    #[test]
    fn addition_commutes(a in exponential(), b in exponential(), c in custom(), d in custom()) {
        prop_assert_eq!(sum(&a, &b), sum(&b, &a));
        prop_assert_eq!(compact(sum(&c, &d)), compact(sum(&d, &c)));
    }

    #[test]
    fn compensated_addition_is_addition_where_sums_are_exact(
        a in exponential(), b in exponential(), c in custom(), d in custom()
    ) {
        for (a, b) in [(a, b), (c, d)] {
            let mut errors = None;
            let mut compensated = a.clone();
            compensated.kahan_add(&b, &mut errors).unwrap();
            prop_assert_eq!(&compensated, &sum(&a, &b));
            let errors = errors.unwrap();
            prop_assert_eq!(errors.positive.len(), compensated.positive.len());
            prop_assert_eq!(sum(&compensated, &errors), compensated);
        }
    }

    #[test]
    fn lower_resolution_keeps_the_count_and_commutes_with_addition(
        a in exponential(), b in exponential(), schema in -4i32..=8
    ) {
        prop_assert_eq!(total(&a.copy_to_schema(schema)), a.count);
        let schema = schema.min(a.schema).min(b.schema);
        let coarse = sum(&a.copy_to_schema(schema), &b.copy_to_schema(schema));
        prop_assert_eq!(sum(&a, &b).copy_to_schema(schema), coarse);
    }

    #[test]
    fn quantiles_ascend(histogram in any(), p in 0f64..=1.0, q in 0f64..=1.0) {
        prop_assume!(histogram.count > 0.0);
        let (low, high) = (p.min(q), p.max(q));
        let (low, high) = (histogram.quantile(low).value, histogram.quantile(high).value);
        prop_assert!(low <= high + high.abs() * 1e-12, "{} {}", low, high);
    }

    #[test]
    fn fraction_inverts_quantile(histogram in exponential(), phi in 0.01f64..0.99) {
        prop_assume!(histogram.count > 0.0);
        let value = histogram.quantile(phi).value;
        let fraction = histogram.fraction(f64::NEG_INFINITY, value).value;
        prop_assert!((fraction - phi).abs() < 1e-9, "{} {}", fraction, phi);
    }

    #[test]
    fn everything_is_between_the_infinities(histogram in any()) {
        prop_assume!(histogram.count > 0.0);
        let all = histogram.fraction(f64::NEG_INFINITY, f64::INFINITY);
        prop_assert_eq!(all.value, 1.0);
    }

    #[test]
    fn compacting_twice_is_compacting_once(histogram in any()) {
        let once = compact(histogram);
        prop_assert_eq!(compact(once.clone()), once);
    }

    #[test]
    fn a_histogram_is_no_reset_of_itself_nor_of_less(a in exponential(), b in exponential(), c in custom()) {
        prop_assert!(!a.detect_reset(&a));
        prop_assert!(!c.detect_reset(&c));
        prop_assert!(!sum(&a, &b).detect_reset(&a));
    }

    #[test]
    fn two_trims_make_up_the_whole(histogram in any(), limit in -100f64..100.0) {
        let part = |keep| {
            let mut part = histogram.clone();
            part.trim(limit, keep);
            part.count
        };
        let whole = part(Keep::Below) + part(Keep::Above);
        // Of custom buckets the part at infinity may be dropped on both sides.
        let tolerance = 1e-9 * histogram.count;
        if histogram.has_custom_buckets() {
            prop_assert!(whole <= histogram.count + tolerance);
        } else {
            prop_assert!((whole - histogram.count).abs() <= tolerance);
        }
    }

    #[test]
    fn nothing_panics(
        histogram in any(), schema in prop::num::i32::ANY, numbers in prop::array::uniform4(prop::num::f64::ANY),
        other in any(), index in prop::num::i32::ANY
    ) {
        let [a, b, c, d] = numbers;
        let mut strange = Histogram {
            schema, zero_threshold: a, zero_count: b, sum: c, custom_bounds: [a, b, d].into(), ..histogram
        };
        strange.positive = vec![(index, d), (index.saturating_add(1), b)];
        strange.negative = vec![(index.saturating_sub(1), c), (index, a)];
        let _ = strange.validate();
        let _ = (strange.to_string(), strange.test_expression());
        let _ = (strange.quantile(a), strange.quantile(0.3), strange.fraction(a, b), strange.variance());
        let _ = (strange.detect_reset(&other), other.detect_reset(&strange));
        let _ = (strange.copy_to_schema(index), strange.equals(&other), strange.almost_equals(&strange));
        let mut errors = None;
        let _ = (strange.clone().add(&other), other.clone().sub(&strange));
        let _ = other.clone().kahan_add(&strange, &mut errors);
        strange.clone().trim(d, Keep::Below);
        strange.trim(a, Keep::Above);
    }
}
