//! Templates of notifications rendered by the real `amtool template render`, against ours.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

mod random;
mod texts;

use std::path::{Path, PathBuf};
use std::process::Command;

use rulecheck::target::{Target, Version};
use rulecheck::template::alertmanager::{Data, Engine, ErrorKind, Templates};

/// The file of templates that is there in every case.
const FILE: &str = r#"{{ define "pair" }}{{ .Name }} is {{ .Value }}{{ end }}
{{ define "link" }}<a href="{{ .ExternalURL }}/x?{{ .Receiver }}">{{ .Receiver }}</a>{{ end }}
{{ define "value" }}[{{ . }}]{{ end }}
{{ define "broken" }}{{ .Nope }}{{ end }}
{{ define "deep" }}{{ with .Alerts }}{{ range . }}{{ template "value" .Labels }}{{ end }}{{ end }}{{ end }}
{{ define "self" }}{{ if gt (len .) 0 }}x{{ template "self" (slice . 1) }}{{ end }}{{ end }}
"#;

/// Two alerts with much that has to be escaped, and a time with a zone.
const RICH: &str = r#"{
  "receiver": "team\\.x", "status": "firing",
  "alerts": [
    {"status": "firing", "labels": {"alertname": "Disk <full>", "a": "1", "instance": "db-1:9100", "severity": "page"},
     "annotations": {"summary": "90% & \"rising\"", "runbook": "https://wiki.example/a b?x=1&y=<2>"},
     "startsAt": "2024-02-03T04:05:06.789Z", "endsAt": "0001-01-01T00:00:00Z",
     "generatorURL": "http://prom.example/graph?g0.expr=a+%3E+1", "fingerprint": "0123456789abcdef"},
    {"status": "resolved", "labels": {"alertname": "Disk <full>", "zone": "", "ümlaut": "a'b`c"},
     "annotations": {"summary": "javascript:alert(1)"},
     "startsAt": "2024-02-03T04:05:06+01:00", "endsAt": "2024-12-31T23:59:59.5-03:30",
     "generatorURL": "", "fingerprint": "f"}
  ],
  "groupLabels": {"alertname": "Disk <full>", "a": "b"},
  "commonLabels": {"alertname": "Disk <full>", "a": "b", "z": "+1"},
  "commonAnnotations": {}, "externalURL": "http://alertmanager.example:9093/am"
}"#;

/// Nothing but what must be there.
const POOR: &str = r#"{"receiver": "r", "status": "resolved", "alerts": [],
  "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}}"#;

/// The folder with the files that both read.
struct Files {
    folder: PathBuf,
    templates: Templates,
    differences: Vec<String>,
}

impl Files {
    /// `None`, and a word about it, where there is no amtool.
    fn new(name: &str) -> Option<Self> {
        if Command::new("amtool").arg("--version").output().is_err() {
            eprintln!("skipped: no amtool");
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (file, text) in [("x.tmpl", FILE), ("rich.json", RICH), ("poor.json", POOR)] {
            std::fs::write(folder.join(file), text).unwrap();
        }
        let target = Target {
            alertmanager: Version::new(0, 25),
            ..Target::default()
        };
        // Debian's amtool has no templates of its own.
        let templates = Templates::without_defaults([("x.tmpl", FILE)], &target).unwrap();
        Some(Self {
            folder,
            templates,
            differences: Vec::new(),
        })
    }

    /// What amtool prints, or its error.
    fn theirs(&self, text: &str, data: &str, engine: Engine) -> Result<String, String> {
        let kind = match engine {
            Engine::Text => "text",
            Engine::Html => "html",
        };
        let output = Command::new("amtool")
            .args(["template", "render"])
            .arg(format!("--template.glob={}/x.tmpl", self.folder.display()))
            .arg(format!(
                "--template.data={}/{data}.json",
                self.folder.display()
            ))
            .arg(format!("--template.type={kind}"))
            .arg(format!("--template.text={text}"))
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let error = String::from_utf8_lossy(&output.stderr);
        let error = error.trim_end().trim_start_matches("amtool: error: ");
        Err(error.to_owned())
    }

    /// Notes where the two differ. What is not imitated is passed over, which is false.
    fn compare(&mut self, text: &str, data: &str, engine: Engine) -> bool {
        let json = if data == "rich" { RICH } else { POOR };
        let parsed = Data::from_json(json).unwrap();
        let ours = match self.templates.render(engine, text, &parsed) {
            Err(error) if error.kind == ErrorKind::NotSimulated => return false,
            ours => ours.map_err(|error| error.to_string()),
        };
        let theirs = self.theirs(text, data, engine);
        if ours != theirs {
            let text = format!(
                "{text}\non {data} as {engine:?}:\n  ours   {ours:?}\n  theirs {theirs:?}\n"
            );
            self.differences.push(text);
        }
        true
    }

    fn finish(self) {
        let count = self.differences.len();
        assert_eq!(count, 0, "{}", self.differences.join("\n"));
    }
}

#[test]
fn both_render_alike() {
    let Some(mut files) = Files::new("template_amtool") else {
        return;
    };
    for text in texts::TEXTS {
        files.compare(text, "rich", Engine::Text);
        files.compare(text, "rich", Engine::Html);
    }
    for text in texts::PAGES {
        assert!(
            files.compare(text, "rich", Engine::Html),
            "not imitated: {text}"
        );
    }
    for text in texts::TEXTS
        .iter()
        .step_by(3)
        .chain(texts::PAGES.iter().step_by(3))
    {
        files.compare(text, "poor", Engine::Text);
        files.compare(text, "poor", Engine::Html);
    }
    files.finish();
}

#[test]
fn what_is_not_imitated_says_so() {
    let target = Target::default();
    let templates = Templates::new([], &target).unwrap();
    let data = Data::from_json(RICH).unwrap();
    for text in texts::NOT_SIMULATED {
        let error = templates.html(text, &data).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotSimulated, "{text}: {error}");
    }
}

#[test]
fn both_render_random_templates_alike() {
    let Some(mut files) = Files::new("template_amtool_random") else {
        return;
    };
    let count = if std::env::var_os("RULECHECK_FULL").is_some() {
        5_000
    } else {
        200
    };
    let seed = std::env::var("RULECHECK_RANDOM")
        .ok()
        .and_then(|text| text.parse().ok());
    let mut random = random::Random::new(seed.unwrap_or(7));
    let mut passed_over = 0;
    for _ in 0..count {
        let text = random.template();
        let data = if random.one_in(5) { "poor" } else { "rich" };
        let engine = if random.one_in(2) {
            Engine::Html
        } else {
            Engine::Text
        };
        passed_over += usize::from(!files.compare(&text, data, engine));
    }
    files.finish();
    assert!(
        passed_over * 4 < count,
        "{passed_over} of {count} were not compared"
    );
}
