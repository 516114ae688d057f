//! `rulecheck amtool template render` in the place of amtool 0.25: exit codes and both streams.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

const DATA: &str = r#"{"receiver": "team", "status": "firing", "alerts": [{"status": "firing", "labels": {"a": "<b>"}}],
  "groupLabels": {"a": "<b>"}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://x"}"#;

fn folder(name: &str) -> common::Folder {
    let folder = common::Folder::new(name);
    for (name, text) in [
        ("x.tmpl", "{{ define \"x\" }}[{{ .Receiver }}]{{ end }}"),
        (
            "y.tmpl",
            "{{ define \"y\" }}{{ range .Alerts }}{{ .Labels.a }}{{ end }}{{ end }}",
        ),
        ("bad.tmp", "{{ define \"x\" }"),
        ("data.json", DATA),
        ("empty.json", ""),
        ("open.json", "{"),
        ("sub/z.txt", ""),
    ] {
        folder.write(name, text);
    }
    folder
}

#[test]
fn what_is_rendered_is_what_amtool_renders() {
    if !common::has_amtool() {
        return;
    }
    let folder = folder("amtool-rendered");
    let texts = [
        "",
        "plain",
        "a\n",
        "{{ template \"x\" . }}",
        "{{ template \"y\" . }}",
        "{{ template \"slack.default.title\" . }}",
        "{{ .Nope }}",
        "{{",
        "--{{ .Status }}",
        "{{ .Receiver | title }} & <{{ .ExternalURL }}>",
        "{{ .CommonLabels }} {{ .CommonAnnotations }} {{ .GroupLabels }} {{ len .Alerts.Firing }}",
        "{{ range .Alerts }}{{ .Status }} {{ .Labels }} {{ .Annotations }} {{ .GeneratorURL }} {{ .Fingerprint }}\n{{ end }}",
        "{{ range .Alerts }}{{ .StartsAt.Before .EndsAt }}{{ end }}",
        "{{ index .Alerts 0 | len }}",
    ];
    for text in texts {
        for more in [
            &[][..],
            &["--template.type=html"],
            &["--template.data=data.json"],
            &["--template.type", "html", "--template.data", "data.json"],
        ] {
            let text = format!("--template.text={text}");
            let first = ["template", "render", "--template.glob=*.tmpl", &text];
            let arguments: Vec<&str> = first.iter().chain(more).copied().collect();
            common::assert_amtool_alike(folder.path(), &arguments, "");
        }
    }
}

#[test]
fn what_cannot_be_read_is_told_as_amtool_tells_it() {
    if !common::has_amtool() {
        return;
    }
    let folder = folder("amtool-unreadable");
    for arguments in [
        // No file matches, which is no error by itself.
        &[
            "--template.glob=none/*",
            "--template.text={{ template \"x\" . }}",
        ][..],
        &[
            "--template.glob=none/*",
            "--template.glob=x.tmpl",
            "--template.text={{ template \"x\" . }}",
        ],
        &["--template.glob=bad.tmp", "--template.text=x"],
        &[
            "--template.glob=bad.tmp",
            "--template.glob=[",
            "--template.text=x",
        ],
        &[
            "--template.glob=[",
            "--template.glob=bad.tmp",
            "--template.text=x",
        ],
        &["--template.glob=sub", "--template.text=x"],
        &[
            "--template.glob=x.tmpl",
            "--template.text={{",
            "--template.data=none.json",
        ],
        &[
            "--template.glob=bad.tmp",
            "--template.text={{",
            "--template.data=none.json",
        ],
        &[
            "--template.glob=x.tmpl",
            "--template.text=x",
            "--template.data=.",
        ],
        &[
            "--template.glob=x.tmpl",
            "--template.text=x",
            "--template.data=empty.json",
        ],
        &[
            "--template.glob=bad.tmp",
            "--template.text=x",
            "--template.data=empty.json",
        ],
        &[
            "--template.glob=bad.tmp",
            "--template.text=x",
            "--template.data=sub",
        ],
        &[
            "--template.glob=x.tmpl",
            "--template.text=x",
            "--template.data=open.json",
        ],
    ] {
        let arguments: Vec<&str> = ["template", "render"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        common::assert_amtool_alike(folder.path(), &arguments, "");
    }
}

/// Wrong usage fails with the code of amtool; the words are ours.
#[test]
fn wrong_usage_has_the_code_of_amtool() {
    let folder = folder("amtool-usage");
    for arguments in [
        &["template"][..],
        &["template", "render", "--template.text=x"],
        &["template", "render", "--template.glob=x.tmpl"],
        &[
            "template",
            "render",
            "--template.glob=x.tmpl",
            "--template.text=x",
            "--template.type=pdf",
        ],
    ] {
        let output = common::as_amtool(folder.path(), arguments, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

/// Everywhere but in Debian's package, amtool has the templates of Alertmanager.
#[test]
fn newer_versions_have_the_templates_of_alertmanager() {
    let folder = folder("amtool-defaults");
    let title = "--template.text={{ template \"slack.default.title\" . }}";
    let arguments = [
        "amtool",
        "template",
        "render",
        "--template.glob=*.tmpl",
        title,
        "--template.data=data.json",
    ];
    let (code, out, err) = common::rulecheck(folder.path(), &arguments);
    assert_eq!((code, &*err), (0, ""));
    // Status and number, the values of the group, and the other common labels in parentheses, of which there are none.
    assert_eq!(out, "[FIRING:1] <b> ");
}
