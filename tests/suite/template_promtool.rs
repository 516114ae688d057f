//! Templates expanded by the real promtool, in one unit test, against ours.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::process::Command;
use std::sync::Arc;

use rulecheck::labels::Labels;
use rulecheck::target::{Target, Version};
use rulecheck::template::{AlertValue, Data, QuerySample, Template, World};
use serde_json::{Value, json};

/// Expanded for the series `x{i="1",job="a.b:80"}` with the value 5.
const TEMPLATES: &[&str] = &[
    "plain",
    "{{ $value }} {{ .Value }} {{ $labels.i }} {{ .Labels.job }} [{{ $labels.nope }}]",
    "{{ . }}",
    "{{ $labels }} {{ len $labels }} {{ $externalLabels }} {{ $externalURL }}",
    "{{ humanize 1234567.0 }} {{ humanize 0.00012 }} {{ humanize 1023 }} {{ humanize \"12\" }}",
    "{{ humanize 999.99 }} {{ humanize 1e30 }} {{ humanize -12345.678 }} {{ humanize 0.0 }}",
    "{{ humanize1024 1024.0 }} {{ humanize1024 0.5 }} {{ humanize1024 1048576 }} {{ humanize1024 -1e9 }}",
    "{{ humanizeDuration 59.9 }} {{ humanizeDuration 3661.5 }} {{ humanizeDuration -90061.0 }}",
    "{{ humanizeDuration 0.0005 }} {{ humanizeDuration 1e-9 }} {{ humanizeDuration 899.99 }} {{ humanizeDuration .12345 }}",
    "{{ humanizePercentage 0.12345 }} {{ humanizePercentage 1.0 }} {{ humanizePercentage -0.22222 }} {{ 123.45678 | humanizePercentage }}",
    "{{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp 0 }} {{ humanizeTimestamp -1.5 }}",
    "{{ 1435065584 | toTime }} {{ (toTime 0.0).Format \"2006-01-02\" }} {{ (toTime 1435065584.5).Unix }}",
    "{{ (toTime 1435065584.128).Format \"Mon Jan _2 15:04:05.000 MST 2006, Monday 3:04PM -07:00 Z0700 002 .99\" }}",
    "{{ with toTime 1435065584 }}{{ .Year }}-{{ .Month }}-{{ .Day }} {{ .Weekday }} {{ .YearDay }} {{ printf \"%d\" .Month }}{{ end }}",
    "{{ printf \"%5.1f|%-8s|%q|%x|%t|%e|%g|%s\" $value \"a\" \"q\" 255 true $value $value $value }}",
    "{{ printf \"%d %v %s %d\" 5 5 5 $value }} {{ printf \"%d\" }} {{ printf \"%d\" 1 2 }} {{ printf \"%\" }} {{ printf \"%z\" 1 }}",
    "{{ printf \"%+d|%05d|%-5d|%x|%X|%o|%b|%c|%U\" 5 42 42 255 255 8 5 65 65 }}",
    "{{ printf \"%08.3f|%+.2f|% d|%6.2f%%|%.0f|%.3g|%G\" 3.14159 2.5 7 99.5 2.5 1234.5 1e-10 }}",
    "{{ printf \"%T %T %T %T %T\" $value $labels 1 \"a\" true }} {{ printf \"%v\" $labels }} {{ printf \"%[2]v %[1]v\" 1 2 }}",
    "{{ printf \"%10s|%.2s|%-10q|%x|% x|%#x|%v\" \"abc\" \"abc\" \"abc\" \"abc\" \"abc\" \"abc\" nil }}",
    "{{ printf \"%*d|%-*d|%.*f\" 5 42 5 42 2 3.14159 }} {{ printf \"%s\" true }} {{ printf \"%s\" $labels }}",
    "{{ reReplaceAll \"(.*):\\\\d+\" \"$1\" \"host:90\" }} {{ match \"a.c\" \"xabcx\" }} {{ reReplaceAll \"a\" \"b\" \"banana\" }}",
    "{{ stripDomain \"a.b.c:80\" }} {{ stripDomain \"1.2.3.4:80\" }} {{ stripDomain \"[::1]:9\" }} {{ stripDomain \"a\" }}",
    "{{ stripPort \"h:1\" }} {{ stripPort \"[::1]:9\" }} {{ stripPort \"h\" }} {{ stripPort \"a:b:c\" }} {{ stripPort \"\" }}",
    "{{ graphLink \"up{a=\\\"b\\\"}\" }} {{ tableLink \"a b\" }}",
    "{{ if eq $labels.i \"1\" \"2\" }}eq{{ end }} {{ or \"\" \"dflt\" }} {{ not true }} {{ and 1 0 }} {{ and true \"x\" }}",
    "{{ index $labels \"i\" }} {{ len \"abc\" }} {{ slice \"abcdef\" 1 3 }} {{ html \"<a>\" }} {{ urlquery \"a b&\" }} {{ print 1 2 \"a\" \"b\" 3 }}",
    "a  {{- /* c */ -}}  b {{- 1 }}",
    "{{ define \"T\" }}<{{ .arg0 }}{{ .arg1 }}>{{ end }}{{ template \"T\" (args 1 \"z\") }}",
    "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}",
    "{{ query \"x\" | len }} {{ with query \"x\" }}{{ . | first | label \"i\" }}{{ end }} {{ query \"x\" | first | value }}",
    "{{ range query \"x\" }}{{ .Labels.i }} {{ .Value }}{{ end }} {{ range query \"nope\" }}x{{ else }}none{{ end }}",
    "{{ query \"nope\" | first | value }}",
    "{{ if gt $value 1 }}x{{ end }}",
    "{{ if gt $value 1.0 }}big{{ else if lt $value 0.0 }}neg{{ else }}small{{ end }}",
    "{{ .Nope }}",
    "{{ .Labels.i.j }}",
    "{{ $value.x }}",
    "line one\nline two {{ .Nope }}",
    "ä {{ $labels.i.x }}",
    "{{ index $labels 1 }}",
    "{{ label \"i\" }}",
    "{{ humanize \"abc\" }}",
    "{{ humanize $labels }}",
    "{{ match \"(\" \"a\" }}",
    "{{ reReplaceAll \"(\" \"a\" \"b\" }}",
    "{{ toUpper 1 }}",
    "{{ $value | toUpper }}",
    "{{ template \"nope\" . }}",
    "{{ range 5 }}x{{ end }}",
    "{{ index \"abc\" 1 }} {{ index \"abc\" 7 }}",
    "{{ slice \"abc\" 2 1 }}",
    "{{ len $value }}",
    "{{ lt $labels 1 }}",
    "{{ call 1 }}",
    "{{ nil }}",
    "{{ 1 2 }}",
    "{{ $labels.i 3 }}",
    "{{ parseDuration \"1h30m\" }} {{ parseDuration \"1.5h\" }}",
    "{{ title \"foo bar-baz qUX don't a_b\" }} {{ toUpper \"äß\" }} {{ toLower \"ÄB\" }}",
    "{{ 12345678 }} {{ 1234567.5 }} {{ 1e6 }} {{ 0x1F }} {{ 'a' }} {{ 1_000 }} {{ 010 }} {{ 1.50 }} {{ true }}",
    "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ $x }}{{ $y }}{{ end }}{{ $x }}",
    "{{ range $i, $e := query \"x\" }}{{ $i }}{{ $e.Value }}{{ break }}{{ end }}",
    "{{ js \"it's <b>\" }} {{ html 1 }} {{ println 1 \"a\" }}{{ print nil }} {{ safeHtml \"<b>\" }}",
    "{{ (args 1 \"a\").arg1 }} {{ (args 1).arg7 }} {{ args 1 2.5 \"x\" }}",
    "{{ (args 1).arg7.foo }}",
    "{{ with $labels }}{{ .i }} {{ $.Value }}{{ end }} {{ with $labels.nope }}x{{ else }}empty{{ end }}",
    "{{ `raw \"x\"` }} {{ \"tab\\tquote\\\" \\u00e9 \\x41\" }}",
    "{{ 1 | printf \"%d-%d\" 2 }} {{ \"a\" | printf \"%s%s\" \"b\" | toUpper }}",
    "{{ block \"B\" .Labels }}{{ .i }}{{ end }}",
    "{{ sortByLabel \"i\" (query \"x\") | len }} {{ strvalue (query \"x\" | first) }}!",
    "{{ eq 1 1 }} {{ ne \"a\" \"b\" }} {{ le 1.5 1.5 }} {{ ge \"b\" \"a\" }} {{ eq 1 2 3 1 }}",
    "{{ eq $value \"5\" }}",
    "{{ define \"E\" }}{{ .Nope }}{{ end }}{{ template \"E\" . }}",
    "{{ printf \"%.2f\" \"5\" }} {{ printf \"%.2f\" 5 }} {{ printf \"%d\" \"a\" }} {{ printf \"%t\" 1 }}",
];

struct Fixture;

fn labels() -> Labels {
    Labels::from_pairs([("__name__", "x"), ("i", "1"), ("job", "a.b:80")])
}

impl World for Fixture {
    fn query(&self, expression: &str) -> Result<Vec<QuerySample>, String> {
        let sample = QuerySample {
            labels: labels(),
            value: 5.0,
        };
        Ok(if expression == "x" {
            vec![sample]
        } else {
            Vec::new()
        })
    }
    fn now(&self) -> f64 {
        0.0
    }
    fn external_url(&self) -> &str {
        "http://localhost:9090"
    }
}

fn ours(template: &str, alert: &str) -> String {
    let target = Target {
        prometheus: Version::new(2, 42),
        ..Target::default()
    };
    let data = Data {
        labels: labels(),
        external_labels: Labels::from_pairs([("dc", "eu")]),
        external_url: Arc::from("http://localhost:9090"),
        value: AlertValue::Float(5.0),
    };
    Template::parse(template, alert, &target)
        .unwrap_or_else(|error| panic!("{template}: {error}"))
        .expand_or_error_text(&data, &Fixture)
}

#[test]
fn expands_as_promtool_does() {
    if !common::has_promtool() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("rulecheck-template-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let name = |index: usize| format!("T{index:03}");
    let rules: Vec<Value> = TEMPLATES
        .iter()
        .enumerate()
        .map(|(index, template)| {
            json!({"alert": name(index), "expr": "x", "annotations": {"t": template}})
        })
        .collect();
    let expectations: Vec<Value> = TEMPLATES
        .iter()
        .enumerate()
        .map(|(index, template)| {
            json!({"alertname": name(index), "eval_time": "0m", "exp_alerts": [{
                "exp_labels": {"i": "1", "job": "a.b:80"},
                "exp_annotations": {"t": ours(template, &name(index))},
            }]})
        })
        .collect();
    let write = |file: &str, content: Value| {
        std::fs::write(folder.join(file), content.to_string()).expect("written");
    };
    write(
        "rules.yml",
        json!({"groups": [{"name": "g", "rules": rules}]}),
    );
    write(
        "test.yml",
        json!({"rule_files": ["rules.yml"], "tests": [{
            "interval": "1m",
            "input_series": [{"series": "x{i=\"1\",job=\"a.b:80\"}", "values": "5 5"}],
            "external_labels": {"dc": "eu"},
            "external_url": "http://localhost:9090",
            "alert_rule_test": expectations,
        }]}),
    );
    let output = Command::new("promtool")
        .args(["test", "rules", "test.yml"])
        .current_dir(&folder)
        .output()
        .expect("promtool runs");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
