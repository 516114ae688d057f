//! Go's `time.Time`, its layouts, and `time.Duration`.

use std::cmp::Ordering;
use std::fmt;

use jiff::tz::TimeZone;

use crate::calendar::{self, Date};

/// A point in time and the zone in which it is shown. Times compare by the point alone.
#[derive(Clone, Debug)]
pub struct Time {
    /// Seconds since the epoch.
    pub(super) seconds: i64,
    /// Nanoseconds within the second.
    pub(super) nanos: u32,
    pub(super) zone: Zone,
}

/// Where a time is shown.
#[derive(Clone, Debug)]
pub(super) enum Zone {
    Utc,
    /// So many seconds east of UTC, without a name.
    Fixed(i32),
    Named(TimeZone),
}

const DAY: i64 = 24 * 60 * 60;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

pub(super) fn month_name(month: i64) -> String {
    name_of(&MONTHS, month - 1).map_or_else(|| format!("%!Month({month})"), str::to_owned)
}

pub(super) fn weekday_name(day: i64) -> String {
    name_of(&WEEKDAYS, day).map_or_else(|| format!("%!Weekday({day})"), str::to_owned)
}

fn name_of(names: &[&'static str], index: i64) -> Option<&'static str> {
    names.get(usize::try_from(index).ok()?).copied()
}

impl Time {
    /// From nanoseconds since the epoch, at the precision of Prometheus's timestamps: milliseconds, cut towards zero.
    pub(super) fn from_nanos(nanos: i64) -> Self {
        Self::from_unix_ms(nanos / 1_000_000)
    }

    /// Go's zero time, the first moment of the year 1: what the end of an alert is that goes on.
    pub const ZERO: Self = Self {
        seconds: -62_135_596_800,
        nanos: 0,
        zone: Zone::Utc,
    };

    /// From Unix milliseconds, in UTC.
    #[must_use]
    pub fn from_unix_ms(ms: i64) -> Self {
        Self {
            seconds: ms.div_euclid(1000),
            nanos: ms.rem_euclid(1000) as u32 * 1_000_000,
            zone: Zone::Utc,
        }
    }

    /// Reads a date, `T`, time and zone, such as `2024-02-03T04:05:06.789+01:00` (RFC 3339); the zone is kept.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !text.contains('T') {
            return None;
        }
        let time: jiff::Timestamp = text.parse().ok()?;
        let nanos = time.as_nanosecond();
        let zone = match text
            .rfind(['+', '-'])
            .filter(|&at| at > text.find('T').unwrap_or(0))
        {
            Some(at) => {
                let digits: Vec<i32> = text[at + 1..]
                    .split(':')
                    .filter_map(|part| part.parse().ok())
                    .collect();
                let &[hours, minutes] = &digits[..] else {
                    return None;
                };
                let offset = hours * 3600 + minutes * 60;
                Zone::Fixed(if text[at..].starts_with('-') {
                    -offset
                } else {
                    offset
                })
            }
            None => Zone::Utc,
        };
        let zone = match zone {
            // The zone of the machine, which is taken to be UTC.
            Zone::Fixed(0) => Zone::Utc,
            other => other,
        };
        Some(Self {
            seconds: i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?,
            nanos: nanos.rem_euclid(1_000_000_000) as u32,
            zone,
        })
    }

    /// The same moment, shown in UTC.
    pub(super) fn utc(self) -> Self {
        Self {
            zone: Zone::Utc,
            ..self
        }
    }

    /// The same moment in the zone of that name in the time zone database; `UTC` where the name is empty.
    pub(super) fn in_zone(self, name: &str) -> Option<Self> {
        let zone = match name {
            "" | "UTC" | "Local" => Zone::Utc,
            name => Zone::Named(TimeZone::get(name).ok()?),
        };
        Some(Self { zone, ..self })
    }

    /// How many seconds the clocks of its zone are ahead of UTC, and what their time is called.
    fn offset(&self) -> (i32, String) {
        match &self.zone {
            Zone::Utc => (0, "UTC".to_owned()),
            Zone::Fixed(offset) => (*offset, print_offset(*offset, "0700")),
            Zone::Named(zone) => match jiff::Timestamp::from_second(self.seconds) {
                Ok(at) => {
                    let info = zone.to_offset_info(at);
                    (info.offset().seconds(), info.abbreviation().to_owned())
                }
                Err(_) => (0, "UTC".to_owned()),
            },
        }
    }

    /// Seconds since the epoch as the clocks of its zone count them.
    fn local(&self) -> i64 {
        match self.zone {
            Zone::Utc => self.seconds,
            _ => self.seconds + i64::from(self.offset().0),
        }
    }

    /// Nanoseconds since the epoch, wrapping as Go does.
    pub(super) fn unix_nanos(&self) -> i64 {
        self.seconds
            .wrapping_mul(1_000_000_000)
            .wrapping_add(i64::from(self.nanos))
    }

    /// Nanoseconds since another time, as many as there is room for.
    pub(super) fn since(&self, other: &Self) -> i64 {
        let nanos = |time: &Self| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
        let between = nanos(self) - nanos(other);
        between.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
    }

    /// This time and so many nanoseconds.
    pub(super) fn add(&self, nanos: i64) -> Self {
        let sum = i64::from(self.nanos) + nanos % 1_000_000_000;
        Self {
            seconds: self
                .seconds
                .saturating_add(nanos / 1_000_000_000)
                .saturating_add(sum.div_euclid(1_000_000_000)),
            nanos: sum.rem_euclid(1_000_000_000) as u32,
            zone: self.zone.clone(),
        }
    }

    /// The latest multiple of `unit` nanoseconds since the year 1 that is not later.
    pub(super) fn truncate(&self, unit: i64) -> Self {
        if unit <= 0 {
            return self.clone();
        }
        let since_zero = i128::from(self.seconds) + i128::from(-Self::ZERO.seconds);
        let nanos = since_zero * 1_000_000_000 + i128::from(self.nanos);
        // A rest of a division by an i64 is one.
        self.add(-(nanos.rem_euclid(i128::from(unit)) as i64))
    }

    /// The nearest multiple of `unit` nanoseconds since the year 1, the later of two.
    pub(super) fn round(&self, unit: i64) -> Self {
        let down = self.truncate(unit);
        let rest = self.since(&down);
        if unit <= 0 || rest < unit - rest {
            return down;
        }
        down.add(unit)
    }

    /// So many years, months and days later at the same time of day; what a month is too short for goes on in the next.
    pub(super) fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let date = self.date();
        let months = (date.month - 1).saturating_add(months);
        let first = Date {
            year: date
                .year
                .saturating_add(years)
                .saturating_add(months.div_euclid(12)),
            month: months.rem_euclid(12) + 1,
            day: 1,
        };
        // As far as the calendar reaches.
        let first = Date {
            year: first.year.clamp(-200_000, 200_000),
            ..first
        };
        let days = days.clamp(-100_000_000, 100_000_000);
        let day = calendar::day_of(first) + date.day - 1 + days;
        let mut moved = Self {
            seconds: day * DAY + self.local().rem_euclid(DAY),
            ..self.clone()
        };
        moved.seconds -= i64::from(self.offset().0);
        // Clocks may have been changed in between.
        moved.seconds += i64::from(self.offset().0) - i64::from(moved.offset().0);
        moved
    }

    pub(super) fn date(&self) -> Date {
        calendar::date_of(self.local().div_euclid(DAY))
    }

    pub(super) fn hour(&self) -> i64 {
        self.local().rem_euclid(DAY) / 3600
    }

    pub(super) fn minute(&self) -> i64 {
        self.local().rem_euclid(3600) / 60
    }

    pub(super) fn second(&self) -> i64 {
        self.local().rem_euclid(60)
    }

    /// 0 is Sunday.
    pub(super) fn weekday(&self) -> i64 {
        calendar::weekday(self.local().div_euclid(DAY))
    }

    /// From 1.
    pub(super) fn year_day(&self) -> i64 {
        calendar::day_of_year(self.local().div_euclid(DAY))
    }

    /// As Go's `Time.Format` with a layout made of the parts of `Mon Jan 2 15:04:05 MST 2006`.
    pub(super) fn format(&self, layout: &str) -> String {
        let date = self.date();
        let mut out = String::new();
        let mut rest = layout;
        while !rest.is_empty() {
            if let Some((digits, trim, length)) = fraction(rest) {
                out.push_str(&self.print_fraction(&rest[..1], digits, trim));
                rest = &rest[length..];
                continue;
            }
            match PARTS.iter().find(|(part, _)| starts_with_part(rest, part)) {
                Some((part, kind)) => {
                    out.push_str(&self.print_part(*kind, date));
                    rest = &rest[part.len()..];
                }
                None => {
                    let c = rest.chars().next().unwrap_or_default();
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        out
    }

    fn print_fraction(&self, point: &str, digits: usize, trim: bool) -> String {
        let all = format!("{:09}", self.nanos);
        let mut kept = &all[..digits.min(9)];
        if trim {
            kept = kept.trim_end_matches('0');
            if kept.is_empty() {
                return String::new();
            }
        }
        format!("{point}{kept}")
    }

    fn print_part(&self, part: Part, date: Date) -> String {
        let month = || month_name(date.month);
        let weekday = || weekday_name(self.weekday());
        let hour12 = match self.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        match part {
            Part::LongMonth => month(),
            Part::Month => month()[..3].to_owned(),
            Part::NumMonth => date.month.to_string(),
            Part::ZeroMonth => format!("{:02}", date.month),
            Part::LongWeekday => weekday(),
            Part::Weekday => weekday()[..3].to_owned(),
            Part::Day => date.day.to_string(),
            Part::UnderDay => format!("{:2}", date.day),
            Part::ZeroDay => format!("{:02}", date.day),
            Part::UnderYearDay => format!("{:3}", self.year_day()),
            Part::ZeroYearDay => format!("{:03}", self.year_day()),
            Part::Hour => format!("{:02}", self.hour()),
            Part::Hour12 => hour12.to_string(),
            Part::ZeroHour12 => format!("{hour12:02}"),
            Part::Minute => self.minute().to_string(),
            Part::ZeroMinute => format!("{:02}", self.minute()),
            Part::Second => self.second().to_string(),
            Part::ZeroSecond => format!("{:02}", self.second()),
            Part::LongYear => format!("{:04}", date.year),
            Part::Year => format!("{:02}", date.year.rem_euclid(100)),
            Part::Upper => if self.hour() < 12 { "AM" } else { "PM" }.to_owned(),
            Part::Lower => if self.hour() < 12 { "am" } else { "pm" }.to_owned(),
            Part::Zone => self.offset().1,
            Part::ZuluOffset(_) if self.offset().0 == 0 => "Z".to_owned(),
            Part::ZuluOffset(layout) | Part::Offset(layout) => {
                print_offset(self.offset().0, layout)
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    Upper,
    Lower,
    Zone,
    /// The offset from UTC, `Z` where there is none.
    ZuluOffset(&'static str),
    /// The offset from UTC in one of its spellings, such as `07:00`.
    Offset(&'static str),
}

/// Longer parts stand before those they start with.
const PARTS: [(&str, Part); 33] = [
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongWeekday),
    ("Mon", Part::Weekday),
    ("MST", Part::Zone),
    ("01", Part::ZeroMonth),
    ("002", Part::ZeroYearDay),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("15", Part::Hour),
    ("1", Part::NumMonth),
    ("2006", Part::LongYear),
    ("2", Part::Day),
    // "_2006" is an underscore and the year.
    ("__2", Part::UnderYearDay),
    ("_2", Part::UnderDay),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::Upper),
    ("pm", Part::Lower),
    ("-07:00:00", Part::Offset("07:00:00")),
    ("-070000", Part::Offset("070000")),
    ("-07:00", Part::Offset("07:00")),
    ("-0700", Part::Offset("0700")),
    ("-07", Part::Offset("07")),
    ("Z07:00:00", Part::ZuluOffset("07:00:00")),
    ("Z070000", Part::ZuluOffset("070000")),
    ("Z07:00", Part::ZuluOffset("07:00")),
    ("Z0700", Part::ZuluOffset("0700")),
    ("Z07", Part::ZuluOffset("07")),
];

/// `Jan` is no part of `January` in small letters or of another word such as `Janet`.
fn starts_with_part(text: &str, part: &str) -> bool {
    let Some(rest) = text.strip_prefix(part) else {
        return false;
    };
    match part {
        "Jan" | "Mon" => !rest.starts_with(|c: char| c.is_ascii_lowercase()),
        "_2" => !rest.starts_with("006"),
        _ => true,
    }
}

/// A fraction of a second at the start of `text`: how many digits, whether zeros at the end go, its length.
/// `.000` and `,999` count where no further digit follows.
fn fraction(text: &str) -> Option<(usize, bool, usize)> {
    let digits = text.strip_prefix(['.', ','])?;
    let kind = digits.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let count = digits.chars().take_while(|&c| c == kind).count();
    let followed_by_digit = digits[count..].starts_with(|c: char| c.is_ascii_digit());
    (!followed_by_digit).then_some((count, kind == '9', count + 1))
}

/// An offset from UTC as the layout `07:00:00`, `070000`, `07:00`, `0700` or `07` has it, with its sign.
fn print_offset(offset: i32, layout: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let seconds = offset.unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match layout {
        "07" => format!("{sign}{hours:02}"),
        "0700" => format!("{sign}{hours:02}{minutes:02}"),
        "07:00" => format!("{sign}{hours:02}:{minutes:02}"),
        "070000" => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos))
    }
}

impl fmt::Display for Time {
    /// As Go's `Time.String` in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}
