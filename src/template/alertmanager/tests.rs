//! The expected texts are those of the formats that Alertmanager documents, put together by hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;

use super::*;
use crate::labels::Labels;

const URL: &str = "http://alerts.example/#/alerts?receiver=team%5C.x";

fn target(minor: u16) -> Target {
    Target {
        alertmanager: Version::new(0, minor),
        ..Target::default()
    }
}

fn alert(instance: &str, status: &str, severity: &str) -> Alert {
    Alert {
        status: status.into(),
        labels: Labels::from_pairs([
            ("alertname", "DiskFull"),
            ("instance", instance),
            ("job", "node"),
            ("severity", severity),
        ]),
        annotations: Labels::from_pairs([
            ("runbook", "http://wiki.example/<disk>"),
            ("summary", &*format!("{instance} is full")),
        ]),
        starts_at: Time::from_unix_ms(1_700_000_000_000),
        ends_at: Time::ZERO,
        generator_url: "http://prom.example/g?a=1&b".into(),
        fingerprint: "0123456789abcdef".into(),
    }
}

fn data(statuses: &[&str]) -> Data {
    let alerts = statuses.iter().zip(["a", "b", "c"]);
    let alerts = alerts
        .map(|(status, instance)| alert(instance, status, "warning"))
        .collect();
    let group = Labels::from_pairs([("alertname", "DiskFull")]);
    Data::new("team.x", group, alerts, "http://alerts.example")
}

fn render(template: &str, data: &Data) -> String {
    let templates = Templates::new([], &Target::default()).unwrap();
    templates
        .text(&format!("{{{{ template \"{template}\" . }}}}"), data)
        .unwrap()
}

/// One alert in the plain list.
fn listed(instance: &str) -> String {
    format!(
        "Labels:\n - alertname = DiskFull\n - instance = {instance}\n - job = node\n \
         - severity = warning\nAnnotations:\n - runbook = http://wiki.example/<disk>\n \
         - summary = {instance} is full\nSource: http://prom.example/g?a=1&b\n"
    )
}

/// One alert in the list for Markdown.
fn marked(instance: &str) -> String {
    let list = listed(instance).replace(" - ", "  - ");
    let list = list
        .replace("Annotations:", "\nAnnotations:")
        .replace("Source:", "\nSource:");
    format!("\n{list}")
}

#[test]
fn the_data_of_a_group_are_those_of_its_alerts() {
    let data = data(&["firing", "resolved"]);
    assert_eq!(&*data.receiver, "team\\.x");
    assert_eq!(&*data.status, "firing");
    let labels = [
        ("alertname", "DiskFull"),
        ("job", "node"),
        ("severity", "warning"),
    ];
    assert_eq!(data.common_labels, Labels::from_pairs(labels));
    let annotations = [("runbook", "http://wiki.example/<disk>")];
    assert_eq!(data.common_annotations, Labels::from_pairs(annotations));
    assert_eq!(
        &*Data::new("r", Labels::empty(), Vec::new(), "").status,
        "resolved"
    );
}

#[test]
fn the_subject_names_the_group_and_what_else_is_common() {
    assert_eq!(
        render("__subject", &data(&["firing", "firing", "resolved"])),
        "[FIRING:2] DiskFull (node warning)"
    );
    assert_eq!(
        render("__subject", &data(&["resolved"])),
        "[RESOLVED] DiskFull (a node warning)"
    );
    // The blank stays where nothing follows.
    let mut bare = data(&["firing"]);
    bare.common_labels = bare.group_labels.clone();
    assert_eq!(render("__subject", &bare), "[FIRING:1] DiskFull ");
}

#[test]
fn the_lists_of_alerts_are_headed() {
    let both = data(&["firing", "resolved"]);
    let telegram = format!(
        "\n\nAlerts Firing:\n{}\n\n\nAlerts Resolved:\n{}\n\n",
        listed("a"),
        listed("b")
    );
    assert_eq!(render("telegram.default.message", &both), telegram);
    assert_eq!(render("discord.default.message", &both), telegram);
    let common = "http://wiki.example/<disk>\n";
    assert_eq!(
        render("opsgenie.default.description", &both),
        format!(
            "{common}Alerts Firing:\n{}\nAlerts Resolved:\n{}",
            listed("a"),
            listed("b")
        )
    );
    assert_eq!(
        render("pushover.default.message", &both),
        format!(
            "{common}\nAlerts Firing:\n{}\n\n\nAlerts Resolved:\n{}\n\n",
            listed("a"),
            listed("b")
        )
    );
    assert_eq!(
        render("wechat.default.message", &both),
        format!(
            "[FIRING:1] DiskFull (node warning)\n{common}Alerts Firing:\n{}\nAlerts Resolved:\n{}\n\
             AlertmanagerUrl:\n{URL}",
            listed("a"),
            listed("b")
        )
    );
    assert_eq!(
        render("msteams.default.text", &both),
        format!(
            "\n\n# Alerts Firing:\n{}\n\n\n\n# Alerts Resolved:\n{}\n\n\n",
            marked("a"),
            marked("b")
        )
    );
    // Where there are none of one sort, its heading goes too.
    assert_eq!(
        render("telegram.default.message", &data(&["resolved"])),
        format!("\n\n\nAlerts Resolved:\n{}\n\n", listed("a"))
    );
}

#[test]
fn the_fields_of_integrations_have_their_defaults() {
    let firing = data(&["firing"]);
    let subject = "[FIRING:1] DiskFull (a node warning)";
    for (name, text) in [
        ("slack.default.title", subject),
        ("slack.default.text", ""),
        ("slack.default.color", "danger"),
        ("slack.default.username", "Alertmanager"),
        ("slack.default.titlelink", URL),
        ("slack.default.fallback", &*format!("{subject} | {URL}")),
        ("email.default.subject", subject),
        ("pagerduty.default.clientURL", URL),
        ("victorops.default.monitoring_tool", "Alertmanager"),
        ("jira.default.priority", "Medium"),
    ] {
        assert_eq!(render(name, &firing), text, "{name}");
    }
    assert_eq!(render("slack.default.color", &data(&["resolved"])), "good");
}

#[test]
fn the_priority_of_jira_is_that_of_the_worst_firing_alert() {
    let priority = |alerts: &[(&str, &str)]| {
        let alerts = alerts
            .iter()
            .map(|(status, severity)| alert("a", status, severity));
        let data = Data::new("r", Labels::empty(), alerts.collect(), "");
        render("jira.default.priority", &data)
    };
    assert_eq!(
        priority(&[
            ("firing", "info"),
            ("firing", "critical"),
            ("firing", "warning")
        ]),
        "High"
    );
    assert_eq!(
        priority(&[("firing", "info"), ("resolved", "critical")]),
        "Low"
    );
    assert_eq!(priority(&[("resolved", "critical")]), "High");
    assert_eq!(priority(&[("firing", "page")]), "");
}

#[test]
fn a_page_escapes_what_it_shows() {
    let templates = Templates::new([], &Target::default()).unwrap();
    let page = templates
        .html(
            "{{ template \"email.default.html\" . }}",
            &data(&["firing", "resolved"]),
        )
        .unwrap();
    assert!(
        page.contains("runbook = http://wiki.example/&lt;disk&gt;"),
        "{page}"
    );
    assert!(
        page.contains("<a href=\"http://prom.example/g?a=1&amp;b\">"),
        "{page}"
    );
    assert!(page.contains(&format!("<a href=\"{URL}\">")), "{page}");
}

#[test]
fn files_define_over_the_defaults_and_each_other() {
    let files = [
        (
            "a.tmpl",
            "{{ define \"slack.default.text\" }}mine{{ end }}{{ define \"x\" }}1{{ end }}",
        ),
        (
            "b.tmpl",
            "{{ define \"x\" }}2{{ end }}{{ define \"slack.default.text\" }} {{ end }}",
        ),
    ];
    let templates = Templates::new(files, &Target::default()).unwrap();
    let text = "{{ template \"x\" }} {{ template \"slack.default.text\" }}";
    // A blank definition does not take the place of another.
    assert_eq!(templates.text(text, &data(&[])).unwrap(), "2 mine");
    assert!(templates.defines("b.tmpl") && !templates.defines("y"));
    // What a text defines is gone with it.
    let own = "{{ define \"x\" }}3{{ end }}{{ template \"x\" }}";
    assert_eq!(templates.text(own, &data(&[])).unwrap(), "3");
    assert_eq!(
        templates.text("{{ template \"x\" }}", &data(&[])).unwrap(),
        "2"
    );
}

#[test]
fn the_errors_of_all_files_are_told() {
    let files = [
        ("good.tmpl", "{{ define \"x\" }}{{ end }}"),
        ("bad.tmpl", "a\n{{ nope }}"),
        ("worse.tmpl", "{{ .x "),
    ];
    let errors = Templates::new(files, &Target::default()).unwrap_err();
    let told: Vec<_> = errors
        .iter()
        .map(|error| (error.file, error.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            (
                Some(1),
                "template: bad.tmpl:2: function \"nope\" not defined".to_owned()
            ),
            (
                Some(2),
                "template: worse.tmpl:1: unclosed action".to_owned()
            ),
        ]
    );
    assert_eq!(&files[1].1[errors[0].span.range()], "nope");
}

#[test]
fn an_error_names_the_file_in_which_it_happens() {
    let files = [("x.tmpl", "{{ define \"x\" }}\n {{ .Labels.a }}{{ end }}")];
    let templates = Templates::new(files, &Target::default()).unwrap();
    let error = templates
        .text("{{ template \"x\" . }}", &data(&["firing"]))
        .unwrap_err();
    // Alertmanager hands a pointer to templates, which its error names. The place of a chain is its second field.
    assert_eq!(
        error.to_string(),
        "template: x.tmpl:2:11: executing \"x\" at <.Labels.a>: \
         can't evaluate field Labels in type *template.Data"
    );
    assert_eq!((error.kind, error.file), (ErrorKind::Execution, Some(0)));
    assert_eq!(&files[0].1[error.span.start as usize..][..2], ".a");
}

#[test]
fn functions_and_fields_come_with_versions() {
    let of = |minor| Templates::new([], &target(minor)).unwrap();
    let firing = data(&["firing"]);
    let error = of(25).text("{{ toJson . }}", &firing).unwrap_err();
    assert_eq!(
        error.to_string(),
        "template: :1: function \"toJson\" not defined"
    );
    assert_eq!(error.kind, ErrorKind::Syntax);
    assert!(error.since.is_some_and(|since| since > Version::new(0, 25)));
    let error = of(34).text("{{ humanize 1 }}", &firing).unwrap_err();
    assert_eq!(error.since, None);
    assert_eq!(
        of(25).text("{{ .GroupLabels }}", &firing).unwrap(),
        "map[alertname:DiskFull]"
    );
    assert_eq!(
        of(34).text("{{ .GroupLabels }}", &firing).unwrap(),
        "alertname=DiskFull"
    );
    assert!(of(33).text("{{ .NotificationReason }}", &firing).is_err());
    assert_eq!(
        of(34).text("[{{ .NotificationReason }}]", &firing).unwrap(),
        "[]"
    );
    assert_eq!(
        of(34)
            .text("{{ .CommonLabels.Names.Join \"+\" }}", &firing)
            .unwrap(),
        "alertname+instance+job+severity"
    );
}

#[test]
fn newer_functions_do_as_their_documentation_says() {
    let templates = Templates::new([], &Target::default())
        .unwrap()
        .at(1_700_003_661.0);
    let firing = data(&["firing"]);
    for (text, wanted) in [
        ("{{ trimSpace \" x \\n\" }}", "x"),
        (
            "{{ range .Alerts }}{{ .StartsAt | date \"2006-01-02 15:04\" }}{{ end }}",
            "2023-11-14 22:13",
        ),
        // New York is five hours behind in November.
        (
            "{{ range .Alerts }}{{ .StartsAt | tz \"America/New_York\" | date \"15:04 MST -0700\" }}{{ end }}",
            "17:13 EST -0500",
        ),
        (
            "{{ range .Alerts }}{{ since .StartsAt | humanizeDuration }}{{ end }}",
            "1h 1m 1s",
        ),
        ("{{ now.Unix }}", "1700003661"),
        (
            "{{ join \"-\" (list 1 true \"x\") }} {{ join \"-\" .CommonLabels.Names }}",
            "1-true-x alertname-instance-job-severity",
        ),
        ("{{ urlUnescape \"a%20b+c\" }}", "a b c"),
        (
            "{{ base64encode \"<<???>>\" }} {{ base64decode \"PDw_Pz8-Pg==\" }}",
            "PDw_Pz8-Pg== <<???>>",
        ),
        (
            "{{ toJson .GroupLabels }} {{ toJson (list 1 \"<\" true nil) }}",
            "{\"alertname\":\"DiskFull\"} [1,\"\\u003c\",true,null]",
        ),
        (
            "{{ $l := list 1 2 }}{{ $l = append $l 3 }}{{ len $l }} {{ $l }}",
            "3 [1 2 3]",
        ),
        (
            "{{ $d := dict \"a\" 1 \"b\" 2 }}{{ $d.b }} {{ toJson $d }}",
            "2 {\"a\":1,\"b\":2}",
        ),
    ] {
        assert_eq!(templates.text(text, &firing).unwrap(), wanted, "{text}");
    }
    let error = templates
        .text("{{ now | tz \"Mars/Olympus\" }}", &firing)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("error calling tz: unknown time zone Mars/Olympus"),
        "{error}"
    );
    let page = templates.html(
        "<a href=\"{{ safeUrl \"tel:1\" }}\">{{ \"x:y\" }}</a>",
        &firing,
    );
    assert_eq!(page.unwrap(), "<a href=\"tel:1\">x:y</a>");
}

/// What is looked at in the texts, with a mark for what is guarded.
fn uses(text: &str) -> Vec<String> {
    let files = [(
        "x.tmpl",
        "{{ define \"x\" }}{{ range . }}{{ .Labels.team }}{{ end }}{{ end }}",
    )];
    let templates = Templates::new(files, &Target::default()).unwrap();
    let found = templates.uses(text).unwrap();
    let told = found.into_iter().map(|found| {
        let text = match found.place {
            Place::Text(span) => &text[span.range()],
            Place::File(file, span) => &files[file].1[span.range()],
            Place::Default => "default",
        };
        let guarded = if found.guarded { " guarded" } else { "" };
        format!("{text}: {:?}{guarded}", found.what)
    });
    told.collect()
}

#[test]
fn what_a_text_looks_at_is_told() {
    assert_eq!(
        uses("{{ .GroupLabels.job }}{{ index .CommonLabels \"a b\" }}{{ .Status | toUpper }}"),
        [
            ".GroupLabels.job: Key(GroupLabels, \"job\")",
            "index: Function(\"index\")",
            ".CommonLabels \"a b\": Key(CommonLabels, \"a b\")",
            ".Status: Field(\"Status\")",
            "toUpper: Function(\"toUpper\")",
        ]
    );
    assert_eq!(
        uses(
            "{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ $.Nope }}{{ .Lables.x }}{{ end }}"
        ),
        [
            ".Alerts.Firing: Alerts(Firing)",
            ".Annotations.summary: Key(Annotations(Firing), \"summary\")",
            "$.Nope: UnknownField(\"*template.Data\", \"Nope\")",
            ".Lables.x: UnknownField(\"template.Alert\", \"Lables\")",
        ]
    );
    assert_eq!(
        uses("{{ template \"x\" .Alerts.Resolved }}{{ template \"y\" }}"),
        [
            "\"x\": Template(\"x\")",
            "\"y\": UnknownTemplate(\"y\")",
            ".: Alerts(Resolved)",
            ".Labels.team: Key(Labels(Resolved), \"team\")",
        ]
    );
    assert_eq!(
        uses(
            "{{ with .CommonAnnotations.url }}{{ . }}{{ end }}{{ if .CommonLabels.a }}{{ .CommonLabels.a }}{{ end }}"
        ),
        [
            ".CommonAnnotations.url: Key(CommonAnnotations, \"url\") guarded",
            ".CommonLabels.a: Key(CommonLabels, \"a\") guarded",
            ".CommonLabels.a: Key(CommonLabels, \"a\") guarded",
        ]
    );
    assert_eq!(
        uses(
            "{{ range .CommonLabels.SortedPairs }}{{ .Name }}{{ .Nmae }}{{ end }}{{ len .Alerts }}"
        ),
        [
            ".CommonLabels.SortedPairs: Whole(CommonLabels)",
            ".Nmae: UnknownField(\"template.Pair\", \"Nmae\")",
            "len: Function(\"len\")",
            ".Alerts: Alerts(All) guarded",
        ]
    );
    // Through the defaults too.
    assert!(
        uses("{{ template \"slack.default.title\" . }}")
            .contains(&"default: Field(\"Status\")".to_owned())
    );
}

#[test]
fn hostile_pages_end() {
    let templates = Templates::new([], &Target::default()).unwrap();
    let data = data(&["firing"]);
    let nested =
        |open: &str, depth: usize| format!("{}x{}", open.repeat(depth), "{{ end }}".repeat(depth));
    // Each is looked at twice inside the other.
    let error = templates
        .html(&nested("{{ range .Alerts.Resolved }}", 60), &data)
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotSimulated);
    let page = templates.html(&nested("{{ if true }}", 100), &data);
    assert_eq!(page.unwrap(), "x");
    let chain: String = (0..2000)
        .map(|i| {
            format!(
                "{{{{ define \"t{i}\" }}}}{{{{ template \"t{}\" }}}}{{{{ end }}}}",
                i + 1
            )
        })
        .collect();
    let text = chain + "{{ define \"t2000\" }}{{ end }}{{ template \"t0\" }}";
    assert!(templates.html(&text, &data).is_err());
    assert!(templates.uses(&text).is_ok());
    let endless = "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}";
    assert!(templates.uses(endless).is_ok());
}

proptest! {
    #[test]
    fn no_page_panics(words in prop::collection::vec(prop::sample::select(vec![
        "{{", "}}", "{{- ", " -}}", "{{ if .Alerts }}", "{{ range .Alerts }}", "{{ else }}", "{{ end }}", "{{ break }}",
        "{{ define \"T\" }}", "{{ template \"T\" . }}", "{{ .Status }}", "{{ .CommonLabels | html }}", "<", "</", ">", "<a ",
        "<a href=", "<p title=", "\"", "'", "`", "=", "é", "\n", " ", "<!--", "-->", "<title>", "</title>", "<style>",
        "</style>", "/*", "*/", "//", "\\", "<script>", "<script type=text/x>", "</script>", "<p style=\"", "&#63;", "&", "?", "/", "<textarea ",
    ]), 0..25)) {
        let text = words.concat();
        let templates = Templates::new([], &target(25)).unwrap();
        for result in [templates.html(&text, &data(&["firing"])), templates.text(&text, &data(&["firing"]))] {
            if let Err(error) = result {
                prop_assert!(text.is_char_boundary(error.span.start as usize));
                prop_assert!(text.is_char_boundary(error.span.end as usize));
            }
        }
        for found in templates.uses(&text).unwrap_or_default() {
            if let Place::Text(span) = found.place {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }
}
