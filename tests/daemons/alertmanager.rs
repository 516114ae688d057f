//! What a real Alertmanager sends is what the simulation says: when, to whom, about which alerts.
//!
//! Everything is on loopback, and bounded: a scenario posts a handful of times and ends after half a minute at most.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::common;
pub mod daemon;
mod scenario;

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use common::Folder;
use daemon::{Daemon, Listener, Message, now};
use rulecheck::labels::Labels;
use rulecheck::notify::clock::{self, Event, Post, PostedAlert, Setup, What};
use rulecheck::notify::message::fingerprint;
use rulecheck::project::load;
use rulecheck::source::read_file;
use rulecheck::target::{Target, Version};
use scenario::{SCENARIOS, Scenario, Step};
use serde_json::{Value, json};

/// How far the times may be apart, in milliseconds.
const TOLERANCE: i64 = 1_000;

#[test]
fn a_real_alertmanager_sends_what_is_predicted() {
    let is_there = Command::new("prometheus-alertmanager")
        .arg("--version")
        .output();
    if !is_there.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no Alertmanager");
        return;
    }
    let count = if common::is_full() {
        SCENARIOS.len()
    } else {
        4
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = SCENARIOS[..count]
            .iter()
            .enumerate()
            .map(|(number, scenario)| scope.spawn(move || differences(number, scenario)))
            .collect();
        runs.into_iter()
            .filter_map(|run| run.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// One message: when, and its alerts with their states, in order.
type Told = (i64, Vec<(Labels, bool)>);
/// The messages of each webhook and group, in order.
type Sequences = BTreeMap<(String, String), Vec<Told>>;

/// Runs a scenario against both, and tells where they differ.
fn differences(number: usize, scenario: &Scenario) -> Option<String> {
    let folder = Folder::new(&format!("alertmanager-{number}"));
    let listener = Listener::new();
    let base = format!("http://127.0.0.1:{}", listener.port);
    folder.write(
        "alertmanager.yml",
        &scenario.config.replace("WEBHOOK", &base),
    );
    let daemon = Daemon::start(folder.path());
    let mut starts = BTreeMap::new();
    let mut posts = Vec::new();
    let begin = now();
    for (seconds, step) in scenario.steps {
        wait_until(begin + (seconds * 1000.0) as i64);
        let alert = alert_of(*step, &mut starts);
        daemon.post(&json!([json_of(&alert)]));
        posts.push(Post {
            at: now(),
            alerts: vec![alert],
        });
    }
    let end = begin + (scenario.lasts * 1000.0) as i64;
    wait_until(end);
    let real = of_messages(&listener.messages());
    let predicted = of_events(&folder, &posts, daemon.started, end);
    (!agree(&real, &predicted)).then(|| {
        format!(
            "{}\nreal      {}\npredicted {}",
            scenario.name,
            in_short(&real, begin),
            in_short(&predicted, begin)
        )
    })
}

fn wait_until(time: i64) {
    let left = time - now();
    std::thread::sleep(Duration::from_millis(left.max(0).unsigned_abs()));
}

/// What a step posts. `starts` holds since when alerts fire.
fn alert_of(step: Step, starts: &mut BTreeMap<&'static str, i64>) -> PostedAlert {
    let now = now();
    let (Step::Fire(text)
    | Step::Resolve(text)
    | Step::FireFor(text, _)
    | Step::FireOpen(text)
    | Step::FireSince(text, _)
    | Step::Note(text, _)) = step;
    let pairs = text.split(',').map(|pair| pair.split_once('=').unwrap());
    let start = match step {
        Step::FireSince(_, seconds) => now - seconds * 1000,
        _ => *starts.entry(text).or_insert(now),
    };
    if matches!(step, Step::Resolve(_)) {
        starts.remove(text);
    }
    let annotations = match step {
        Step::Note(_, note) => Labels::from_pairs([("note", note)]),
        _ => Labels::empty(),
    };
    PostedAlert {
        labels: Labels::from_pairs(pairs),
        annotations,
        starts_at: Some(start),
        ends_at: match step {
            Step::Resolve(_) => Some(now),
            Step::FireFor(_, seconds) => Some(now + seconds * 1000),
            Step::FireOpen(_) => None,
            _ => Some(now + 300_000),
        },
        generator_url: "".into(),
    }
}

fn json_of(alert: &PostedAlert) -> Value {
    let map = |labels: &Labels| -> Value {
        let pairs = labels.iter();
        pairs
            .map(|label| (label.name.to_string(), json!(&*label.value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    let mut value = json!({"labels": map(&alert.labels), "annotations": map(&alert.annotations)});
    if let Some(start) = alert.starts_at {
        value["startsAt"] = json!(time(start));
    }
    if let Some(end) = alert.ends_at {
        value["endsAt"] = json!(time(end));
    }
    value
}

fn of_messages(messages: &[Message]) -> Sequences {
    let mut found = Sequences::new();
    for message in messages {
        let group = message.body["groupKey"].as_str().unwrap().to_owned();
        let alerts = message.body["alerts"].as_array().unwrap().iter();
        let alerts = alerts.map(|alert| {
            let labels = alert["labels"].as_object().unwrap().iter();
            let labels = labels.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
            let labels = Labels::from_pairs(labels);
            assert_eq!(alert["fingerprint"], fingerprint(&labels), "{labels}");
            (labels, alert["status"] == "firing")
        });
        found
            .entry((message.path.clone(), group))
            .or_default()
            .push((message.at, alerts.collect()));
    }
    found
}

fn of_events(folder: &Folder, posts: &[Post], started: i64, end: i64) -> Sequences {
    let path = folder.path().join("alertmanager.yml");
    let target = Target {
        alertmanager: Version::new(0, 25),
        ..Target::default()
    };
    let file = load(&read_file(&path).unwrap(), path, &target, true);
    assert!(file.issues.is_empty(), "{:?}", file.issues);
    let config = file.alertmanager.as_ref().unwrap();
    let route = config.route.as_ref().unwrap();
    let setup = Setup::new(&config.config, &file.tree, route, &config.inhibit_rules);
    let mut found = Sequences::new();
    for event in clock::run(&setup, posts, started, end) {
        let Event { at, receiver, .. } = &event;
        if let What::Sent {
            integration,
            alerts,
            ..
        } = &event.what
        {
            let node = setup.receivers[receiver].integrations[*integration].node;
            let url = file.tree.node(node).get("url").unwrap().scalar().unwrap();
            let path = format!("/{}", url.rsplit('/').next().unwrap());
            let alerts = alerts
                .iter()
                .map(|alert| (alert.labels.clone(), alert.fires()));
            found
                .entry((path, event.group_key.to_string()))
                .or_default()
                .push((*at, alerts.collect()));
        }
    }
    found
}

fn agree(real: &Sequences, predicted: &Sequences) -> bool {
    let pairs = || real.values().zip(predicted.values());
    real.keys().eq(predicted.keys())
        && pairs().all(|(real, predicted)| real.len() == predicted.len())
        && pairs().all(|(real, predicted)| {
            real.iter()
                .zip(predicted)
                .all(|(a, b)| a.1 == b.1 && (a.0 - b.0).abs() <= TOLERANCE)
        })
}

/// `/a {}:{} 1.5s A+ B-`
fn in_short(sequences: &Sequences, begin: i64) -> String {
    let lines = sequences.iter().map(|((path, group), told)| {
        let told = told.iter().map(|(at, alerts)| {
            let alerts = alerts
                .iter()
                .map(|(labels, fires)| format!("{labels}{}", if *fires { '+' } else { '-' }));
            let alerts: Vec<String> = alerts.collect();
            format!("{:.1}s {}", (at - begin) as f64 / 1000.0, alerts.join(" "))
        });
        format!("{path} {group}: {}", told.collect::<Vec<_>>().join("; "))
    });
    lines.collect::<Vec<_>>().join("\n          ")
}
