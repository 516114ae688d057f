//! Compensated addition.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_to_rounding_is_kept() {
        let (sum, compensation) = [1e100, 1.0, -1e100]
            .into_iter()
            .fold((1.0, 0.0), |sum, value| kahan_add(value, sum));
        assert_eq!(sum + compensation, 2.0);
        assert_eq!(kahan_add(f64::INFINITY, (1.0, 0.5)), (f64::INFINITY, 0.0));
    }
}
