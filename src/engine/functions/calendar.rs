//! Parts of a date in UTC, for any number at all. Without an argument they take the time of evaluation.

/// A moment in the proleptic Gregorian calendar.
struct Date {
    year: i64,
    /// 1 to 12.
    month: i64,
    /// 1 to 31.
    day: i64,
    /// From the first of January, which is day 1.
    day_of_year: i64,
    /// Sunday is 0.
    weekday: i64,
    /// Seconds since midnight.
    second: i64,
}

const SECONDS_OF_DAY: i128 = 24 * 60 * 60;
/// The first second of Go's calendar, in the year −292277022399; what is before it counts from its end.
const FIRST: i128 = -9_223_372_028_715_321_600;

impl Date {
    /// The date so many seconds after the epoch, as Go's `time.Unix(int64(x), 0)` has it on 64-bit Intel processors, where
    /// what is no 64-bit integer becomes the smallest of them.
    fn new(seconds: f64) -> Self {
        let is_whole =
            (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&seconds);
        let mut seconds = i128::from(if is_whole { seconds as i64 } else { i64::MIN });
        if seconds < FIRST {
            seconds += 1 << 64;
        }
        // Both are far below 2⁶³.
        let days = seconds.div_euclid(SECONDS_OF_DAY) as i64;
        let second = seconds.rem_euclid(SECONDS_OF_DAY) as i64;

        // Years are counted from March on, so that the leap day is the last: 400 of them have 146,097 days.
        let from_march = days + 719_468;
        let (era, day) = (
            from_march.div_euclid(146_097),
            from_march.rem_euclid(146_097),
        );
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let shifted = (5 * day + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = era * 400 + year + i64::from(month <= 2);
        let since_march = day;
        let day = day - (153 * shifted + 2) / 5 + 1;
        let day_of_year = if month > 2 {
            since_march + 60 + i64::from(is_leap(year))
        } else {
            since_march - 305
        };
        Self {
            year,
            month,
            day,
            day_of_year,
            weekday: (days + 4).rem_euclid(7),
            second,
        }
    }

    const fn days_in_month(&self) -> i64 {
        match self.month {
            2 if is_leap(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn part(seconds: f64, of: impl Fn(&Date) -> i64) -> Option<f64> {
    Some(of(&Date::new(seconds)) as f64)
}

pub(super) fn minute(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.second / 60 % 60)
}

pub(super) fn hour(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.second / 3_600)
}

pub(super) fn day_of_week(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.weekday)
}

pub(super) fn day_of_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.day)
}

pub(super) fn day_of_year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.day_of_year)
}

pub(super) fn days_in_month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, Date::days_in_month)
}

pub(super) fn month(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.month)
}

pub(super) fn year(seconds: f64, _: &[f64]) -> Option<f64> {
    part(seconds, |date| date.year)
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
