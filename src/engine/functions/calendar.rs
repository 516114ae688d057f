//! Parts of a date in UTC, for any number at all. Without an argument they take the time of evaluation.

use crate::calendar::{self, Date};

/// A second of a day.
struct Moment {
    /// Counted from 1970-01-01.
    day: i64,
    /// Counted from midnight.
    second: i64,
}

const SECONDS_OF_DAY: i128 = 24 * 60 * 60;
/// The first second of Go's calendar, in the year −292277022399; what is before it counts from its end.
const FIRST: i128 = -9_223_372_028_715_321_600;

impl Moment {
    /// The moment so many seconds after the epoch, as Go's `time.Unix(int64(x), 0)` has it on 64-bit Intel processors, where
    /// what is no 64-bit integer becomes the smallest of them.
    fn new(seconds: f64) -> Self {
        let is_whole =
            (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&seconds);
        let mut seconds = i128::from(if is_whole { seconds as i64 } else { i64::MIN });
        if seconds < FIRST {
            seconds += 1 << 64;
        }
        // Both are far below 2⁶³.
        Self {
            day: seconds.div_euclid(SECONDS_OF_DAY) as i64,
            second: seconds.rem_euclid(SECONDS_OF_DAY) as i64,
        }
    }

    const fn date(&self) -> Date {
        calendar::date_of(self.day)
    }
}

fn part(seconds: f64, of: impl Fn(&Moment) -> i64) -> Option<f64> {
    Some(of(&Moment::new(seconds)) as f64)
}

pub(super) fn minute(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| moment.second / 60 % 60)
}

pub(super) fn hour(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| moment.second / 3_600)
}

pub(super) fn day_of_week(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| calendar::weekday(moment.day))
}

pub(super) fn day_of_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| moment.date().day)
}

pub(super) fn day_of_year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| calendar::day_of_year(moment.day))
}

pub(super) fn days_in_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| calendar::days_in_month(moment.date()))
}

pub(super) fn month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| moment.date().month)
}

pub(super) fn year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |moment| moment.date().year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    fn parts(time: f64) -> [f64; 8] {
        [
            minute,
            hour,
            day_of_week,
            day_of_month,
            day_of_year,
            days_in_month,
            month,
            year,
        ]
        .map(|part| part(time, &[]).unwrap())
    }

    #[test]
    fn a_leap_day() {
        // 2024-02-29 23:30:00 UTC, a Thursday.
        let expected = [30.0, 23.0, 4.0, 29.0, 60.0, 29.0, 2.0, 2024.0];
        assert_eq!(parts(1_709_249_400.9), expected);
    }

    /// What promtool 2.42 prints for them.
    #[test]
    fn what_is_no_integer_is_the_smallest() {
        let expected = [30.0, 15.0, 0.0, 4.0, 339.0, 31.0, 12.0, 292_277_026_596.0];
        for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e19] {
            assert_eq!(parts(seconds), expected);
        }
    }

    proptest! {
        #[test]
        fn the_calendar_is_that_of_jiff(seconds in -377_000_000_000_i64..253_000_000_000) {
            let timestamp = Timestamp::from_second(seconds).unwrap();
            let date = Offset::UTC.to_datetime(timestamp);
            let expected = [
                i64::from(date.minute()),
                i64::from(date.hour()),
                i64::from(date.date().weekday().to_sunday_zero_offset()),
                i64::from(date.day()),
                i64::from(date.date().day_of_year()),
                i64::from(date.date().days_in_month()),
                i64::from(date.month()),
                i64::from(date.year()),
            ];
            prop_assert_eq!(parts(seconds as f64), expected.map(|part| part as f64));
        }
    }
}
