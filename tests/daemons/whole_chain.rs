//! A real Prometheus with the shipped rules, scraping an exporter of this test, and a real Alertmanager with the shipped
//! routes behind it: what arrives, where and with which text, is what the simulation says. All durations are a twentieth of
//! what they are, so that it takes less than a minute. Everything is on loopback.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::alertmanager::daemon::{Daemon, Listener, Message};
use crate::common::Folder;
use rulecheck::harness::{self, Run};
use rulecheck::notify::clock::What;
use rulecheck::project::load;
use rulecheck::source::read_file;
use rulecheck::target::{Target, Version};

/// By so much everything is faster.
const FACTOR: u64 = 20;
/// How long the disk is full, and how long all of it takes, in seconds.
const FULL_FOR: u64 = 21;
const LASTS: u64 = 34;

/// What the exporter tells: a disk of which 2 % are free, and later 60 %.
fn exposed(is_full: bool) -> String {
    let labels = "device=\"/dev/sdb1\",fstype=\"ext4\",mountpoint=\"/srv/prometheus\"";
    let free = if is_full { "2e9" } else { "60e9" };
    format!(
        "node_filesystem_size_bytes{{{labels}}} 100e9\nnode_filesystem_avail_bytes{{{labels}}} {free}\n"
    )
}

/// Answers each request with what is exposed now.
fn exporter(is_full: &Arc<AtomicBool>) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let is_full = Arc::clone(is_full);
    std::thread::spawn(move || {
        for stream in socket.incoming() {
            let Ok(stream) = stream else { continue };
            let body = exposed(is_full.load(Ordering::Relaxed));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap_or(0) > 2 {
                    line.clear();
                }
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                // A scraper that has gone away comes again.
                let _ = reader.get_mut().write_all(answer.as_bytes());
            });
        }
    });
    port
}

/// The text with each duration behind one of the keys, and between brackets, scaled down.
fn scaled(text: &str, keys: &[&str]) -> String {
    let lines = text.lines().map(|line| {
        let content = line.trim_start().trim_start_matches("- ");
        let key = keys
            .iter()
            .find(|key| content.starts_with(&format!("{key}:")));
        let mut line = line.to_owned();
        if let Some(key) = key
            && let Some(at) = line.find(&format!("{key}:"))
        {
            let (before, value) = line.split_at(at + key.len() + 1);
            line = format!("{before} {}", faster(value.trim()));
        } else if !content.starts_with('#') {
            let mut parts = line.split('[');
            let mut out = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let window = part.split(']').next().unwrap_or_default();
                let is_window = window.ends_with(['s', 'm', 'h', 'd'])
                    && window.starts_with(|c: char| c.is_ascii_digit());
                out.push('[');
                out.push_str(&match is_window {
                    true => part.replacen(window, &faster(window), 1),
                    false => part.to_owned(),
                });
            }
            line = out;
        }
        line + "\n"
    });
    lines.collect()
}

/// A duration as written, scaled down, in milliseconds.
fn faster(duration: &str) -> String {
    let parsed = rulecheck::target::Duration::parse(duration).unwrap();
    format!("{}ms", parsed.ms / FACTOR as i64)
}

/// A running Prometheus; it ends with this.
struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_prometheus(folder: &Path) -> Prometheus {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let log = std::fs::File::create(folder.join("prometheus.log")).unwrap();
    let process = Command::new("prometheus")
        .arg(format!(
            "--config.file={}",
            folder.join("prometheus.yml").display()
        ))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("tsdb").display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        // It knows of no Alertmanager for the first five seconds, and what it sends then is lost until it sends again.
        .arg(format!("--rules.alert.resend-delay={}ms", 60_000 / FACTOR))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    Prometheus(process)
}

fn is_installed(program: &str) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| output.status.success())
}

/// Whom a message went to, its title and its text.
type Told = (String, String, String);

#[test]
fn what_arrives_is_what_is_predicted() {
    if !is_installed("prometheus") || !is_installed("prometheus-alertmanager") {
        eprintln!("skipped: no Prometheus or no Alertmanager");
        return;
    }
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let read = |name: &str| std::fs::read_to_string(shipped.join(name)).unwrap();
    let folder = Folder::new("whole-chain");
    let listener = Listener::new();
    let base = format!("http://127.0.0.1:{}", listener.port);
    folder.write(
        "alert-rules.yml",
        &scaled(&read("alert-rules.yml"), &["for", "keep_firing_for"]),
    );
    let routes = scaled(
        &read("alertmanager.yml"),
        &["group_wait", "group_interval", "repeat_interval"],
    );
    let secrets = folder.path().display().to_string();
    folder.write(
        "alertmanager.yml",
        &routes
            .replace("/run/secrets", &secrets)
            .replace("https://deadmans-switch.ops.internal", &base),
    );
    for (secret, path) in [
        ("slack_webhook_alerts", "alerts"),
        ("slack_webhook_critical", "critical"),
    ] {
        folder.write(secret, &format!("{base}/{path}"));
    }
    let is_full = Arc::new(AtomicBool::new(true));
    let port = exporter(&is_full);
    let alertmanager = Daemon::start(folder.path());
    let every = 15_000 / FACTOR;
    folder.write(
        "prometheus.yml",
        &format!(
            "global: {{scrape_interval: {every}ms, scrape_timeout: 500ms, evaluation_interval: {every}ms, external_labels: {{cluster: monitoring}}}}\nrule_files: [alert-rules.yml]\nalerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{}']}}]}}]}}\nscrape_configs: [{{job_name: node, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n",
            alertmanager.port
        ),
    );
    let prometheus = start_prometheus(folder.path());
    std::thread::sleep(Duration::from_secs(FULL_FOR));
    is_full.store(false, Ordering::Relaxed);
    std::thread::sleep(Duration::from_secs(LASTS - FULL_FOR));
    let real = of_messages(&listener.messages());
    drop(prometheus);
    let predicted = predicted(&folder, port, every);
    assert!(
        real.iter().any(|(path, ..)| path == "/critical"),
        "{real:#?}"
    );
    let missing: Vec<&Told> = predicted.difference(&real).collect();
    let surplus: Vec<&Told> = real.difference(&predicted).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "predicted, and did not arrive: {missing:#?}\narrived, and was not predicted: {surplus:#?}"
    );
}

/// Each message once: when it is repeated hangs on fractions of a second.
fn of_messages(messages: &[Message]) -> BTreeSet<Told> {
    let texts = messages.iter().map(|message| {
        let text = |name: &str| {
            let attachment = &message.body["attachments"][0];
            attachment[name].as_str().unwrap_or_default().to_owned()
        };
        (message.path.clone(), text("title"), text("text"))
    });
    texts.collect()
}

/// What the simulation says of the same files, over the same time.
fn predicted(folder: &Folder, port: u16, every: u64) -> BTreeSet<Told> {
    let labels = format!(
        "instance=\"127.0.0.1:{port}\", job=\"node\", device=\"/dev/sdb1\", fstype=\"ext4\", mountpoint=\"/srv/prometheus\""
    );
    let steps = LASTS * 1000 / every;
    let full = FULL_FOR * 1000 / every;
    let left = steps - full;
    folder.write(
        "chain_test.yaml",
        &format!(
            "rule_files: [alert-rules.yml]\nevaluation_interval: {every}ms\nrulecheck: {{alertmanager: alertmanager.yml}}\ntests:\n  - interval: {every}ms\n    external_labels: {{cluster: monitoring}}\n    input_series:\n      - {{series: 'up{{instance=\"127.0.0.1:{port}\", job=\"node\"}}', values: 1x{steps}}}\n      - {{series: 'node_filesystem_size_bytes{{{labels}}}', values: 100e9x{steps}}}\n      - {{series: 'node_filesystem_avail_bytes{{{labels}}}', values: 2e9x{full} 60e9x{left}}}\n"
        ),
    );
    let path = folder.path().join("chain_test.yaml");
    let target = Target {
        prometheus: Version::new(2, 42),
        alertmanager: Version::new(0, 25),
        ..Target::default()
    };
    let loaded = load(&read_file(&path).unwrap(), path, &target, true);
    let report = harness::run(&Run {
        simulate: true,
        until: Some(rulecheck::target::Duration::from_ms(LASTS as i64 * 1000)),
        ..Run::new(vec![(&Arc::new(loaded), target)])
    });
    let file = &report.files[0];
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    let simulation = file.tests[0].simulation.as_ref().unwrap();
    let mut told = BTreeSet::new();
    for happening in &simulation.events {
        let What::Sent { kind, .. } = happening.event.what else {
            continue;
        };
        let message = happening.message.as_ref().unwrap().as_ref().unwrap();
        let text = |name: &str| {
            let mut fields = message.fields.iter().filter(|_| kind == "slack");
            let found = fields.find(|(field, _)| field == name);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        let path = match &*happening.event.receiver {
            "deadmans-switch" => "/ping/monitoring",
            "ops-critical" => "/critical",
            _ => "/alerts",
        };
        told.insert((path.to_owned(), text("title"), text("text")));
    }
    told
}
