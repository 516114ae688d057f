use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::alert::{ActiveAlert, AlertState};
use super::expansion::{AtTime, Surroundings};
use super::rule::{Rule, RuleGroup, RuleKind, RuleText};
use crate::engine::{
    Annotation, EvalError, Evaluator, MAX_SERIES, Options, Sample, Value, is_same,
};
use crate::labels::{ALERT_NAME, Labels, LabelsBuilder, METRIC_NAME};
use crate::storage::{STALE_NAN, SampleValue, SeriesId, Storage};
use crate::template::{AlertValue, Data, ERROR_TEXT};

const ALERTS: &str = "ALERTS";
const ALERTS_FOR_STATE: &str = "ALERTS_FOR_STATE";
const ALERT_STATE: &str = "alertstate";

/// A rule group under way over one storage.
#[derive(Debug)]
pub struct GroupRun<'g> {
    group: &'g RuleGroup,
    options: Options,
    rules: Vec<RuleRun<'g>>,
}

/// Looks at the storage as a rule is about to see it: the number of the rule in its group, the storage, the time for
/// which the rule asks in milliseconds.
pub type Observer<'o> = &'o mut dyn FnMut(usize, &Storage, i64);

/// A rule that could not be evaluated.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleError {
    /// Number of the rule in its group, from 0.
    pub rule: usize,
    /// Why.
    pub error: EvalError,
}

#[derive(Debug)]
struct RuleRun<'g> {
    rule: &'g Rule,
    evaluator: Evaluator<'g>,
    /// The pending and firing alerts, in the order in which they began.
    active: Vec<ActiveAlert>,
    /// What the last result was recorded as.
    recorded: Recorded,
    /// The series written last time: those that are not written again have ended.
    written: Vec<SeriesId>,
    /// The annotations of all evaluations, each with the time of the first.
    annotations: Vec<(i64, Annotation)>,
}

/// The series that a recording rule writes its result to. Mostly the next result has the same series in the same order.
#[derive(Debug, Default)]
struct Recorded {
    /// The labels of the result.
    from: Vec<Labels>,
    to: Vec<SeriesId>,
}

impl<'g> GroupRun<'g> {
    /// A group that has not run yet.
    #[must_use]
    pub fn new(group: &'g RuleGroup, options: Options) -> Self {
        let rules = group
            .rules
            .iter()
            .map(|rule| RuleRun {
                rule,
                evaluator: Evaluator::new(&rule.query),
                active: Vec::new(),
                recorded: Recorded::default(),
                written: Vec::new(),
                annotations: Vec::new(),
            })
            .collect();
        Self {
            group,
            options,
            rules,
        }
    }

    /// The group that runs.
    #[must_use]
    pub fn group(&self) -> &'g RuleGroup {
        self.group
    }

    /// The pending and firing alerts of the rule of that number.
    ///
    /// # Panics
    /// When there is no rule of that number.
    #[must_use]
    pub fn alerts_of(&self, rule: usize) -> &[ActiveAlert] {
        &self.rules[rule].active
    }

    /// The pending and firing alerts of every rule, with the rule.
    pub fn alerts(&self) -> impl Iterator<Item = (&'g Rule, &ActiveAlert)> {
        self.rules
            .iter()
            .flat_map(|run| run.active.iter().map(|alert| (run.rule, alert)))
    }

    /// What was remarked about the results so far: the number of the rule, the time in milliseconds of the first such
    /// remark, the remark.
    pub fn annotations(&self) -> impl Iterator<Item = (usize, i64, &Annotation)> {
        let rules = self.rules.iter().enumerate();
        rules.flat_map(|(number, run)| {
            let noted = run.annotations.iter();
            noted.map(move |(time, annotation)| (number, *time, annotation))
        })
    }

    /// Runs every rule at `now` (milliseconds) and stores what they write. A rule that fails does not stop the others.
    /// The observer is called before each rule.
    pub fn evaluate(
        &mut self,
        storage: &mut Storage,
        now: i64,
        surroundings: &Surroundings,
        observer: Observer<'_>,
    ) -> Vec<RuleError> {
        let mut errors = Vec::new();
        for (number, run) in self.rules.iter_mut().enumerate() {
            let step = Step {
                group: self.group,
                options: self.options,
                now,
                surroundings,
            };
            observer(number, storage, step.query_time());
            if let Err(error) = run.evaluate(&step, storage) {
                errors.push(RuleError {
                    rule: number,
                    error,
                });
            }
        }
        errors
    }
}

/// What the rules of a group have in common at one time.
struct Step<'a> {
    group: &'a RuleGroup,
    options: Options,
    now: i64,
    surroundings: &'a Surroundings,
}

impl Step<'_> {
    fn query_time(&self) -> i64 {
        self.now.saturating_sub(self.group.query_offset_ms)
    }
}

impl RuleRun<'_> {
    fn evaluate(&mut self, step: &Step<'_>, storage: &mut Storage) -> Result<(), EvalError> {
        let outcome = self.evaluator.instant(storage, step.query_time());
        for annotation in self.evaluator.annotations() {
            if !self
                .annotations
                .iter()
                .any(|(_, noted)| noted.is_like(annotation))
            {
                self.annotations.push((step.now, annotation.clone()));
            }
        }
        let samples = match outcome? {
            Value::Vector(samples) => samples,
            Value::Scalar(value) => vec![Sample::unlabelled(value)],
            Value::String(_) | Value::Matrix(_) => {
                return Err(EvalError::new("rule result is not a vector or scalar"));
            }
        };
        let written = match &self.rule.kind {
            RuleKind::Recording => self.record(step, storage, samples)?,
            RuleKind::Alerting {
                for_ms,
                keep_firing_for_ms,
                annotations,
            } => {
                let alerts = self.new_alerts(step, storage, samples, annotations)?;
                self.update(step, alerts, *for_ms, *keep_firing_for_ms)?;
                let series = self.alert_series().into_iter();
                series
                    .map(|(labels, value)| (storage.series_id(&labels), value))
                    .collect()
            }
        };
        self.store(step.query_time(), storage, written)
    }

    /// The alerts that the samples stand for, each as if it had just begun.
    fn new_alerts(
        &self,
        step: &Step<'_>,
        storage: &Storage,
        samples: Vec<Sample>,
        annotations: &[RuleText],
    ) -> Result<Vec<ActiveAlert>, EvalError> {
        let world = AtTime {
            storage,
            options: step.options,
            now: step.now,
            surroundings: step.surroundings,
        };
        let mut seen = FxHashSet::default();
        let mut alerts = Vec::with_capacity(samples.len());
        for sample in samples {
            let data = Data {
                labels: sample.labels.clone(),
                value: alert_value(&sample.value),
                external_labels: step.surroundings.external_labels.clone(),
                external_url: Arc::clone(&step.surroundings.external_url),
            };
            let mut template_failed = false;
            let mut expanded = |text: &RuleText| {
                let value = expanded(text, &data, &world);
                template_failed |= text.template.is_some() && value.starts_with(ERROR_TEXT);
                value
            };
            let mut labels = sample.labels.without_name().edit();
            for label in &self.rule.labels {
                labels.set(Arc::clone(&label.name), expanded(label));
            }
            labels.set(ALERT_NAME, Arc::clone(&self.rule.name));
            let labels = labels.build();
            let annotations = Labels::from_pairs(annotations.iter().map(|annotation| {
                let value = expanded(annotation);
                (Arc::clone(&annotation.name), value)
            }));
            if !seen.insert(labels.clone()) {
                return Err(EvalError::new(
                    "vector contains metrics with the same labelset after applying alert labels",
                ));
            }
            let mut alert = ActiveAlert::pending(labels, annotations, sample.value, step.now);
            alert.template_failed = template_failed;
            alerts.push(alert);
        }
        Ok(alerts)
    }

    /// The state machine: alerts begin, fire, fire on, or end.
    fn update(
        &mut self,
        step: &Step<'_>,
        alerts: Vec<ActiveAlert>,
        for_ms: i64,
        keep_firing_for_ms: i64,
    ) -> Result<(), EvalError> {
        let mut now_there: FxHashMap<Labels, ActiveAlert> = FxHashMap::default();
        let mut order = Vec::with_capacity(alerts.len());
        for alert in alerts {
            order.push(alert.labels.clone());
            now_there.insert(alert.labels.clone(), alert);
        }
        self.active
            .retain_mut(|alert| match now_there.remove(&alert.labels) {
                Some(newer) => {
                    alert.refresh(newer);
                    true
                }
                None => alert.survives_absence(step.now, keep_firing_for_ms),
            });
        let begun = order.iter().filter_map(|labels| now_there.remove(labels));
        self.active.extend(begun);
        for alert in &mut self.active {
            alert.advance(step.now, for_ms);
        }
        check_limit(step.group, self.active.len(), "alerts").inspect_err(|_| self.active.clear())
    }

    /// `ALERTS` and `ALERTS_FOR_STATE` of every active alert. The labels of the rule stand below those of the alert as
    /// they were written: a template that expanded to nothing shows here as its source.
    fn alert_series(&self) -> Vec<(Labels, SampleValue)> {
        let mut series = Vec::with_capacity(self.active.len() * 2);
        for alert in &self.active {
            let mut labels = LabelsBuilder::default();
            for label in &self.rule.labels {
                labels.set(Arc::clone(&label.name), Arc::clone(&label.text));
            }
            for label in &alert.labels {
                labels.set(Arc::clone(&label.name), Arc::clone(&label.value));
            }
            labels.set(METRIC_NAME, ALERTS_FOR_STATE);
            let seconds = alert.active_at.div_euclid(1000) as f64;
            series.push((labels.clone().build(), seconds.into()));
            labels.set(METRIC_NAME, ALERTS);
            labels.set(ALERT_STATE, alert.state.name());
            series.push((labels.build(), 1.0.into()));
        }
        series
    }

    /// The series that a recording rule writes, and what it writes there.
    fn record(
        &mut self,
        step: &Step<'_>,
        storage: &mut Storage,
        samples: Vec<Sample>,
    ) -> Result<Vec<(SeriesId, SampleValue)>, EvalError> {
        if !is_same(&self.recorded.from, &samples) {
            let labels = recorded_labels(self.rule, &samples)?;
            self.recorded = Recorded {
                from: samples.iter().map(|sample| sample.labels.clone()).collect(),
                to: labels
                    .iter()
                    .map(|labels| storage.series_id(labels))
                    .collect(),
            };
        }
        check_limit(step.group, samples.len(), "series")?;
        let values = samples.into_iter().map(|sample| sample.value);
        Ok(self.recorded.to.iter().copied().zip(values).collect())
    }

    /// Stores the samples, and a staleness marker for each series that was written last time and is not now.
    fn store(
        &mut self,
        time: i64,
        storage: &mut Storage,
        samples: Vec<(SeriesId, SampleValue)>,
    ) -> Result<(), EvalError> {
        let is_same = self.written.len() == samples.len()
            && self
                .written
                .iter()
                .zip(&samples)
                .all(|(id, sample)| *id == sample.0);
        if !is_same {
            let now: FxHashSet<SeriesId> = samples.iter().map(|sample| sample.0).collect();
            for ended in self.written.drain(..).filter(|id| !now.contains(id)) {
                // A series that something else has written to at this time has not ended.
                let _ = storage.append(ended, time, STALE_NAN);
            }
            self.written.extend(samples.iter().map(|sample| sample.0));
        }
        if storage.series().len() > MAX_SERIES {
            return Err(EvalError::new(format!(
                "there are more than {MAX_SERIES} series; does the rule give its result other labels every time?"
            )));
        }
        let mut refused = None;
        for (id, value) in samples {
            if let Err(error) = storage.append(id, time, value) {
                refused = Some(error);
            }
        }
        refused.map_or(Ok(()), |error| Err(EvalError::new(error.to_string())))
    }
}

fn alert_value(value: &SampleValue) -> AlertValue {
    match value {
        SampleValue::Float(value) => AlertValue::Float(*value),
        SampleValue::Histogram(histogram) => AlertValue::Histogram(histogram.to_string().into()),
    }
}

/// The text of a label or annotation for one alert.
fn expanded(text: &RuleText, data: &Data, world: &AtTime<'_>) -> Arc<str> {
    match &text.template {
        Some(template) => template.expand_or_error_text(data, world).into(),
        None => Arc::clone(&text.text),
    }
}

/// The labels of the series that a recording rule writes, of which no two may be equal.
fn recorded_labels(rule: &Rule, samples: &[Sample]) -> Result<Vec<Labels>, EvalError> {
    let mut seen = FxHashSet::default();
    let mut written = Vec::with_capacity(samples.len());
    for sample in samples {
        let mut labels = sample.labels.edit();
        labels.set(METRIC_NAME, Arc::clone(&rule.name));
        for label in &rule.labels {
            labels.set(Arc::clone(&label.name), Arc::clone(&label.text));
        }
        let labels = labels.build();
        if !seen.insert(labels.clone()) {
            return Err(EvalError::new(
                "vector contains metrics with the same labelset after applying rule labels",
            ));
        }
        written.push(labels);
    }
    Ok(written)
}

fn check_limit(group: &RuleGroup, count: usize, what: &str) -> Result<(), EvalError> {
    let limit = usize::try_from(group.limit).unwrap_or(0);
    if limit > 0 && count > limit {
        return Err(EvalError::new(format!(
            "exceeded limit of {limit} with {count} {what}"
        )));
    }
    Ok(())
}

impl ActiveAlert {
    /// Whether the alert fires.
    #[must_use]
    pub fn fires(&self) -> bool {
        self.state == AlertState::Firing
    }
}
