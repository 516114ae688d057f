//! Series over which an expression holds, worked out and tried.

use std::fmt::Write as _;
use std::sync::Arc;

use super::draft::Draft;
use super::pace::Pace;
use super::solve::{Case, Task, work_out};
use crate::engine::{Evaluator, Options, Query, Value};
use crate::promql::Expr;
use crate::storage::{Grid, Storage};
use crate::target::Target;
use crate::yaml::scalar;

/// With windows of more samples than this nobody wants to try it.
const MOST_SAMPLES: i64 = 3000;

/// Input series over which the expression yields something as soon as its windows are full: the entries of `input_series`.
/// `labels` are to be on them besides those that the expression asks for. Nothing where they cannot be worked out, or where
/// they turn out not to do; nor where no series are needed.
#[must_use]
pub fn series_holding(expr: &Expr, labels: &[Arc<str>], target: Target) -> Option<String> {
    let pace = Pace::of(&[expr]);
    let options = Options::new(target);
    let samples = pace.lead.ms / pace.step.ms;
    if samples > MOST_SAMPLES {
        return None;
    }
    let task = Task {
        expr,
        recorded: &[],
        labels,
        case: Case::Holds,
        time: pace.lead.seconds(),
        step: pace.step.seconds(),
        options,
    };
    let draft = work_out(&task).ok()?;
    if draft.series.is_empty() || !holds(&draft, expr, pace, options) {
        return None;
    }
    let mut text = String::new();
    if !pace.is_usual() {
        let _ = writeln!(text, "# interval: {}", pace.step);
    }
    for series in &draft.series {
        let name = scalar(&series.labels.to_string());
        let values = series.values(pace.lead.seconds(), pace.step.seconds(), samples);
        let _ = writeln!(text, "- series: {name}\n  values: {}", scalar(&values));
    }
    Some(text.trim_end().to_owned())
}

/// Whether the expression yields something over the series when its windows are full.
fn holds(draft: &Draft, expr: &Expr, pace: Pace, options: Options) -> bool {
    let Ok(query) = Query::new(expr, options) else {
        return false;
    };
    let samples = pace.lead.ms / pace.step.ms + 1;
    let grid = Grid::new(0, pace.step.ms, samples as usize);
    let mut storage = Storage::new();
    for series in &draft.series {
        let (start, each) = series.numbers(pace.lead.seconds(), pace.step.seconds());
        let values = (0..samples).map(|at| start + each * at as f64).collect();
        let id = storage.series_id(&series.labels);
        storage.fill(id, &grid, values);
    }
    let value = Evaluator::new(&query).instant(&storage, pace.lead.ms);
    matches!(value, Ok(Value::Vector(found)) if !found.is_empty())
}
