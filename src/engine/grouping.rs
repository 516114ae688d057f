//! Which samples of a vector belong together, remembered from one evaluation to the next.

use rustc_hash::FxHashMap;

use super::value::Sample;
use crate::labels::Labels;

/// How the samples of a vector fall into groups.
///
/// The vectors that one node sees mostly hold the same series in the same order time after time; then nothing is to be
/// worked out again.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// The labels of the samples that were grouped.
    inputs: Vec<Labels>,
    /// The place of each sample when they are sorted by group.
    places: Vec<usize>,
    /// The labels of each group, in the order of their first samples.
    groups: Vec<Labels>,
    /// Where each group ends among the sorted samples.
    ends: Vec<usize>,
    sorted: Vec<f64>,
}

impl Grouping {
    /// Groups the samples by what `key` makes of their labels.
    pub fn fit(&mut self, vector: &[Sample], key: impl Fn(&Labels) -> Labels) {
        if is_same(&self.inputs, vector) {
            return;
        }
        self.groups.clear();
        self.ends.clear();
        let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
        let memberships: Vec<usize> = vector
            .iter()
            .map(|sample| {
                let labels = key(&sample.labels);
                let number = *numbers.entry(labels).or_insert_with_key(|labels| {
                    self.groups.push(labels.clone());
                    self.ends.push(0);
                    self.groups.len() - 1
                });
                self.ends[number] += 1;
                number
            })
            .collect();
        let mut next = Vec::with_capacity(self.ends.len());
        let mut total = 0;
        for end in &mut self.ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        self.places.clear();
        self.places.extend(memberships.into_iter().map(|number| {
            next[number] += 1;
            next[number] - 1
        }));
        self.inputs.clear();
        self.inputs
            .extend(vector.iter().map(|sample| sample.labels.clone()));
    }

    /// The labels and values of each group, if all samples are numbers. The vector must be the one last fitted.
    pub fn numbers(
        &mut self,
        vector: &[Sample],
    ) -> Option<impl Iterator<Item = (&Labels, &[f64])>> {
        self.sorted.resize(vector.len(), 0.0);
        for (sample, &place) in vector.iter().zip(&self.places) {
            self.sorted[place] = sample.value.float()?;
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends).map(|(start, &end)| start..end);
        let values = ranges.map(|range| &self.sorted[range]);
        Some(self.groups.iter().zip(values))
    }

    /// The labels and samples of each group. The vector must be the one last fitted.
    pub fn samples(&self, vector: Vec<Sample>) -> Vec<(Labels, Vec<Sample>)> {
        let mut placed: Vec<(usize, Sample)> = self.places.iter().copied().zip(vector).collect();
        placed.sort_by_key(|(place, _)| *place);
        let mut samples = placed.into_iter().map(|(_, sample)| sample);
        let mut start = 0;
        let mut groups = Vec::with_capacity(self.groups.len());
        for (labels, &end) in self.groups.iter().zip(&self.ends) {
            groups.push((labels.clone(), samples.by_ref().take(end - start).collect()));
            start = end;
        }
        groups
    }
}

/// Whether the samples carry the very same labels, in the same order. Equal labels elsewhere in memory do not count.
#[must_use]
pub fn is_same(inputs: &[Labels], vector: &[Sample]) -> bool {
    let mut pairs = inputs.iter().zip(vector);
    inputs.len() == vector.len() && pairs.all(|(before, sample)| before.is_same(&sample.labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(job: &str, instance: &str, value: f64) -> Sample {
        let labels = Labels::from_pairs([("job", job), ("instance", instance)]);
        Sample::new(labels, value)
    }

    #[test]
    fn groups_come_in_the_order_of_their_first_samples() {
        let mut grouping = Grouping::default();
        let mut vector = vec![
            sample("b", "1", 1.0),
            sample("a", "1", 2.0),
            sample("b", "2", 3.0),
        ];
        let by_job = |labels: &Labels| labels.filter(|name| name == "job");
        let jobs = |grouping: &mut Grouping, vector: &[Sample]| -> Vec<(String, Vec<f64>)> {
            grouping.fit(vector, by_job);
            let groups = grouping.numbers(vector).unwrap();
            groups
                .map(|(labels, values)| (labels.get("job").unwrap().to_owned(), values.to_vec()))
                .collect()
        };
        let expected = [
            ("b".to_owned(), vec![1.0, 3.0]),
            ("a".to_owned(), vec![2.0]),
        ];
        assert_eq!(jobs(&mut grouping, &vector), expected);
        vector[2].value = 5.0.into();
        assert_eq!(jobs(&mut grouping, &vector)[0].1, [1.0, 5.0]);
        vector.remove(0);
        assert_eq!(jobs(&mut grouping, &vector)[0].0, "a");
        let groups = grouping.samples(vector);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[1].1[0].value.float(), Some(5.0));
    }
}
