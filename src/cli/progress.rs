use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::fixtures::Fixtures;
use super::output::Output;
use crate::harness::is_chosen;
use crate::regex::Pattern;

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many of the test groups have run, on a terminal, once a run takes longer than a second.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    is_wanted: bool,
}

impl Progress {
    pub fn new(fixtures: &Fixtures<'_>, only: &[Pattern], output: &Output) -> Self {
        let fixtures = fixtures
            .iter()
            .filter_map(|(file, _)| file.fixture.as_ref());
        let tests = fixtures.flat_map(|fixture| &fixture.tests);
        let chosen = tests.filter(|test| is_chosen(test, only)).count();
        let bar =
            ProgressBar::with_draw_target(u64::try_from(chosen).ok(), ProgressDrawTarget::hidden());
        let layout = if output.style().color {
            "{bar:30.green} {pos} of {len} tests, {elapsed}"
        } else {
            "{bar:30} {pos} of {len} tests, {elapsed}"
        };
        // The layout is fixed, and right.
        if let Ok(style) = ProgressStyle::with_template(layout) {
            bar.set_style(style);
        }
        Self {
            bar,
            started: Instant::now(),
            is_wanted: std::io::stderr().is_terminal(),
        }
    }

    /// One more test group has run.
    pub fn step(&self) {
        if self.is_wanted && self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
