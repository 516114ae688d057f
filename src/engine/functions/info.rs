//! `info`: labels of info metrics, put on the series that have the same `job` and `instance`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::eval::{Evaluation, Outcome};
use super::super::plan::{CallNode, InfoPlan};
use super::super::selector::reference_time;
use super::super::value::{EvalError, Sample, Value};
use super::name_of;
use crate::labels::{Labels, METRIC_NAME};

/// The labels by which a series finds its info series.
const IDENTIFYING: [&str; 2] = ["instance", "job"];

/// An info series and the time of its sample.
struct Info {
    labels: Labels,
    time: i64,
}

/// The info series of each metric name and each identity: of several the one with the newest sample.
type Infos = FxHashMap<(Labels, Arc<str>), Info>;

pub(super) fn info<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let Some(plan) = &call.info else {
        return Err(EvalError::new("`info` has no plan"));
    };
    let base = evaluation.vector(&call.args[0], now)?;
    let infos = read_infos(evaluation, plan, now)?;
    let needs_info = plan.data.iter().any(|matcher| !matcher.matches_empty());
    let mut result = Vec::with_capacity(base.len());
    for mut sample in base {
        if plan
            .names
            .iter()
            .all(|matcher| matcher.matches(name_of(&sample)))
        {
            result.push(sample);
            continue;
        }
        let found = matching(&infos, &sample);
        if found.is_empty() && needs_info {
            continue;
        }
        for info in found {
            enrich(&mut sample, info, plan);
        }
        result.push(sample);
    }
    evaluation.check_unique(&result)?;
    Ok(Value::Vector(result))
}

fn read_infos(
    evaluation: &mut Evaluation<'_>,
    plan: &InfoPlan,
    now: i64,
) -> Result<Infos, EvalError> {
    let (start, end) = (evaluation.start, evaluation.end);
    let at = plan.times.iter().fold(now, |now, &(at, offset)| {
        reference_time(now, at, offset, start, end)
    });
    let mut infos = Infos::default();
    let mut has_histogram = false;
    evaluation.latest_samples(plan.selector, at, |series, found| {
        has_histogram |= series.histogram(found).is_some();
        let labels = series.labels();
        let Some(name) = labels.get_arc(METRIC_NAME) else {
            return;
        };
        let info = Info {
            labels: labels.clone(),
            time: series.times()[found],
        };
        let key = (identity(labels), Arc::clone(name));
        let newer = infos.get(&key).is_none_or(|known| known.time < info.time);
        if newer {
            infos.insert(key, info);
        }
    })?;
    if has_histogram {
        return Err(EvalError::new(
            "this should be an info metric, with float samples",
        ));
    }
    Ok(infos)
}

fn identity(labels: &Labels) -> Labels {
    labels.filter(|name| IDENTIFYING.contains(&name))
}

/// The info series of a sample, by name.
fn matching<'i>(infos: &'i Infos, sample: &Sample) -> Vec<&'i Info> {
    let identity = identity(&sample.labels);
    if identity.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(&Arc<str>, &Info)> = infos
        .iter()
        .filter(|((of, _), _)| *of == identity)
        .map(|((_, name), info)| (name, info))
        .collect();
    found.sort_by_key(|(name, _)| Arc::clone(name));
    found.into_iter().map(|(_, info)| info).collect()
}

/// Puts the labels of an info series on a sample; those that the sample has already stay.
fn enrich(sample: &mut Sample, info: &Info, plan: &InfoPlan) {
    let is_wanted =
        |name: &str| plan.data.is_empty() || plan.data.iter().any(|matcher| &*matcher.name == name);
    let mut labels = sample.labels.edit();
    for label in &info.labels {
        let name = &*label.name;
        if name == METRIC_NAME || IDENTIFYING.contains(&name) || !is_wanted(name) {
            continue;
        }
        // A label of the base series goes before one of an info series.
        if labels.get(name).is_none() {
            labels.set(Arc::clone(&label.name), Arc::clone(&label.value));
        }
    }
    sample.labels = labels.build();
}
