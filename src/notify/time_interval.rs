//! Named time intervals: when a route is mute, or active.

use std::ops::{Range, RangeInclusive};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::yaml::Node;

/// One entry of a named interval. A time lies in it where it satisfies every field that there is; without fields it holds
/// always (`TimeInterval.ContainsTime`).
#[derive(Clone, Debug)]
pub struct Window {
    /// Minutes of the day, without the last.
    pub times: Option<Vec<Range<i64>>>,
    /// Days of the week, Sunday being 0.
    pub weekdays: Option<Vec<RangeInclusive<i64>>>,
    /// Days of the month; negative ones count from its end, -1 being the last.
    pub days_of_month: Option<Vec<RangeInclusive<i64>>>,
    /// Months, January being 1.
    pub months: Option<Vec<RangeInclusive<i64>>>,
    /// Years.
    pub years: Option<Vec<RangeInclusive<i64>>>,
    /// The zone in which all of them are meant.
    pub location: TimeZone,
}

const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];
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

impl Window {
    /// Reads the list of a named interval. What Alertmanager refuses is left out; loading has told it.
    #[must_use]
    pub fn list(node: Node<'_>) -> Vec<Self> {
        node.items().map(Self::new).collect()
    }

    fn new(node: Node<'_>) -> Self {
        let list = |key: &str| node.get(key).filter(|list| !list.is_null());
        let ranges = |key: &str, number: &dyn Fn(&str) -> Option<i64>| {
            let items = list(key)?.items();
            Some(
                items
                    .filter_map(|item| range_of(item.scalar()?, number))
                    .collect(),
            )
        };
        let digits = |text: &str| text.parse().ok();
        Self {
            times: list("times").map(|times| times.items().filter_map(minutes_of).collect()),
            weekdays: ranges("weekdays", &|name| place_of(name, &WEEKDAYS)),
            days_of_month: ranges("days_of_month", &digits),
            months: ranges("months", &|name| {
                let named = place_of(name, &MONTHS).map(|place| place + 1);
                named.or_else(|| digits(name))
            }),
            years: ranges("years", &digits),
            location: list("location")
                .and_then(|name| zone(name.scalar()?))
                .unwrap_or(TimeZone::UTC),
        }
    }

    /// Whether a time, in Unix milliseconds, lies in it. Alertmanager looks at whole minutes.
    #[must_use]
    pub fn contains(&self, ms: i64) -> bool {
        let Ok(time) = Timestamp::from_millisecond(ms) else {
            return false;
        };
        let time = time.to_zoned_datetime(self.location.clone());
        let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
        let within = |ranges: &Option<Vec<RangeInclusive<i64>>>, value: i64| {
            let ranges = ranges.as_ref();
            ranges.is_none_or(|ranges| ranges.iter().any(|range| range.contains(&value)))
        };
        let last = i64::from(time.days_in_month());
        let day = i64::from(time.day());
        let times = self.times.as_ref();
        times.is_none_or(|times| times.iter().any(|range| range.contains(&minute)))
            && self
                .days_of_month
                .as_ref()
                .is_none_or(|days| days.iter().any(|days| is_day_in(day, days, last)))
            && within(&self.months, i64::from(time.month()))
            && within(
                &self.weekdays,
                i64::from(time.weekday().to_sunday_zero_offset()),
            )
            && within(&self.years, i64::from(time.year()))
    }
}

/// A zone by its name. Alertmanager takes the empty name for UTC.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    match name {
        "" | "UTC" => Some(TimeZone::UTC),
        _ => TimeZone::get(name).ok(),
    }
}

/// Whether a day lies in a range of days of a month with `last` days. A range that begins behind the end of the month is
/// skipped, one that ends behind it is cut.
fn is_day_in(day: i64, days: &RangeInclusive<i64>, last: i64) -> bool {
    let from_start = |day: i64| if day < 0 { last + day + 1 } else { day };
    let (begin, end) = (from_start(*days.start()), from_start(*days.end()));
    begin <= last && (begin.max(-last)..=end.min(last)).contains(&day)
}

/// `a:b`, or `a` alone.
fn range_of(text: &str, number: impl Fn(&str) -> Option<i64>) -> Option<RangeInclusive<i64>> {
    let (begin, end) = text.split_once(':').unwrap_or((text, text));
    Some(number(begin)?..=number(end)?)
}

fn place_of(name: &str, names: &[&str]) -> Option<i64> {
    let name = name.to_lowercase();
    let place = names.iter().position(|known| *known == name)?;
    i64::try_from(place).ok()
}

/// `start_time` and `end_time` of an item of `times`.
fn minutes_of(node: Node<'_>) -> Option<Range<i64>> {
    let minute = |key: &str| {
        let (hours, minutes) = node.get(key)?.scalar()?.split_once(':')?;
        Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
    };
    Some(minute("start_time")?..minute("end_time")?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::SourceFile;
    use crate::yaml::Tree;

    /// Whether the time, as `2024-02-29T12:00:00Z`, lies in the interval.
    fn contains(interval: &str, time: &str) -> bool {
        let file = SourceFile::new("t.yml", interval);
        let tree = Arc::new(Tree::parse(&file));
        let windows = Window::list(tree.root(0).unwrap());
        let time: Timestamp = time.parse().unwrap();
        windows
            .iter()
            .any(|window| window.contains(time.as_millisecond()))
    }

    #[test]
    fn a_time_is_in_it_from_the_first_minute_and_not_in_the_last() {
        let hours = "- times: [{start_time: '09:00', end_time: '17:00'}]";
        assert!(!contains(hours, "2024-05-03T08:59:59Z"));
        assert!(contains(hours, "2024-05-03T09:00:00Z"));
        assert!(contains(hours, "2024-05-03T16:59:59Z"));
        assert!(!contains(hours, "2024-05-03T17:00:00Z"));
        assert!(contains(
            "- times: [{start_time: '00:00', end_time: '24:00'}]",
            "2024-05-03T23:59:59Z"
        ));
    }

    #[test]
    fn fields_are_a_conjunction_and_entries_a_disjunction() {
        let friday = "- weekdays: ['friday']\n  months: ['may:june']\n- years: ['2030']";
        assert!(contains(friday, "2024-05-03T00:00:00Z"));
        assert!(!contains(friday, "2024-05-04T00:00:00Z"));
        assert!(!contains(friday, "2024-07-05T00:00:00Z"));
        assert!(contains(friday, "2030-07-06T00:00:00Z"));
        assert!(contains("- {}", "2024-05-04T00:00:00Z"));
        assert!(!contains("- times: []", "2024-05-04T00:00:00Z"));
    }

    #[test]
    fn days_of_the_month_count_from_both_ends() {
        assert!(contains("- days_of_month: ['-1']", "2024-02-29T00:00:00Z"));
        assert!(!contains("- days_of_month: ['-1']", "2023-02-27T00:00:00Z"));
        assert!(contains(
            "- days_of_month: ['28:31']",
            "2023-02-28T00:00:00Z"
        ));
        // February has no 30th: the range is skipped.
        assert!(!contains(
            "- days_of_month: ['30:31']",
            "2023-02-28T00:00:00Z"
        ));
        assert!(contains(
            "- days_of_month: ['1:-1']",
            "2023-02-14T00:00:00Z"
        ));
    }

    #[test]
    fn a_zone_has_its_summer_time() {
        let berlin =
            "- times: [{start_time: '09:00', end_time: '10:00'}]\n  location: Europe/Berlin";
        assert!(contains(berlin, "2024-07-01T07:30:00Z"));
        assert!(!contains(berlin, "2024-01-01T07:30:00Z"));
        assert!(contains(berlin, "2024-01-01T08:30:00Z"));
    }
}
