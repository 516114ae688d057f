//! `notify-unknown-name`

use super::{Reading, readings, samples};
use crate::analysis::Status;
use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::alertmanager::{ErrorKind, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-unknown-name",
    level: Level::Error,
    summary: "A text that names a template or a field which does not exist.",
    documentation: "\
### What it does
Looks at the texts of receivers, and at the template files that they call, for templates and fields that there are not, and
runs the texts on an alert.

### Why it matters
`amtool check-config` does not see it: the text is a template, and fails where it is run. Alertmanager logs the failure, and
the notification is lost.

### Level
- A warning where no alert at hand leads through that part of the text.
- Info where the configuration names template files that are not here: they may define the template.

### What it does not catch
Templates of files that no receiver calls. Functions and variables that do not exist are no templates: `am-template-inline`
and `am-template-file` find those.",
    bad: &[
        Example {
            title: "a slip in the name of a template",
            files: &[("alertmanager.yml", slack!("alertname", "title: '{{ template \"slack.default.titel\" . }}'"))],
        },
        Example {
            title: "a field of one alert asked of them all",
            files: &[("alertmanager.yml", slack!("alertname", "title: '{{ .Labels.severity }}'"))],
        },
        Example {
            title: "a slip in the name of a field",
            files: &[("alertmanager.yml", slack!("alertname", "text: '{{ range .Alerts }}{{ .Annotation.summary }}{{ end }}'"))],
        },
    ],
    good: &[
        Example {
            title: "a template of a file",
            files: &[
                (
                    "alertmanager.yml",
                    concat!(slack!("alertname", "title: '{{ template \"title\" . }}'"), "templates: [x.tmpl]\n"),
                ),
                ("x.tmpl", "{{ define \"title\" }}{{ .CommonLabels.job }}{{ end }}\n"),
            ],
        },
        Example {
            title: "a label may have any name",
            files: &[("alertmanager.yml", slack!("alertname", "title: '{{ .CommonLabels.titel }}'"))],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for reading in readings(context) {
        let (name, message, help) = match reading.what {
            Reference::UnknownTemplate(name) => {
                let templates = &reading.by[0].outlet.templates;
                let help = match nearest(name, templates.names()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => "define it in a file that `templates` names".to_owned(),
                };
                (name, format!("no template is called `{name}`"), help)
            }
            Reference::UnknownField(of, name) => {
                let help = match nearest(name, fields(of).iter().copied()) {
                    Some(nearest) => format!("did you mean `.{nearest}`?"),
                    None => help_for(of, name),
                };
                (name, format!("{} has no field `{name}`", what_is(of)), help)
            }
            _ => continue,
        };
        let is_template = matches!(reading.what, Reference::UnknownTemplate(_));
        let elsewhere = reading.by.iter().any(|reader| {
            let alertmanager = reader.outlet.routing.alertmanager.item;
            !alertmanager.templates.elsewhere.is_empty()
        });
        let location = reading.location.clone();
        let found = if is_template && elsewhere {
            let message = format!("no template file here defines `{name}`, and some are not here");
            findings.add_at(Level::Info, location, message)
        } else if let Some(failure) = failure(&reading, name) {
            let found = findings.add(location, format!("{message}: the notification is lost"));
            found.because(failure)
        } else {
            let message = format!("{message}: where this is run, the notification is lost");
            findings.add_at(Level::Warning, location, message)
        };
        found.help = Some(help);
    }
}

/// What Alertmanager says when it runs a text that fails because of the name.
fn failure(reading: &Reading<'_>, name: &str) -> Option<String> {
    reading.by.iter().find_map(|reader| {
        let outlet = reader.outlet;
        let resolved = outlet.send_resolved.then_some(Status::Resolved);
        let states = [Some(Status::Firing), resolved].into_iter().flatten();
        states
            .flat_map(|status| samples(outlet, status))
            .find_map(|data| {
                let failed = outlet.render(reader.text, &data).err()?;
                let said = failed.to_string();
                (failed.error.kind == ErrorKind::Execution && said.contains(name)).then(|| {
                    format!(
                        "Alertmanager says of the `{}` for `{}`: {said}",
                        failed.field, outlet.receiver
                    )
                })
            })
    })
}

/// The fields of a type of Alertmanager's.
fn fields(of: &str) -> &'static [&'static str] {
    match of {
        "*template.Data" => &[
            "Receiver",
            "Status",
            "Alerts",
            "GroupLabels",
            "CommonLabels",
            "CommonAnnotations",
            "ExternalURL",
        ],
        "template.Alerts" => &["Firing", "Resolved"],
        "template.Alert" => &[
            "Status",
            "Labels",
            "Annotations",
            "StartsAt",
            "EndsAt",
            "GeneratorURL",
            "Fingerprint",
        ],
        "template.Pairs" => &["Names", "Values"],
        "template.Pair" => &["Name", "Value"],
        _ => &[],
    }
}

fn what_is(of: &str) -> &'static str {
    match of {
        "*template.Data" => "a notification",
        "template.Alerts" | "[]template.Alert" => "a list of alerts",
        "template.Alert" => "an alert",
        "template.Pairs" => "a list of pairs",
        "template.Pair" => "a pair",
        _ => "a text",
    }
}

fn help_for(of: &str, name: &str) -> String {
    match (of, name) {
        ("*template.Data", "Labels" | "Annotations") => {
            format!(
                "write `.Common{name}`, or go through the alerts: `{{{{ range .Alerts }}}}{{{{ .{name}… }}}}{{{{ end }}}}`"
            )
        }
        ("*template.Data", _) if fields("template.Alert").contains(&name) => {
            format!(
                "go through the alerts: `{{{{ range .Alerts }}}}{{{{ .{name} }}}}{{{{ end }}}}`"
            )
        }
        ("template.Alert", _) if fields("*template.Data").contains(&name) => {
            format!("inside of a `range` the notification itself is `$`: `$.{name}`")
        }
        _ => match fields(of) {
            [] => "it has no fields at all".to_owned(),
            known => format!("it has {}", known.join(", ")),
        },
    }
}
