//! How many series each metric makes.

use super::family::{Family, Kind};

/// The number of series of one metric name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cardinality {
    /// The name.
    pub name: String,
    /// Its series.
    pub series: usize,
}

/// The series of each family, most first. As promtool counts: the first histogram or summary of a family stands for all.
#[must_use]
pub fn cardinality(families: &[Family]) -> Vec<Cardinality> {
    let mut found: Vec<Cardinality> = families
        .iter()
        .map(|family| {
            let parts = family.metrics.first().map_or(0, |metric| metric.parts);
            let each = match family.kind {
                // Count and sum.
                Some(Kind::Histogram | Kind::Summary) => parts + 2,
                _ => 1,
            };
            Cardinality {
                name: family.name.clone(),
                series: family.metrics.len() * each,
            }
        })
        .collect();
    found.sort_by(|one, other| {
        let by_series = other.series.cmp(&one.series);
        by_series.then_with(|| one.name.cmp(&other.name))
    });
    found
}
