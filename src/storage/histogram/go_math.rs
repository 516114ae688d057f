//! Functions of Go's `math` to the last bit, as its amd64 builds compute them, and compensated addition.

use std::f64::consts::LOG2_E;

/// ln 2 as a sum of two floats, the first with a short significand.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// Adds to a sum that keeps its rounding error apart (Neumaier's variant of Kahan's summation): the new sum and its
/// new compensation. An infinite sum has none.
pub(super) fn kahan_add(value: f64, (sum, compensation): (f64, f64)) -> (f64, f64) {
    let total = sum + value;
    let compensation = if total.is_infinite() {
        0.0
    } else if sum.abs() >= value.abs() {
        compensation + ((sum - total) + value)
    } else {
        compensation + ((value - total) + sum)
    };
    (total, compensation)
}

/// `value` · 2^`power`, rounded once, for a value within 2^±20.
pub(super) fn ldexp(value: f64, power: i64) -> f64 {
    // Beyond these limits there are only zero and infinity.
    let power = power.clamp(-2000, 2000) as i32;
    // The first of the two factors cannot round.
    let first = power.clamp(-1000, 1000);
    value * power_of_two(first) * power_of_two(power - first)
}

fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((power + 1023) as u64) << 52)
}

/// `math.Log2` of a value that is not negative.
pub(super) fn log2(value: f64) -> f64 {
    if value.is_nan() || value == f64::INFINITY {
        return value;
    }
    if value == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (fraction, power) = frexp(value);
    if fraction == 0.5 {
        return f64::from(power - 1);
    }
    ln_of_fraction(fraction) * LOG2_E + f64::from(power)
}

/// A fraction in [0.5, 1) and a power of two whose product is the positive finite value.
fn frexp(value: f64) -> (f64, i32) {
    let (bits, shift) = if value < f64::MIN_POSITIVE {
        ((value * power_of_two(52)).to_bits(), -52)
    } else {
        (value.to_bits(), 0)
    };
    let power = (bits >> 52) as i32 - 1022;
    let fraction = f64::from_bits((bits & ((1 << 52) - 1)) | (1022 << 52));
    (fraction, power + shift)
}

/// The natural logarithm of a value in [0.5, 1): the Remez polynomial of FreeBSD's `log`, in Go's order of evaluation.
fn ln_of_fraction(fraction: f64) -> f64 {
    const C: [f64; 7] = [
        f64::from_bits(0x3fe5_5555_5555_5593),
        f64::from_bits(0x3fd9_9999_9997_fa04),
        f64::from_bits(0x3fd2_4924_9422_9359),
        f64::from_bits(0x3fcc_71c5_1d8e_78af),
        f64::from_bits(0x3fc7_4664_96cb_03de),
        f64::from_bits(0x3fc3_9a09_d078_c69f),
        f64::from_bits(0x3fc2_f112_df3e_5244),
    ];
    let (power, reduced) = if fraction <= std::f64::consts::FRAC_1_SQRT_2 {
        (-1.0, fraction * 2.0)
    } else {
        (0.0, fraction)
    };
    let f = reduced - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (C[0] + s4 * (C[2] + s4 * (C[4] + s4 * C[6])));
    let even = s4 * (C[1] + s4 * (C[3] + s4 * C[5]));
    let half_square = 0.5 * f * f;
    let correction = s * (half_square + (odd + even)) + power * LN_2_LOW;
    power * LN_2_HIGH - ((half_square - correction) - f)
}

/// `math.Exp2`: the polynomial of FreeBSD's `exp`, in Go's order of evaluation.
pub(super) fn exp2(value: f64) -> f64 {
    const C: [f64; 5] = [
        f64::from_bits(0x3fc5_5555_5555_5555),
        f64::from_bits(0xbf66_c16c_16be_bd93),
        f64::from_bits(0x3f11_566a_af25_de2c),
        f64::from_bits(0xbebb_bd41_c5d2_6bf1),
        f64::from_bits(0x3e66_3769_72be_a4d0),
    ];
    if value.is_nan() {
        return value;
    }
    if value > 1.023_999_999_999_999_9e3 {
        return f64::INFINITY;
    }
    if value < -1074.0 {
        return 0.0;
    }
    let half = if value > 0.0 { 0.5 } else { -0.5 };
    let power = (value + half).trunc();
    let rest = value - power;
    let high = rest * LN_2_HIGH;
    let low = -rest * LN_2_LOW;
    let r = high - low;
    let t = r * r;
    let c = r - t * (C[0] + t * (C[1] + t * (C[2] + t * (C[3] + t * C[4]))));
    let y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    ldexp(y, power as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn powers_of_two_are_exact() {
        for power in [-1074, -1022, -1, 0, 1, 52, 1023] {
            let value = ldexp(1.0, power);
            assert_eq!(log2(value), power as f64);
            assert_eq!(exp2(power as f64), value);
        }
        assert_eq!(ldexp(1.0, i64::MIN), 0.0);
        assert_eq!(ldexp(1.0, i64::MAX), f64::INFINITY);
        assert_eq!(ldexp(1.5, -1074), f64::from_bits(2), "a tie goes to even");
    }

    #[test]
    fn what_is_lost_to_rounding_is_kept() {
        let (sum, compensation) = [1e100, 1.0, -1e100]
            .into_iter()
            .fold((1.0, 0.0), |sum, value| kahan_add(value, sum));
        assert_eq!(sum + compensation, 2.0);
        assert_eq!(kahan_add(f64::INFINITY, (1.0, 0.5)), (f64::INFINITY, 0.0));
    }

    proptest! {
        #[test]
        fn close_to_the_platform(value in 1e-300f64..1e300, power in -1000f64..1000.0) {
            prop_assert!((log2(value) - value.log2()).abs() <= value.log2().abs() * 1e-15 + 1e-15);
            prop_assert!((exp2(power) / power.exp2() - 1.0).abs() < 1e-15);
        }
    }
}
