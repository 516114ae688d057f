//! `notify-group-label`

use super::readings;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;
use crate::template::alertmanager::{Map, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-group-label",
    level: Level::Error,
    summary: "A text that reads a group label which no route to its receiver groups by.",
    documentation: "\
### What it does
Looks at the texts of receivers, and at the template files that they call, for `.GroupLabels.x` where `x` is not in the
`group_by` of any route to the receiver.

### Why it matters
The group labels are exactly those of `group_by`. What is not among them is the empty text: a title becomes `[] DiskFull`, and
nobody sees how bad it is.

### Level
Where some of the routes group by the label it is info: messages of the others lack it.

### What it does not catch
Labels that the text tests with `if` or `with`, and other texts for a label that is missing.",
    bad: &[
        Example {
            title: "the severity of a group by name",
            files: &[(
                "alertmanager.yml",
                slack!("alertname", "title: '[{{ .GroupLabels.severity }}] {{ .GroupLabels.alertname }}'"),
            )],
        },
        Example {
            title: "in a template file",
            files: &[
                (
                    "alertmanager.yml",
                    concat!(slack!("alertname", "title: '{{ template \"title\" . }}'"), "templates: [x.tmpl]\n"),
                ),
                ("x.tmpl", "{{ define \"title\" }}{{ .GroupLabels.job }}{{ end }}\n"),
            ],
        },
    ],
    good: &[
        Example {
            title: "a label that the route groups by",
            files: &[("alertmanager.yml", slack!("alertname, severity", "title: '[{{ .GroupLabels.severity }}]'"))],
        },
        Example {
            title: "a group for each alert has all labels",
            files: &[("alertmanager.yml", slack!("...", "title: '[{{ .GroupLabels.severity }}]'"))],
        },
        Example {
            title: "the text is ready for it",
            files: &[("alertmanager.yml", slack!("alertname", "title: '{{ with .GroupLabels.job }}{{ . }}{{ end }}'"))],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for reading in readings(context) {
        let Reference::Key(Map::GroupLabels, label) = reading.what else {
            continue;
        };
        let routes = reading.by.iter().flat_map(|reader| &reader.outlet.routes);
        let (having, lacking): (Vec<&Route>, Vec<&Route>) =
            routes.partition(|route| route.grouping.has(label));
        if reading.is_ready || lacking.is_empty() {
            continue;
        }
        let source = reading.source();
        let location = reading.location.clone();
        let receivers = reading.receivers();
        let found = match having.is_empty() {
            true => {
                let message = format!(
                    "`{source}` is always empty: no route to {receivers} groups by `{label}`"
                );
                findings.add(location, message)
            }
            false => {
                let message = format!(
                    "`{source}` is empty in messages of routes that do not group by `{label}`"
                );
                findings.add_at(Level::Info, location, message)
            }
        };
        let proof = reading.by.iter().find_map(|reader| {
            let arrivals = reader.outlet.arrivals.iter();
            let mut here = arrivals.filter(|arrival| !arrival.route.grouping.has(label));
            here.find_map(|arrival| {
                let data = reader.shown(arrival, reading.what)?;
                reader.example(arrival.rule.at.rule.name(), &data)
            })
        });
        found.proof.extend(proof);
        found.help = Some(format!(
            "write `.CommonLabels.{label}`, which is there where all alerts of the group have the same, or add `{label}` to \
             `group_by`"
        ));
    }
}
