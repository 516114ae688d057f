//! Why a selector finds nothing.

use super::cause::Scene;
use super::probe::Part;
use crate::diagnostic::nearest;
use crate::engine::Selection;
use crate::labels::{Labels, METRIC_NAME, Matcher, quote};
use crate::storage::{Series, is_stale};
use crate::target::Duration;

/// Why the selector finds nothing: no such series, or none with a sample at that time.
pub(super) fn series(part: &Part<'_>, scene: &Scene<'_>) -> String {
    let selection = part
        .query
        .and_then(|query| query.selections_at(scene.time).next());
    let Some(selection) = selection else {
        return "it cannot be evaluated".to_owned();
    };
    let found = scene.storage.select(selection.matchers, 0);
    let found = found.into_iter().map(|id| scene.storage.get(id));
    let newest = found.max_by_key(|series| last_before(series, selection.newest, scene));
    match newest {
        Some(series) => no_sample(series, &selection, scene),
        None => no_series(selection.matchers, scene),
    }
}

/// The index of the last sample at or before `time`.
fn last_before(series: &Series, time: i64, scene: &Scene<'_>) -> Option<usize> {
    let time = time.min(scene.storage.horizon());
    series.first_after(time, 0).checked_sub(1)
}

fn no_sample(series: &Series, selection: &Selection<'_>, scene: &Scene<'_>) -> String {
    let name = series.labels();
    let Some(last) = last_before(series, selection.newest, scene) else {
        return match series.times().first() {
            Some(&first) => format!("{name} begins only at {}", scene.told(first)),
            None => format!("{name} has no sample up to {}", scene.told(scene.time)),
        };
    };
    let at = series.times()[last];
    if is_stale(series.values()[last]) && series.histogram(last).is_none() {
        return format!("{name} ended at {} (stale)", scene.told(at));
    }
    let window = Duration::from_ms(selection.length_ms);
    let what = if selection.is_range {
        "its window reaches"
    } else {
        "the lookback reaches"
    };
    format!(
        "the last sample of {name} is at {}; {what} only {window} back from {}",
        scene.told(at),
        scene.told(selection.newest)
    )
}

fn no_series(matchers: &[Matcher], scene: &Scene<'_>) -> String {
    let all = scene.storage.series();
    let (of_name, of_labels): (Vec<&Matcher>, Vec<&Matcher>) = matchers
        .iter()
        .partition(|matcher| &*matcher.name == METRIC_NAME);
    let satisfies = |labels: &Labels, matcher: &&Matcher| {
        matcher.matches(labels.get(&matcher.name).unwrap_or(""))
    };
    let named = all
        .iter()
        .map(Series::labels)
        .filter(|labels| of_name.iter().all(|matcher| satisfies(labels, matcher)));
    let closest = named.min_by_key(|labels| {
        let fails = |matcher: &&&Matcher| !satisfies(labels, matcher);
        of_labels.iter().filter(fails).count()
    });
    let Some(closest) = closest else {
        return no_name(&of_name, scene);
    };
    let differences: Vec<String> = of_labels
        .iter()
        .filter(|matcher| !satisfies(closest, matcher))
        .map(|matcher| match closest.get(&matcher.name) {
            Some(value) => format!("`{}`, which is {}", matcher.name, quote(value)),
            None => format!("`{}`, which it does not have", matcher.name),
        })
        .collect();
    format!(
        "no such series; the nearest, {closest}, differs in {}",
        differences.join(", and in ")
    )
}

fn no_name(of_name: &[&Matcher], scene: &Scene<'_>) -> String {
    let wanted = of_name.first().map_or("", |matcher| &matcher.value);
    if scene.recorded.contains(&wanted) {
        return "the rule that records it has yielded nothing so far".to_owned();
    }
    let all = scene.storage.series();
    if all.is_empty() {
        return "there is no series at all".to_owned();
    }
    let names = all
        .iter()
        .filter_map(|series| series.labels().metric_name());
    match nearest(wanted, names) {
        Some(meant) => format!("no series has that name; there is `{meant}`"),
        None => "no series has that name".to_owned(),
    }
}
