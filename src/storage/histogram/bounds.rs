//! Where buckets begin and end.

use crate::number::ldexp;

/// The schema of histograms with custom bucket bounds.
pub const CUSTOM_BUCKETS_SCHEMA: i32 = -53;

/// The exponential schemas: each power of two is divided into 2^schema buckets.
pub(super) const EXPONENTIAL_SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;

/// The bound of the bucket `index` that is further away from zero, under an exponential schema: 2^(index · 2^−schema).
///
/// Bounds of schemas 1 to 8 are those of Prometheus's table, which are not all correctly rounded. The bucket that would
/// end at 2^1024 ends at the largest float instead, so that the next one holds infinities only.
#[must_use]
pub fn exponential_bound(index: i64, schema: i32) -> f64 {
    let (fraction, power) = if schema < 0 {
        let shift = schema.unsigned_abs().min(32);
        (1.0, index.saturating_mul(1 << shift))
    } else if schema <= 8 {
        let position = index & ((1 << schema) - 1);
        // The mask leaves at most eight bits, which the shift fills up.
        let row = (position << (8 - schema)) as usize;
        (BOUNDS[row], index >> schema)
    } else {
        // No stored histogram has such a schema.
        return (index as f64 / f64::from(schema).exp2()).exp2();
    };
    if fraction == 1.0 && power == 1024 {
        return f64::MAX;
    }
    ldexp(fraction, power)
}

/// The upper bound of the custom bucket `index`; −∞ and +∞ beyond the bounds.
pub(super) fn custom_bound(index: i64, bounds: &[f64]) -> f64 {
    match usize::try_from(index) {
        Ok(index) => bounds.get(index).copied().unwrap_or(f64::INFINITY),
        Err(_) => f64::NEG_INFINITY,
    }
}

/// The index of a bucket after the resolution went down by `steps` schemas.
pub(super) fn coarser_index(index: i32, steps: u32) -> i32 {
    index
        .wrapping_sub(1)
        .checked_shr(steps)
        .unwrap_or(if index < 1 { -1 } else { 0 })
        .wrapping_add(1)
}

/// The bounds that two histograms with custom buckets share; both are ascending.
pub(super) fn shared_bounds(a: &[f64], b: &[f64]) -> Vec<f64> {
    let (mut i, mut j) = (0, 0);
    let mut shared = Vec::new();
    while let (Some(&left), Some(&right)) = (a.get(i), b.get(j)) {
        if left == right {
            shared.push(left);
            i += 1;
            j += 1;
        } else if left < right {
            i += 1;
        } else {
            j += 1;
        }
    }
    shared
}

/// The upper bounds of schema 8 in [1, 2). A lower schema has every second, fourth… of them.
#[rustfmt::skip]
#[allow(clippy::excessive_precision, clippy::approx_constant)]
static BOUNDS: [f64; 256] = [
    1.0, 1.0027112750502025, 1.0054299011128027, 1.0081558981184175, 1.0108892860517005, 1.0136300849514894, 1.0163783149109529, 1.019133996077738,
    1.0218971486541166, 1.0246677928971357, 1.0274459491187635, 1.030231637686041, 1.0330248790212284, 1.0358256936019572, 1.0386341019613787, 1.041450124688316,
    1.0442737824274138, 1.0471050958792898, 1.049944085800687, 1.052790773004626, 1.0556451783605572, 1.0585073227945128, 1.0613772272892619, 1.0642549128844643,
    1.0671404006768235, 1.0700337118202417, 1.0729348675259753, 1.0758438890627908, 1.0787607977571196, 1.081685614993215, 1.084618362213309, 1.0875590609177694,
    1.0905077326652577, 1.0934643990728858, 1.0964290818163767, 1.099401802630222, 1.102382583307841, 1.1053714457017412, 1.1083684117236785, 1.1113735033448175,
    1.1143867425958924, 1.117408151567369, 1.1204377524096065, 1.1234755673330197, 1.1265216186082418, 1.129575928566288, 1.132638519598719, 1.1357094141578052,
    1.1387886347566916, 1.1418762039695616, 1.144972144431804, 1.1480764788401787, 1.1511892299529827, 1.1543104205902162, 1.157440073633751, 1.1605782120274986,
    1.1637248587775775, 1.1668800369524817, 1.17004376968325, 1.173216080163637, 1.1763969916502812, 1.1795865274628758, 1.1827847109843408, 1.1859915656609936,
    1.189207115002721, 1.1924313825831512, 1.1956643920398273, 1.1989061670743806, 1.202156731452703, 1.2054161090051239, 1.2086843236265814, 1.211961399276801,
    1.2152473599804687, 1.2185422298274082, 1.2218460329727572, 1.225158793637145, 1.2284805361068698, 1.2318112847340759, 1.235151063936933, 1.2384998981998163,
    1.241857812073484, 1.245224830175258, 1.2486009771892046, 1.2519862778663162, 1.255380757024691, 1.2587844395497165, 1.2621973503942505, 1.2656195145788063,
    1.2690509571917332, 1.2724917033894028, 1.275941778396392, 1.279401207505669, 1.2828700160787783, 1.2863482295460256, 1.2898358734066657, 1.2933329732290895,
    1.2968395546510096, 1.3003556433796506, 1.3038812651919358, 1.307416445934677, 1.3109612115247644, 1.3145155879493549, 1.318079601266064, 1.3216532776031575,
    1.325236643159741, 1.3288297242059544, 1.332432547083161, 1.3360451382041454, 1.339667524053303, 1.3432997311868353, 1.3469417862329456, 1.3505937158920343,
    1.3542555469368927, 1.357927306212901, 1.3616090206382245, 1.3653007172040117, 1.3690024229745905, 1.3727141650876684, 1.37643597075453, 1.380167867260238,
    1.3839098819638318, 1.387662042298529, 1.3914243757719258, 1.3951969099661998, 1.398979672538311, 1.4027726912202045, 1.4065759938190152, 1.4103896082172704,
    1.414213562373095, 1.4180478843204152, 1.4218926021691654, 1.4257477441054942, 1.4296133383919698, 1.4334894133677887, 1.437375997448982, 1.4412731191286252,
    1.4451808069770464, 1.4490990896420348, 1.4530279958490522, 1.4569675544014435, 1.4609177941806468, 1.4648787441464057, 1.4688504333369816, 1.4728328908693673,
    1.4768261459394991, 1.4808302278224716, 1.4848451658727522, 1.4888709895243968, 1.4929077282912646, 1.4969554117672352, 1.5010140696264251, 1.5050837316234063,
    1.5091644275934224, 1.5132561874526096, 1.5173590411982143, 1.5214730189088141, 1.525598150744538, 1.5297344669472868, 1.5338819978409555, 1.5380407738316564,
    1.5422108254079407, 1.5463921831410214, 1.5505848776849998, 1.5547889397770884, 1.559004400237837, 1.5632312899713576, 1.5674696399655528, 1.5717194812923414,
    1.5759808451078863, 1.5802537626528244, 1.5845382652524933, 1.5888343843171635, 1.5931421513422668, 1.597461597908627, 1.601792755682693, 1.6061356564167706,
    1.610490331949254, 1.6148568142048605, 1.6192351351948633, 1.6236253270173284, 1.6280274218573476, 1.632441451987275, 1.6368674497669642, 1.641305447644006,
    1.6457554781539645, 1.6502175739206175, 1.6546917676561939, 1.6591780921616157, 1.6636765803267362, 1.6681872651305822, 1.6727101796415962, 1.6772453570178782,
    1.6817928305074288, 1.6863526334483931, 1.6909247992693046, 1.6955093614893322, 1.7001063537185233, 1.704715809658051, 1.7093377631004625, 1.7139722479299258,
    1.7186192981224775, 1.7232789477462735, 1.727951230961837, 1.7326361820223106, 1.7373338352737058, 1.742044225155156, 1.7467673861991684, 1.7515033530318778,
    1.756252160373299, 1.7610138430375835, 1.7657884359332723, 1.7705759740635543, 1.7753764925265207, 1.780190026515424, 1.7850166113189343, 1.7898562823214004,
    1.7947090750031065, 1.7995750249405345, 1.804454167806623, 1.809346539371031, 1.8142521755003982, 1.819171112158608, 1.8241033854070525, 1.8290490314048966,
    1.8340080864093422, 1.8389805867758935, 1.8439665689586255, 1.8489660695104506, 1.8539791250833852, 1.85900577242882, 1.8640460483977885, 1.8690999899412382,
    1.8741676341102995, 1.87924901805656, 1.8843441790323339, 1.8894531543909385, 1.8945759815869654, 1.899712698176555, 1.9048633418176737, 1.9100279502703894,
    1.915206561397147, 1.9203992131630472, 1.9256059436361244, 1.9308267909876267, 1.9360617934922941, 1.9413109895286402, 1.9465744175792328, 1.9518521162309779,
    1.9571441241753997, 1.9624504802089269, 1.967771223233175, 1.9731063922552337, 1.9784560263879505, 1.983820164850219, 1.9891988469672657, 1.9945921121709396,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_exact_in_every_schema() {
        for schema in EXPONENTIAL_SCHEMAS {
            for power in [-1022, -16, 0, 16, 1008] {
                let index = if schema < 0 {
                    power >> -schema
                } else {
                    power << schema
                };
                let power = if schema < 0 { index << -schema } else { power };
                let expected = 2f64.powf(power as f64);
                assert_eq!(exponential_bound(index, schema), expected);
            }
        }
    }

    #[test]
    fn bounds_grow_by_a_constant_factor() {
        for (position, pair) in BOUNDS.windows(2).enumerate() {
            let factor = pair[1] / pair[0];
            assert!(
                (factor - 2f64.powf(1.0 / 256.0)).abs() < 1e-14,
                "{position}"
            );
        }
        assert!((BOUNDS[255] * 2f64.powf(1.0 / 256.0) - 2.0).abs() < 1e-14);
    }

    #[test]
    fn the_last_finite_bucket_ends_at_the_largest_float() {
        for schema in EXPONENTIAL_SCHEMAS {
            let last = if schema < 0 {
                1024 >> -schema
            } else {
                1024 << schema
            };
            assert_eq!(exponential_bound(last, schema), f64::MAX);
            assert_eq!(exponential_bound(last + 1, schema), f64::INFINITY);
        }
    }

    #[test]
    fn extreme_indexes_and_schemas_do_no_harm() {
        for schema in [i32::MIN, -53, -9, 9, 52, i32::MAX] {
            for index in [i64::MIN, -1, 0, 1, i64::MAX] {
                let _ = exponential_bound(index, schema);
            }
        }
        assert_eq!(exponential_bound(i64::from(i32::MIN), 8), 0.0);
        assert_eq!(coarser_index(i32::MAX, 40), 1);
        assert_eq!(coarser_index(-5, 40), 0);
    }

    #[test]
    fn coarser_buckets_hold_the_finer_ones() {
        // (1, 2] has the fine buckets 1 and 2 of schema 1, and is number 1 of schema 0.
        assert_eq!(
            [0, 1, 2, 3].map(|index| coarser_index(index, 1)),
            [0, 1, 1, 2]
        );
        assert_eq!(
            [-1, -2, -3].map(|index| coarser_index(index, 1)),
            [0, -1, -1]
        );
    }

    #[test]
    fn only_equal_bounds_are_shared() {
        assert_eq!(
            shared_bounds(&[1.0, 2.0, 5.0], &[2.0, 3.0, 5.0]),
            [2.0, 5.0]
        );
        assert!(shared_bounds(&[], &[1.0]).is_empty());
        assert_eq!(custom_bound(-1, &[1.0]), f64::NEG_INFINITY);
        assert_eq!(custom_bound(1, &[1.0]), f64::INFINITY);
    }
}
