use std::ops::Deref;
use std::sync::Arc;

/// Times in milliseconds, `interval` apart, that many series have in common. They stand in memory once.
#[derive(Clone, Debug)]
pub struct Grid(Arc<Vec<i64>>);

impl Grid {
    /// So many times from `start` on, as far as there are any.
    #[must_use]
    pub fn new(start: i64, interval_ms: i64, len: usize) -> Self {
        let next = |time: &i64| time.checked_add(interval_ms);
        Self(Arc::new(
            std::iter::successors(Some(start), next).take(len).collect(),
        ))
    }
}

/// The times of a series in milliseconds, strictly ascending: the first `len` of a list that may be shared.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    list: Arc<Vec<i64>>,
    len: usize,
}

impl Times {
    /// As many times of the grid as there are, and no more than `len`.
    pub fn on(grid: &Grid, len: usize) -> Self {
        Self {
            list: Arc::clone(&grid.0),
            len: len.min(grid.0.len()),
        }
    }

    /// Adds a time, on a list of its own.
    pub fn push(&mut self, time: i64) {
        let list = Arc::make_mut(&mut self.list);
        list.truncate(self.len);
        list.push(time);
        self.len += 1;
    }
}

impl Deref for Times {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        &self.list[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_series_goes_on_without_the_others() {
        let grid = Grid::new(0, 10, 3);
        let (mut a, b) = (Times::on(&grid, 2), Times::on(&grid, 9));
        a.push(15);
        a.push(16);
        assert_eq!(*a, [0, 10, 15, 16]);
        assert_eq!(*b, [0, 10, 20]);
    }

    #[test]
    fn a_grid_ends_with_time() {
        assert_eq!(
            *Times::on(&Grid::new(i64::MAX - 1, 1, 9), 9),
            [i64::MAX - 1, i64::MAX]
        );
    }
}
