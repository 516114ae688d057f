//! What an assertion wants, where it wants more than equality: conditions on labels, and labels that may be there.

use crate::labels::Labels;
use crate::model::{Condition, ConditionKind, Pair};

/// What the labels or annotations of one alert or sample must be.
pub(super) struct WantedLabels<'f> {
    listed: Labels,
    conditions: Vec<&'f Condition>,
    /// Whether others may be there.
    is_subset: bool,
}

impl<'f> WantedLabels<'f> {
    pub fn new(
        listed: Labels,
        conditions: impl Iterator<Item = &'f Condition>,
        is_subset: bool,
    ) -> Self {
        Self {
            listed,
            conditions: conditions.collect(),
            is_subset,
        }
    }

    /// Whether equality is all that it wants.
    pub fn is_plain(&self) -> bool {
        self.conditions.is_empty() && !self.is_subset
    }

    pub fn listed(&self) -> &Labels {
        &self.listed
    }

    /// In how many labels the set is not as wanted.
    pub fn distance(&self, got: &Labels) -> usize {
        let listed = self.listed.iter();
        let wrong = listed.filter(|label| got.get(&label.name) != Some(&*label.value));
        let broken = self
            .conditions
            .iter()
            .filter(|condition| !holds(condition, got));
        let extra = got.iter().filter(|label| !self.allows(&label.name));
        wrong.count() + broken.count() + extra.count()
    }

    /// Whether a label of that name may be there.
    fn allows(&self, name: &str) -> bool {
        let has_condition = || {
            self.conditions
                .iter()
                .any(|condition| condition.name.as_str() == name)
        };
        self.is_subset || self.listed.get(name).is_some() || has_condition()
    }

    /// What is wanted, written beside what came: where that is as wanted, it says the same.
    pub fn beside(&self, got: Option<&Labels>) -> Labels {
        let mut shown: Vec<(String, String)> = Vec::new();
        let found = |name: &str| got.and_then(|got| got.get(name));
        for label in &self.listed {
            shown.push((label.name.to_string(), label.value.to_string()));
        }
        for condition in &self.conditions {
            let name = condition.name.as_str();
            let text = match &condition.is {
                ConditionKind::Absent => continue,
                _ if got.is_some_and(|got| holds(condition, got)) => {
                    found(name).unwrap_or_default().to_owned()
                }
                ConditionKind::Present => "(present)".to_owned(),
                ConditionKind::Matches(pattern) => format!("(matches {})", pattern.as_str()),
            };
            shown.push((name.to_owned(), text));
        }
        let is_shown = |name: &str, shown: &[(String, String)]| shown.iter().any(|s| s.0 == name);
        for label in got.into_iter().flatten().filter(|_| self.is_subset) {
            let is_absent = self
                .conditions
                .iter()
                .any(|c| c.name.as_str() == &*label.name);
            if !is_shown(&label.name, &shown) && !is_absent {
                shown.push((label.name.to_string(), label.value.to_string()));
            }
        }
        Labels::from_pairs(shown)
    }
}

fn holds(condition: &Condition, got: &Labels) -> bool {
    let value = got.get(condition.name.as_str());
    match &condition.is {
        ConditionKind::Present => value.is_some(),
        ConditionKind::Absent => value.is_none(),
        ConditionKind::Matches(pattern) => value.is_some_and(|value| pattern.is_match(value)),
    }
}

pub(super) fn labels_of(pairs: &[Pair]) -> Labels {
    let pairs = pairs.iter();
    Labels::from_pairs(pairs.map(|pair| (pair.key.as_str(), pair.value.as_str())))
}

/// Gives each wanted thing the one that came in its place: as many as possible one at distance 0, the others the nearest of
/// what is left. What is left over on either side stands alone, in order.
pub(super) fn assign<W, G>(
    wanted: &[W],
    got: &[G],
    distance: impl Fn(&W, &G) -> usize,
) -> Vec<(Option<usize>, Option<usize>)> {
    let mut matching = Matching {
        edges: wanted
            .iter()
            .map(|wanted| {
                let fits = got.iter().map(|got| distance(wanted, got) == 0).enumerate();
                fits.filter(|(_, fits)| *fits).map(|(at, _)| at).collect()
            })
            .collect(),
        owner: vec![None; got.len()],
    };
    for number in 0..wanted.len() {
        matching.augment(number, &mut vec![false; got.len()]);
    }
    let mut partner: Vec<Option<usize>> = vec![None; wanted.len()];
    for (at, owner) in matching.owner.iter().enumerate() {
        if let Some(number) = owner {
            partner[*number] = Some(at);
        }
    }
    let mut rest: Vec<(usize, usize, usize)> = Vec::new();
    for (number, thing) in wanted
        .iter()
        .enumerate()
        .filter(|(n, _)| partner[*n].is_none())
    {
        let free = got
            .iter()
            .enumerate()
            .filter(|(at, _)| matching.owner[*at].is_none());
        rest.extend(free.map(|(at, got)| (distance(thing, got), number, at)));
    }
    rest.sort_unstable();
    for (_, number, at) in rest {
        if partner[number].is_none() && matching.owner[at].is_none() {
            partner[number] = Some(at);
            matching.owner[at] = Some(number);
        }
    }
    let unclaimed = matching
        .owner
        .iter()
        .enumerate()
        .filter(|(_, owner)| owner.is_none());
    let pairs = partner.into_iter().enumerate();
    pairs
        .map(|(number, at)| (Some(number), at))
        .chain(unclaimed.map(|(at, _)| (None, Some(at))))
        .collect()
}

/// A matching of wanted things to those that came, grown one by one.
struct Matching {
    /// For each wanted thing those that fit.
    edges: Vec<Vec<usize>>,
    /// For each thing that came the one that has it.
    owner: Vec<Option<usize>>,
}

impl Matching {
    /// Finds a place for one more, if need be by moving others.
    fn augment(&mut self, number: usize, seen: &mut Vec<bool>) -> bool {
        for at in self.edges[number].clone() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let is_free = match self.owner[at] {
                None => true,
                Some(other) => self.augment(other, seen),
            };
            if is_free {
                self.owner[at] = Some(number);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::assign;

    /// 1 takes only a; 0 takes a or b. Taking greedily would leave 1 alone.
    #[test]
    fn as_many_as_possible_find_what_fits() {
        let fits = [[0, 0, 9], [0, 1, 9]];
        let pairs = assign(&[0, 1], &[0, 1, 2], |&w, &g| fits[w][g]);
        assert_eq!(
            pairs,
            [(Some(0), Some(1)), (Some(1), Some(0)), (None, Some(2))]
        );
    }

    #[test]
    fn the_nearest_stands_beside_what_fits_nothing() {
        let pairs = assign(&[5, 9], &[6], |a: &i32, b: &i32| a.abs_diff(*b) as usize);
        assert_eq!(pairs, [(Some(0), Some(0)), (Some(1), None)]);
        assert!(assign(&[0; 0], &[0; 0], |_, _| 0).is_empty());
    }
}
