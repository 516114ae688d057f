//! Functions of Go's `math`, as its builds for 64-bit Intel processors compute them: the order of operations is theirs.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E, LOG10_E};

/// ln 2 as a sum of two floats, the first with a short significand.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// `value` · 2^`power`, rounded once, for a value within 2^±20 (`math.Ldexp`).
#[must_use]
pub fn ldexp(value: f64, power: i64) -> f64 {
    // Beyond these limits there are only zero and infinity.
    let power = power.clamp(-2000, 2000) as i32;
    // The first of the two factors cannot round.
    let first = power.clamp(-1000, 1000);
    value * power_of_two(first) * power_of_two(power - first)
}

fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((power + 1023) as u64) << 52)
}

/// `math.Log`
#[must_use]
pub fn ln(value: f64) -> f64 {
    match special_logarithm(value) {
        Some(special) => special,
        None => {
            let (fraction, power) = frexp(value);
            ln_of(fraction, f64::from(power))
        }
    }
}

/// `math.Log2`
#[must_use]
pub fn log2(value: f64) -> f64 {
    if let Some(special) = special_logarithm(value) {
        return special;
    }
    let (fraction, power) = frexp(value);
    if fraction == 0.5 {
        return f64::from(power - 1);
    }
    ln_of(fraction, 0.0) * LOG2_E + f64::from(power)
}

/// `math.Log10`
#[must_use]
pub fn log10(value: f64) -> f64 {
    ln(value) * LOG10_E
}

/// The logarithm of what has none, or no finite one.
fn special_logarithm(value: f64) -> Option<f64> {
    if value.is_nan() || value == f64::INFINITY {
        Some(value)
    } else if value < 0.0 {
        Some(f64::NAN)
    } else if value == 0.0 {
        Some(f64::NEG_INFINITY)
    } else {
        None
    }
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

/// The natural logarithm of a fraction in [0.5, 1) times a power of two: the Remez polynomial of FreeBSD's `log`.
fn ln_of(fraction: f64, power: f64) -> f64 {
    const C: [f64; 7] = [
        f64::from_bits(0x3fe5_5555_5555_5593),
        f64::from_bits(0x3fd9_9999_9997_fa04),
        f64::from_bits(0x3fd2_4924_9422_9359),
        f64::from_bits(0x3fcc_71c5_1d8e_78af),
        f64::from_bits(0x3fc7_4664_96cb_03de),
        f64::from_bits(0x3fc3_9a09_d078_c69f),
        f64::from_bits(0x3fc2_f112_df3e_5244),
    ];
    let (power, reduced) = if fraction < FRAC_1_SQRT_2 {
        (power - 1.0, fraction * 2.0)
    } else {
        (power, fraction)
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

/// `math.Exp2`: the polynomial of FreeBSD's `exp`.
#[must_use]
pub fn exp2(value: f64) -> f64 {
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

/// `math.Exp`: the Taylor series of Shibata's method on a sixteenth of the reduced argument, squared four times; with
/// fused multiplications, as on every processor of the last ten years.
#[must_use]
pub fn exp(value: f64) -> f64 {
    const LN_2_UPPER: f64 = f64::from_bits(0x3fe6_2e42_fefa_3000);
    const LN_2_LOWER: f64 = 2.8235290563031577e-13;
    const C: [f64; 6] = [
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
    ];
    if value.is_nan() || value == f64::INFINITY {
        return value;
    }
    if value > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    let power = (value * LOG2_E).round_ties_even();
    // What is below this is zero, as is anything below it.
    if power < -1100.0 {
        return 0.0;
    }
    let rest = (-power).mul_add(LN_2_UPPER, value);
    let rest = (-power).mul_add(LN_2_LOWER, rest);
    let x = rest * 0.0625;
    let series = C[1..]
        .iter()
        .fold(C[0], |sum, coefficient| sum.mul_add(x, *coefficient));
    let series = series.mul_add(x, 0.5).mul_add(x, 1.0);
    let mut result = x * series;
    for _ in 0..3 {
        result *= result + 2.0;
    }
    ldexp(result.mul_add(result + 2.0, 1.0), power as i64)
}

/// `math.Pow`
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 || x.is_infinite() || y.is_infinite() {
        // Zeros and infinities are as IEEE 754 has them, in Go and here.
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let (mut whole, mut fraction) = (y.abs().trunc(), y.abs().fract());
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        // A large even number.
        return match (x == -1.0, (x.abs() < 1.0) == (y > 0.0)) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => f64::INFINITY,
        };
    }
    // The result is `result` · 2^`power`.
    let mut result = 1.0;
    let mut power = 0_i64;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exp(fraction * ln(x));
    }
    let (mut factor, mut factor_power) = frexp_signed(x);
    let mut rest = whole as i64;
    while rest != 0 {
        if !(-4096..=4096).contains(&factor_power) {
            // It overflows, or vanishes.
            power += factor_power;
            break;
        }
        if rest & 1 == 1 {
            result *= factor;
            power += factor_power;
        }
        factor *= factor;
        factor_power <<= 1;
        if factor < 0.5 {
            factor += factor;
            factor_power -= 1;
        }
        rest >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        power = -power;
    }
    ldexp(result, power)
}

fn frexp_signed(value: f64) -> (f64, i64) {
    let (fraction, power) = frexp(value.abs());
    (fraction.copysign(value), i64::from(power))
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

    /// What promtool prints for them.
    #[test]
    fn the_last_digit_is_gos() {
        let cases = [
            (exp as fn(f64) -> f64, 0.3, 1.349_858_807_576_003_2),
            (exp, 2.5, 12.182_493_960_703_473),
            (exp, 10.0, 22_026.465_794_806_718),
            (ln, 3.0, 1.098_612_288_668_109_6),
            (ln, 7.0, 1.945_910_149_055_313_2),
            (log2, 3.0, 1.584_962_500_721_156_3),
            (log2, 0.3, -1.736_965_594_166_206),
            (log10, 3.0, 0.477_121_254_719_662_4),
            (log10, 27.0, 1.431_363_764_158_987_4),
            (log10, 10.0, 1.0),
        ];
        for (function, value, expected) in cases {
            assert_eq!(function(value), expected, "of {value}");
        }
    }

    #[test]
    fn what_is_no_ordinary_number_is_as_in_ieee_754() {
        let inf = f64::INFINITY;
        assert_eq!(
            (ln(0.0), ln(inf), exp(-inf), exp(inf)),
            (-inf, inf, 0.0, inf)
        );
        assert!(ln(-1.0).is_nan() && log10(-1.0).is_nan() && exp(f64::NAN).is_nan());
        assert_eq!((exp(710.0), exp(-746.0), exp(1e300)), (inf, 0.0, inf));
        assert_eq!(
            (pow(-2.0, 3.0), pow(-2.0, 1e300), pow(0.5, 1e300)),
            (-8.0, inf, 0.0)
        );
        assert_eq!(
            (pow(f64::NAN, 0.0), pow(-1.0, inf), pow(-0.0, -3.0)),
            (1.0, 1.0, -inf)
        );
        assert!(pow(-2.0, 0.3).is_nan());
        assert_eq!((pow(2.0, -1074.0), pow(10.0, 2.0)), (5e-324, 100.0));
    }

    proptest! {
        #[test]
        fn close_to_the_platform(value in 1e-300f64..1e300, power in -1000f64..1000.0) {
            prop_assert!((log2(value) - value.log2()).abs() <= value.log2().abs() * 1e-15 + 1e-15);
            prop_assert!((exp2(power) / power.exp2() - 1.0).abs() < 1e-15);
            prop_assert!((ln(value) - value.ln()).abs() <= value.ln().abs() * 1e-15 + 1e-15);
            prop_assert!((exp(power / 2.0) / (power / 2.0).exp() - 1.0).abs() < 1e-15);
            prop_assert!((pow(value, power / 2000.0) / value.powf(power / 2000.0) - 1.0).abs() < 1e-13);
        }
    }
}
