//! When named time intervals hold.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::IntervalSpec;

/// One entry of a named interval with its time zone.
#[derive(Clone, Debug)]
pub struct Window {
    spec: IntervalSpec,
    zone: TimeZone,
}

impl Window {
    /// An entry. The zone `Local`, that of the machine, is taken for UTC, as it is in containers.
    #[must_use]
    pub fn new(spec: IntervalSpec) -> Self {
        let name = spec.location.as_ref().map_or("", |name| name.as_str());
        // Systems have the same zones in these folders too.
        let folders = ["posix/", "right/"];
        let plain = folders.iter().find_map(|folder| name.strip_prefix(folder));
        let zone = match plain.unwrap_or(name) {
            "" | "UTC" | "Local" => TimeZone::UTC,
            // Names that are none were refused with the configuration.
            name => TimeZone::get(name).unwrap_or(TimeZone::UTC),
        };
        Self { spec, zone }
    }

    /// Whether a time, in Unix milliseconds, lies in it: it must satisfy every field that there is
    /// (`timeinterval.TimeInterval.ContainsTime`). Alertmanager looks at whole minutes.
    #[must_use]
    pub fn contains(&self, ms: i64) -> bool {
        let Ok(time) = Timestamp::from_millisecond(ms) else {
            return false;
        };
        let time = time.to_zoned_datetime(self.zone.clone());
        let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
        let (day, last) = (i64::from(time.day()), i64::from(time.days_in_month()));
        let spec = &self.spec;
        is_in(spec.times.as_deref(), |range| {
            i64::from(range.start) <= minute && minute < i64::from(range.end)
        }) && is_in(spec.days_of_month.as_deref(), |days| {
            is_day_in(day, &days.value, last)
        }) && is_in(spec.months.as_deref(), |months| {
            months.value.contains(&i64::from(time.month()))
        }) && is_in(spec.weekdays.as_deref(), |days| {
            days.value
                .contains(&i64::from(time.weekday().to_sunday_zero_offset()))
        }) && is_in(spec.years.as_deref(), |years| {
            years.value.contains(&i64::from(time.year()))
        })
    }
}

/// Whether one of the ranges holds, or there is no field.
fn is_in<R>(ranges: Option<&[R]>, holds: impl Fn(&R) -> bool) -> bool {
    ranges.is_none_or(|ranges| ranges.iter().any(holds))
}

/// Whether a day lies in a range of days of a month with `last` days. A range that begins behind the end of the month is
/// skipped, one that ends behind it is cut.
fn is_day_in(day: i64, days: &RangeInclusive<i64>, last: i64) -> bool {
    let from_start = |day: i64| if day < 0 { last + day + 1 } else { day };
    let (begin, end) = (from_start(*days.start()), from_start(*days.end()));
    begin <= last && (begin.max(-last)..=end.min(last)).contains(&day)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::decode_alertmanager;
    use crate::source::SourceFile;
    use crate::target::Target;
    use crate::yaml::Tree;

    /// Whether the time, as `2024-02-29T12:00:00Z`, lies in the interval.
    fn contains(interval: &str, time: &str) -> bool {
        let interval = interval.replace('\n', "\n    ");
        let text = format!(
            "route: {{receiver: a}}\nreceivers: [{{name: a}}]\ntime_intervals:\n- name: x\n  time_intervals:\n    {interval}\n"
        );
        let tree = Arc::new(Tree::parse(&SourceFile::new("t.yml", text)));
        let (config, problems) = decode_alertmanager(&tree, 0, &Target::default());
        assert!(problems.is_empty(), "{problems:?}");
        let time: Timestamp = time.parse().unwrap();
        let specs = config.time_intervals[0].intervals.iter().cloned();
        specs
            .map(Window::new)
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
