use proptest::prelude::*;

use super::*;

/// What an operator does with two numbers, told without intervals.
fn apply(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => a % b,
        BinaryOp::Pow => a.powf(b),
        _ => f64::NAN,
    }
}

fn holds(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Gt => a > b,
        BinaryOp::Ge => a >= b,
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Eq => a == b,
        _ => a != b,
    }
}

fn has(interval: Interval, value: f64) -> bool {
    if value.is_nan() {
        return interval.may_be_nan();
    }
    !interval.and(Interval::point(value)).is_nothing()
}

const NUMBERS: [f64; 13] = [
    f64::NEG_INFINITY,
    -7.5,
    -2.0,
    -1.0,
    0.0,
    0.3,
    1.0,
    2.0,
    3.0,
    80.0,
    1e9,
    f64::INFINITY,
    f64::NAN,
];
const ARITHMETIC: [BinaryOp; 6] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mul,
    BinaryOp::Div,
    BinaryOp::Mod,
    BinaryOp::Pow,
];
const COMPARISONS: [BinaryOp; 6] = [
    BinaryOp::Gt,
    BinaryOp::Ge,
    BinaryOp::Lt,
    BinaryOp::Le,
    BinaryOp::Eq,
    BinaryOp::Ne,
];

fn hull(values: &[f64]) -> Interval {
    let points = values.iter().map(|&value| Interval::point(value));
    points.fold(Interval::NOTHING, Interval::or)
}

proptest! {
    #[test]
    fn what_can_come_out_is_within(
        left in prop::sample::subsequence(NUMBERS.to_vec(), 1..4),
        right in prop::sample::subsequence(NUMBERS.to_vec(), 1..4),
    ) {
        let (l, r) = (hull(&left), hull(&right));
        for &a in &left {
            for &b in &right {
                for op in ARITHMETIC {
                    let value = apply(op, a, b);
                    prop_assert!(has(l.arithmetic(op, r), value), "{a} {op:?} {b} = {value}");
                }
                for op in COMPARISONS {
                    if holds(op, a, b) {
                        prop_assert!(has(l.that(op, r), a), "{a} {op:?} {b}");
                    } else {
                        prop_assert!(!l.always(op, r), "{a} {op:?} {b} is not always so");
                    }
                }
                prop_assert!(has(l.summed(), a));
                prop_assert!(has(hull(&[a, b]).summed(), a + b));
                prop_assert!(has(hull(&[a, b]).averaged(), f64::midpoint(a, b)));
            }
        }
    }
}

#[test]
fn whole_numbers_have_whole_ends() {
    let count = Interval::whole(1.0, f64::INFINITY);
    assert!(count.that(BinaryOp::Lt, Interval::point(1.0)).is_nothing());
    assert_eq!(
        count.that(BinaryOp::Lt, Interval::point(1.5)).only(),
        Some(1.0)
    );
    let up = Interval::whole(0.0, 1.0);
    assert_eq!(
        up.that(BinaryOp::Ne, Interval::point(0.0)).only(),
        Some(1.0)
    );
    assert!(up.always(BinaryOp::Le, Interval::point(1.0)));
    assert!(!up.or_nan().always(BinaryOp::Le, Interval::point(1.0)));
}

#[test]
fn intervals_end_a_sentence() {
    let text = |interval: Interval| interval.to_string();
    assert_eq!(text(Interval::at_least(1.0)), "at least 1");
    assert_eq!(text(Interval::at_least(0.0)), "never negative");
    assert_eq!(text(Interval::whole(0.0, 1.0)), "0 or 1");
    assert_eq!(
        text(Interval::whole(0.0, 23.0)),
        "a whole number from 0 to 23"
    );
    assert_eq!(text(Interval::point(0.0)), "always 0");
    let above = Interval::ANYTHING.that(BinaryOp::Gt, Interval::point(80.0));
    assert_eq!(text(above), "above 80");
}
