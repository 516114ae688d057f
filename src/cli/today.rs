use crate::calendar::{Date, day_of};
use crate::lint::Levels;

/// The variable that puts another day in the place of today's, to see what directives will have run out by then.
const TODAY: &str = "RULECHECK_TODAY";

/// Directives run out by the day of the environment, where it names one, and else by the clock.
pub(super) fn apply(levels: Levels) -> Result<Levels, String> {
    let Some(text) = std::env::var_os(TODAY).filter(|text| !text.is_empty()) else {
        return Ok(levels);
    };
    let date = text.to_str().and_then(Date::parse);
    let date = date.ok_or_else(|| format!("{TODAY} must be a day such as 2030-01-31"))?;
    Ok(levels.on_day(day_of(date)))
}
