//! Which of the things that came out was probably meant by which of those expected, and in what they differ.

use super::outcome::Item;
use crate::labels::Labels;

/// With more differences than this nobody would call it a near miss.
const MOST_DIFFERENCES: usize = 2;
/// More pairs are not compared one with another.
const MOST_COMPARED: usize = 200;

/// An expected thing and what came out in its place; one of the two may be missing.
pub type Pairing<'i> = (Option<&'i Item>, Option<&'i Item>);

/// Pairs what is expected with what came out: equal things first, then those that differ least. The pairs are in the order
/// of the expected things, and what was not expected comes last.
#[must_use]
pub fn pair_up<'i>(expected: &'i [Item], got: &'i [Item]) -> Vec<Pairing<'i>> {
    let mut partner: Vec<Option<usize>> = vec![None; expected.len()];
    let mut is_taken = vec![false; got.len()];
    if expected.len() <= MOST_COMPARED && got.len() <= MOST_COMPARED {
        let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
        for (number, wanted) in expected.iter().enumerate() {
            for (at, item) in got.iter().enumerate() {
                candidates.push((differences(wanted, item).len(), number, at));
            }
        }
        candidates.sort_unstable();
        for (_, number, at) in candidates {
            if partner[number].is_none() && !is_taken[at] {
                partner[number] = Some(at);
                is_taken[at] = true;
            }
        }
    } else {
        for (number, at) in (0..expected.len()).zip(0..got.len()) {
            partner[number] = Some(at);
            is_taken[at] = true;
        }
    }
    let wanted = expected.iter().zip(partner);
    let paired = wanted.map(|(wanted, at)| (Some(wanted), at.map(|at| &got[at])));
    let surplus = got.iter().zip(is_taken).filter(|(_, taken)| !taken);
    paired
        .chain(surplus.map(|(item, _)| (None, Some(item))))
        .collect()
}

/// What differs: `label `job``, `annotation `summary`` or `the value`.
fn differences(a: &Item, b: &Item) -> Vec<String> {
    match (a, b) {
        (
            Item::Alert {
                labels,
                annotations,
            },
            Item::Alert {
                labels: other_labels,
                annotations: other_annotations,
            },
        ) => {
            let mut found = named("label", labels, other_labels);
            found.extend(named("annotation", annotations, other_annotations));
            found
        }
        (
            Item::Sample { labels, value },
            Item::Sample {
                labels: other_labels,
                value: other_value,
            },
        ) => {
            let mut found = named("label", labels, other_labels);
            if value != other_value {
                found.push("the value".to_owned());
            }
            found
        }
        (
            Item::Field { name, text },
            Item::Field {
                name: other,
                text: theirs,
            },
        ) => match (name == other, text == theirs) {
            (true, true) => Vec::new(),
            (true, false) => vec![format!("field `{name}`")],
            (false, _) => vec!["everything".to_owned()],
        },
        _ => vec!["everything".to_owned()],
    }
}

fn named(what: &str, a: &Labels, b: &Labels) -> Vec<String> {
    let differing = a.differing(b).into_iter();
    differing.map(|name| format!("{what} `{name}`")).collect()
}

/// What is wrong, in one sentence; `noun` is what the things are called.
#[must_use]
pub(super) fn message(noun: &str, expected: &[Item], got: &[Item]) -> String {
    let count = |count: usize| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    match (expected.len(), got.len()) {
        (0, got) => format!("expected no {noun}, got {got}"),
        (expected, 0) => format!("expected {}, got none", count(expected)),
        (wanted, there) if wanted != there => {
            format!("expected {}, got {there}", count(wanted))
        }
        (wanted, _) => match near_miss(noun, expected, got) {
            Some(miss) => miss,
            None => format!("expected {}, got as many, but they differ", count(wanted)),
        },
    }
}

/// Names the difference where all that differ, differ in the same little.
fn near_miss(noun: &str, expected: &[Item], got: &[Item]) -> Option<String> {
    let mut found: Option<Vec<String>> = None;
    let mut differing = 0;
    for pair in pair_up(expected, got) {
        let (Some(wanted), Some(item)) = pair else {
            return None;
        };
        let names = differences(wanted, item);
        if names.is_empty() {
            continue;
        }
        if names.len() > MOST_DIFFERENCES || found.as_ref().is_some_and(|known| *known != names) {
            return None;
        }
        found = Some(names);
        differing += 1;
    }
    let names = found?.join(" and ");
    let who = match (differing, expected.len()) {
        (1, 1) => format!("the {noun} differs"),
        (1, all) => format!("1 of {all} {noun}s differs"),
        (some, all) if some == all => format!("all {all} {noun}s differ"),
        (some, all) => format!("{some} of {all} {noun}s differ"),
    };
    Some(format!("{who} only in {names}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(instance: &str, summary: &str) -> Item {
        Item::Alert {
            labels: Labels::from_pairs([("alertname", "Down"), ("instance", instance)]),
            annotations: Labels::from_pairs([("summary", summary)]),
        }
    }

    #[test]
    fn a_near_miss_is_named() {
        let expected = [alert("a", "x"), alert("b", "x")];
        let got = [alert("b", "x"), alert("c", "x")];
        assert_eq!(
            message("firing alert", &expected, &got),
            "1 of 2 firing alerts differs only in label `instance`"
        );
        assert_eq!(
            message("firing alert", &expected[..1], &[alert("b", "y")]),
            "the firing alert differs only in label `instance` and annotation `summary`"
        );
    }

    #[test]
    fn what_differs_in_more_ways_is_only_counted() {
        let expected = [alert("a", "x"), alert("b", "x")];
        let got = [alert("c", "x"), alert("b", "y")];
        assert_eq!(
            message("firing alert", &expected, &got),
            "expected 2 firing alerts, got as many, but they differ"
        );
        assert_eq!(
            message("firing alert", &expected, &got[..1]),
            "expected 2 firing alerts, got 1"
        );
        assert_eq!(
            message("firing alert", &[], &got[..1]),
            "expected no firing alert, got 1"
        );
    }

    #[test]
    fn pairs_stand_side_by_side() {
        let expected = [alert("a", "x"), alert("b", "x")];
        let got = [alert("b", "y"), alert("z", "z"), alert("a", "x")];
        let pairs = pair_up(&expected, &got);
        assert_eq!(pairs[0], (Some(&expected[0]), Some(&got[2])));
        assert_eq!(pairs[1], (Some(&expected[1]), Some(&got[0])));
        assert_eq!(pairs[2], (None, Some(&got[1])));
    }
}
