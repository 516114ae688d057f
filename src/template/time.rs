//! Go's `time.Time` (always UTC here), its layouts, and `time.Duration`.

use std::fmt;

use crate::calendar::{self, Date};

/// A point in time: seconds since the epoch and nanoseconds within the second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Time {
    pub seconds: i64,
    pub nanos: u32,
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
    pub fn from_nanos(nanos: i64) -> Self {
        let millis = nanos / 1_000_000;
        Self {
            seconds: millis.div_euclid(1000),
            nanos: millis.rem_euclid(1000) as u32 * 1_000_000,
        }
    }

    /// Nanoseconds since the epoch, wrapping as Go does.
    pub fn unix_nanos(self) -> i64 {
        self.seconds
            .wrapping_mul(1_000_000_000)
            .wrapping_add(i64::from(self.nanos))
    }

    /// This time and so many nanoseconds.
    pub fn add(self, nanos: i64) -> Self {
        let sum = i64::from(self.nanos) + nanos % 1_000_000_000;
        Self {
            seconds: self
                .seconds
                .saturating_add(nanos / 1_000_000_000)
                .saturating_add(sum.div_euclid(1_000_000_000)),
            nanos: sum.rem_euclid(1_000_000_000) as u32,
        }
    }

    pub fn date(self) -> Date {
        calendar::date_of(self.seconds.div_euclid(DAY))
    }

    pub fn hour(self) -> i64 {
        self.seconds.rem_euclid(DAY) / 3600
    }

    pub fn minute(self) -> i64 {
        self.seconds.rem_euclid(3600) / 60
    }

    pub fn second(self) -> i64 {
        self.seconds.rem_euclid(60)
    }

    /// 0 is Sunday.
    pub fn weekday(self) -> i64 {
        calendar::weekday(self.seconds.div_euclid(DAY))
    }

    /// From 1.
    pub fn year_day(self) -> i64 {
        calendar::day_of_year(self.seconds.div_euclid(DAY))
    }

    /// As Go's `Time.Format` with a layout made of the parts of `Mon Jan 2 15:04:05 MST 2006`.
    pub fn format(self, layout: &str) -> String {
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

    fn print_fraction(self, point: &str, digits: usize, trim: bool) -> String {
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

    fn print_part(self, part: Part, date: Date) -> String {
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
            Part::Zone => "UTC".to_owned(),
            Part::ZuluOffset => "Z".to_owned(),
            Part::Offset(text) => text.to_owned(),
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
    ZuluOffset,
    /// The offset of UTC in one of its spellings.
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
    ("-07:00:00", Part::Offset("+00:00:00")),
    ("-070000", Part::Offset("+000000")),
    ("-07:00", Part::Offset("+00:00")),
    ("-0700", Part::Offset("+0000")),
    ("-07", Part::Offset("+00")),
    ("Z07:00:00", Part::ZuluOffset),
    ("Z070000", Part::ZuluOffset),
    ("Z07:00", Part::ZuluOffset),
    ("Z0700", Part::ZuluOffset),
    ("Z07", Part::ZuluOffset),
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

impl fmt::Display for Time {
    /// As Go's `Time.String` in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

/// Go's `Duration.String`: `1h30m0s`, `1.5s`, `250ms`.
pub(super) fn print_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    if nanos == 0 {
        return "0s".to_owned();
    }
    let with_unit = |unit: u64, name: &str| {
        format!(
            "{sign}{}{name}",
            print_decimal(nanos / unit, nanos % unit, unit)
        )
    };
    match nanos {
        0..1_000 => return format!("{sign}{nanos}ns"),
        1_000..1_000_000 => return with_unit(1_000, "µs"),
        1_000_000..1_000_000_000 => return with_unit(1_000_000, "ms"),
        _ => {}
    }
    let (minutes, rest) = (nanos / 60_000_000_000, nanos % 60_000_000_000);
    let seconds = print_decimal(rest / 1_000_000_000, rest % 1_000_000_000, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `whole` and the fraction `part` of `unit`, a power of ten, without zeros at the end.
fn print_decimal(whole: u64, part: u64, unit: u64) -> String {
    if part == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let fraction = format!("{part:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}
