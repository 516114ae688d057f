//! Days and dates of the proleptic Gregorian calendar, for any year that 64 bits of seconds reach.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Date {
    /// The year; 0 is the one before 1.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
}

impl Date {
    /// Reads `YYYY-MM-DD`; nothing where it is no such text or no day that there is.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i64>().ok().filter(|_| is_number)
        };
        let date = Self {
            year: part(4)?,
            month: part(2)?,
            day: part(2)?,
        };
        let is_month = (1..=12).contains(&date.month);
        let is_date = is_month && (1..=days_in_month(date)).contains(&date.day);
        (is_date && parts.next().is_none()).then_some(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The day in UTC, counted from 1970-01-01, by the clock of the machine. Nobody else asks the clock for the day.
#[must_use]
pub fn today() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    // Before 1970 no directive of ours was written.
    now.map_or(0, |since| (since.as_secs() / 86_400) as i64)
}

/// The date of a day counted from 1970-01-01.
#[must_use]
pub const fn date_of(day: i64) -> Date {
    // Years from March on, in eras of 400 years: leap days come last.
    let days = day + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let (month, is_next_year) = if month_from_march < 10 {
        (month_from_march + 3, 0)
    } else {
        (month_from_march - 9, 1)
    };
    Date {
        year: year_of_era + era * 400 + is_next_year,
        month,
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
    }
}

/// The day, counted from 1970-01-01, of a date.
#[must_use]
pub const fn day_of(date: Date) -> i64 {
    let Date { year, month, day } = date;
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The number of a day in its year, from 1.
#[must_use]
pub const fn day_of_year(day: i64) -> i64 {
    let first = Date {
        year: date_of(day).year,
        month: 1,
        day: 1,
    };
    day - day_of(first) + 1
}

/// How many days the month of a date has.
#[must_use]
pub const fn days_in_month(date: Date) -> i64 {
    let first = Date { day: 1, ..date };
    let (year, month) = if date.month == 12 {
        (date.year + 1, 1)
    } else {
        (date.year, date.month + 1)
    };
    let next = Date {
        year,
        month,
        day: 1,
    };
    day_of(next) - day_of(first)
}

/// The day of the week; Sunday is 0.
#[must_use]
pub const fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_and_printed() {
        for text in ["1970-01-01", "2024-02-29", "2026-12-31", "0001-01-01"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(day_of(Date::parse("1970-01-02").unwrap()), 1);
        for text in [
            "2026-2-1",
            "2026-13-01",
            "2025-02-29",
            "2026-00-10",
            "2026-01-00",
            "2026-01-01-",
            "+026-01-01",
            "soon",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_has_one_date(day in -100_000_000_000_000_i64..100_000_000_000_000) {
            let date = date_of(day);
            prop_assert_eq!(day_of(date), day);
            prop_assert!((1..=days_in_month(date)).contains(&date.day));
        }
    }
}
