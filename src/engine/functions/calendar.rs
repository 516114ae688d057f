//! Parts of a date in UTC. Without an argument they take the time of evaluation.

use jiff::Timestamp;
use jiff::tz::Offset;

/// The date and time of so many seconds since the epoch; nothing outside the years −9999 to 9999.
fn date(seconds: f64) -> Option<jiff::civil::DateTime> {
    // Go's conversion to int64 cuts the fraction towards zero.
    let timestamp = Timestamp::from_second(seconds as i64).ok()?;
    Some(Offset::UTC.to_datetime(timestamp))
}

fn part(seconds: f64, of: impl Fn(jiff::civil::DateTime) -> f64) -> Option<f64> {
    Some(date(seconds).map_or(f64::NAN, of))
}

pub(super) fn minute(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.minute()))
}

pub(super) fn hour(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.hour()))
}

/// Sunday is 0.
pub(super) fn day_of_week(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| {
        f64::from(date.date().weekday().to_sunday_zero_offset())
    })
}

pub(super) fn day_of_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.day()))
}

pub(super) fn day_of_year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.date().day_of_year()))
}

pub(super) fn days_in_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.date().days_in_month()))
}

pub(super) fn month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.month()))
}

pub(super) fn year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| f64::from(date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_day() {
        // 2024-02-29 23:30:00 UTC, a Thursday.
        let time = 1_709_249_400.0;
        let parts = [
            minute,
            hour,
            day_of_week,
            day_of_month,
            day_of_year,
            days_in_month,
            month,
            year,
        ]
        .map(|part| part(time, &[]).unwrap());
        assert_eq!(parts, [30.0, 23.0, 4.0, 29.0, 60.0, 29.0, 2.0, 2024.0]);
        assert!(year(1e300, &[]).is_some_and(f64::is_nan));
    }
}
