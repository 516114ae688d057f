//! How samples follow each other in a fixture.

use crate::promql::{DurationKind, Expr, ExprKind};
use crate::target::Duration;

/// Time between two samples, where no window is too short for it.
const STEP: Duration = Duration::from_ms(60_000);
/// With a window of less than two minutes.
const SHORT_STEP: Duration = Duration::from_ms(15_000);

/// The pace of samples and evaluations that expressions need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Time between two samples.
    pub step: Duration,
    /// When all windows are full.
    pub lead: Duration,
}

impl Pace {
    /// The pace for an expression and what it reads.
    #[must_use]
    pub fn of(exprs: &[&Expr]) -> Self {
        let windows: Vec<f64> = exprs.iter().flat_map(|expr| windows(expr)).collect();
        let shortest = windows.iter().copied().fold(f64::INFINITY, f64::min);
        let step = if shortest < 2.0 * STEP.seconds() {
            SHORT_STEP
        } else {
            STEP
        };
        let mut pace = Self {
            step,
            lead: Duration::ZERO,
        };
        // Each window may be filled by what another one yields.
        let longest = windows.iter().sum();
        pace.lead = Duration::from_ms(pace.steps(longest).ms + step.ms);
        pace
    }

    /// So many seconds, up to a whole step.
    #[must_use]
    pub fn steps(self, seconds: f64) -> Duration {
        let steps = (seconds / self.step.seconds()).ceil();
        Duration::from_ms(steps as i64 * self.step.ms)
    }

    /// Whether samples come once a minute, as in a test that says nothing else.
    #[must_use]
    pub fn is_usual(self) -> bool {
        self.step == STEP
    }
}

/// The lengths of all windows and offsets, in seconds.
fn windows(expr: &Expr) -> Vec<f64> {
    let mut found = Vec::new();
    expr.walk(&mut |part| {
        let durations = match &part.kind {
            ExprKind::Matrix(matrix) => {
                let offset = matrix.selector.modifiers.offset.as_ref();
                [Some(&matrix.range), offset]
            }
            ExprKind::Subquery(subquery) => {
                [Some(&subquery.range), subquery.modifiers.offset.as_ref()]
            }
            ExprKind::Vector(selector) => [selector.modifiers.offset.as_ref(), None],
            _ => return,
        };
        for duration in durations.into_iter().flatten() {
            if let DurationKind::Literal(seconds) = duration.kind {
                found.push(seconds.abs());
            }
        }
    });
    found
}
