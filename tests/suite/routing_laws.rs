//! What is said of a class of alerts holds for each of them: random trees and inhibit rules, and random classes whose alerts
//! are all tried one by one.
//!
//! Ordinarily 1,000 trees with a fixed seed; 20,000 with `RULECHECK_FULL=1`. `RULECHECK_RANDOM=n` takes other cases.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::common;

use std::fmt::Write as _;

use common::Dice;
use rulecheck::analysis::{
    ExternalLabels, LabelClass, LabelValues, Shape, Truth, classes_of, mutes, side, steps,
};
use rulecheck::labels::Labels;
use rulecheck::model::Kind;
use rulecheck::notify::{InhibitRule, PlacedMatcher};
use rulecheck::project;
use rulecheck::source::SourceFile;

const NAMES: &[&str] = &["severity", "team", "env"];
const VALUES: &[&str] = &["", "a", "b", "ab"];
const REGEXES: &[&str] = &["a|b", ".+", ".*", "", "a|", "[ab]+", "(?i)A", "b.*"];

fn matcher(dice: &mut Dice) -> String {
    let name = dice.pick(NAMES);
    match dice.chance(50) {
        true => format!(
            "'{name}{}\"{}\"'",
            dice.pick(&["=", "!="]),
            dice.pick(VALUES)
        ),
        false => format!(
            "'{name}{}\"{}\"'",
            dice.pick(&["=~", "!~"]),
            dice.pick(REGEXES)
        ),
    }
}

fn matchers(dice: &mut Dice) -> String {
    let all: Vec<String> = (0..1 + dice.below(2)).map(|_| matcher(dice)).collect();
    all.join(", ")
}

fn route(dice: &mut Dice, depth: usize) -> String {
    let mut text = "{receiver: r, ".to_owned();
    if depth > 0 {
        let _ = write!(text, "matchers: [{}], ", matchers(dice));
        if dice.chance(40) {
            text.push_str("continue: true, ");
        }
    }
    if depth < 3 {
        let children: Vec<String> = (0..dice.below(4)).map(|_| route(dice, depth + 1)).collect();
        let _ = write!(text, "routes: [{}]", children.join(", "));
    }
    text + "}"
}

/// A class by the values that each label can have, and all its alerts.
fn class(dice: &mut Dice) -> (LabelClass, Vec<Labels>) {
    let mut shape = Shape::closed();
    let mut alerts: Vec<Vec<(&str, &str)>> = vec![vec![("alertname", "A")]];
    for name in NAMES {
        let mut values: Vec<&str> = VALUES.iter().copied().filter(|_| dice.chance(40)).collect();
        if values.is_empty() {
            values.push("a");
        }
        let set = values.iter().map(|&value| value.into()).collect();
        shape.set(*name, LabelValues::Only(set));
        let each = alerts.iter().flat_map(|alert| {
            let more = values.iter().map(|value| {
                let mut alert = alert.clone();
                alert.push((name, value));
                alert
            });
            more.collect::<Vec<_>>()
        });
        alerts = each.collect();
    }
    let none = ExternalLabels::Known(Labels::default());
    let class = classes_of("A", &[shape], &[], &none).remove(0);
    (class, alerts.into_iter().map(Labels::from_pairs).collect())
}

fn random() -> Dice {
    let seed = std::env::var("RULECHECK_RANDOM").ok();
    Dice(seed.and_then(|seed| seed.parse().ok()).unwrap_or(7))
}

fn cases() -> usize {
    if common::is_full() { 20_000 } else { 1_000 }
}

fn load(text: &str) -> project::ProjectFile {
    let file = SourceFile::new("alertmanager.yml", text);
    let target = rulecheck::target::Target::default();
    project::load_as(
        Kind::Alertmanager,
        &file,
        "alertmanager.yml".into(),
        &target,
    )
}

#[test]
fn alerts_come_where_their_class_comes() {
    let mut dice = random();
    let (mut certain, mut perhaps) = (0, 0);
    for _ in 0..cases() {
        let text = format!("route: {}\nreceivers: [{{name: r}}]\n", route(&mut dice, 0));
        let file = load(&text);
        let root = file.alertmanager.as_ref().unwrap().route.as_ref().unwrap();
        let (class, alerts) = class(&mut dice);
        let steps = steps(root, &class);
        let exact: Vec<Vec<_>> = alerts
            .iter()
            .map(|alert| {
                root.routes_for(alert)
                    .into_iter()
                    .map(|route| route.span)
                    .collect()
            })
            .collect();
        for step in &steps {
            let count = exact
                .iter()
                .filter(|routes| routes.contains(&step.route.span))
                .count();
            match step.notifies {
                Truth::Always => assert_eq!(count, alerts.len(), "{text}\n{class:?}\n{step:?}"),
                Truth::Never => assert_eq!(count, 0, "{text}\n{class:?}\n{step:?}"),
                Truth::Maybe => {}
            }
            certain += usize::from(step.notifies == Truth::Always);
            perhaps += usize::from(step.notifies == Truth::Maybe);
            // What is known of those that come holds for each of them.
            let comes = alerts.iter().zip(&exact);
            let comes = comes.filter(|(_, routes)| routes.contains(&step.route.span));
            for (alert, name) in
                comes.flat_map(|(alert, _)| NAMES.iter().map(move |name| (alert, name)))
            {
                let known = step.class.as_ref().unwrap().get(name).known().unwrap();
                assert!(
                    known.contains(alert.get(name).unwrap_or_default()),
                    "{text}\n{alert}"
                );
            }
        }
        // Routes that are not among the steps get nothing.
        let tried: Vec<_> = steps.iter().map(|step| step.route.span).collect();
        assert!(
            exact.iter().flatten().all(|span| tried.contains(span)),
            "{text}\n{class:?}"
        );
    }
    eprintln!("{certain} routes for certain, {perhaps} perhaps");
    assert!(certain > cases() / 4 && perhaps > cases() / 4);
}

fn holds(placed: &[PlacedMatcher], alert: &Labels) -> bool {
    placed.iter().all(|placed| placed.holds(alert))
}

/// As Alertmanager has it: the source satisfies its side and the target the other one, both agree in `equal`, and not both are
/// on both sides.
fn mutes_exactly(rule: &InhibitRule, source: &Labels, target: &Labels) -> bool {
    let value = |alert: &Labels, name: &str| alert.get(name).unwrap_or_default().to_owned();
    let mut equal = rule.equal.iter();
    let two_sided = holds(&rule.source, target) && holds(&rule.target, source);
    holds(&rule.source, source)
        && holds(&rule.target, target)
        && !two_sided
        && equal.all(|label| value(source, &label.name) == value(target, &label.name))
}

#[test]
fn alerts_mute_whom_their_class_mutes() {
    let mut dice = random();
    let (mut certain, mut never) = (0, 0);
    for _ in 0..cases() {
        let equal: Vec<&str> = NAMES.iter().copied().filter(|_| dice.chance(40)).collect();
        let text = format!(
            "route: {{receiver: r}}\nreceivers: [{{name: r}}]\ninhibit_rules: [{{source_matchers: [{}], target_matchers: [{}], equal: [{}]}}]\n",
            matchers(&mut dice),
            matchers(&mut dice),
            equal.join(", ")
        );
        let file = load(&text);
        let rule = &file.alertmanager.as_ref().unwrap().inhibit_rules[0];
        let (source, sources) = class(&mut dice);
        let (target, targets) = class(&mut dice);
        let sides = (side(&source, &rule.source), side(&target, &rule.target));
        let truth = match &sides {
            (Some(source), Some(target)) => mutes(rule, source, target),
            _ => Truth::Never,
        };
        let mut pairs = sources
            .iter()
            .flat_map(|one| targets.iter().map(move |other| (one, other)));
        let does = |(one, other): (&Labels, &Labels)| mutes_exactly(rule, one, other);
        match truth {
            Truth::Always => assert!(pairs.all(does), "{text}\n{source:?}\n{target:?}"),
            Truth::Never => assert!(!pairs.any(does), "{text}\n{source:?}\n{target:?}"),
            Truth::Maybe => {}
        }
        certain += usize::from(truth == Truth::Always);
        never += usize::from(truth == Truth::Never);
    }
    eprintln!("{certain} for certain, {never} never");
    assert!(certain > 0 && never > cases() / 10);
}
