//! What the steps of a subquery yielded. From one evaluation to the next nearly all steps of its window are the same.

use std::collections::VecDeque;

use super::value::Sample;

/// More samples than this are not kept.
const MOST_SAMPLES: usize = 2_000_000;

/// The steps of one subquery that lie so far back that they cannot change any more.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// The number of the first step that is kept: its time divided by the length of a step.
    first: i64,
    kept: VecDeque<Option<Step>>,
    samples: usize,
}

/// What a step yielded, and what it used.
#[derive(Debug)]
pub(super) struct Step {
    pub samples: Vec<Sample>,
    /// The most samples that were held at once meanwhile.
    pub peak: u64,
    /// The samples that it holds since.
    pub held: u64,
}

impl Steps {
    /// Takes out the step of that number; who takes it gives it back.
    pub fn take(&mut self, number: i64) -> Option<Step> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let step = self.kept.get_mut(at)?.take()?;
        self.samples -= step.samples.len();
        Some(step)
    }

    /// Keeps a step, and none before the step numbered `oldest`.
    pub fn keep(&mut self, number: i64, step: Step, oldest: i64) {
        while self.first < oldest
            && let Some(dropped) = self.kept.pop_front()
        {
            self.first += 1;
            self.samples -= dropped.map_or(0, |dropped| dropped.samples.len());
        }
        if self.kept.is_empty() {
            self.first = number;
        }
        let Ok(at) = usize::try_from(number.saturating_sub(self.first)) else {
            return;
        };
        // A window that jumps far ahead begins anew.
        if at > self.kept.len() {
            self.kept.clear();
            self.samples = 0;
            self.first = number;
            return self.keep(number, step, oldest);
        }
        if self.samples + step.samples.len() > MOST_SAMPLES {
            return;
        }
        self.samples += step.samples.len();
        match self.kept.get_mut(at) {
            Some(place) => *place = Some(step),
            None => self.kept.push_back(Some(step)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(peak: u64) -> Step {
        Step {
            samples: vec![Sample::unlabelled(peak as f64)],
            peak,
            held: 1,
        }
    }

    #[test]
    fn steps_are_kept_until_the_window_has_left_them() {
        let mut steps = Steps::default();
        for number in 5..9 {
            steps.keep(number, step(number as u64), 5);
        }
        assert!(steps.take(4).is_none());
        let six = steps.take(6).unwrap();
        assert_eq!(six.peak, 6);
        assert!(steps.take(6).is_none(), "taken");
        steps.keep(6, six, 6);
        assert!(steps.take(5).is_none(), "left behind");
        assert_eq!(steps.take(6).unwrap().peak, 6);
        steps.keep(20, step(20), 15);
        assert!(steps.take(8).is_none());
        assert_eq!(steps.take(20).unwrap().peak, 20);
        assert_eq!(steps.samples, 0);
    }
}
