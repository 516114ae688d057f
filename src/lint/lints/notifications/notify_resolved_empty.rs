//! `notify-resolved-empty`

use super::{look, samples, told};
use crate::analysis::{Outlet, OutletText, Status};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::alertmanager::{Data, Map, Reference, Which};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-resolved-empty",
    level: Level::Error,
    summary: "A message about resolved alerts that has nothing in it.",
    documentation: "\
### What it does
Runs the texts of receivers that are told of resolved alerts (`send_resolved`, which many kinds do by default) on a message
with firing and on one with resolved alerts. Finds those whose text only goes through `.Alerts.Firing`, so that nothing is
left when all have resolved.

### Why it matters
People get an empty message. Some services refuse it, and the notification is lost.

### Level
A warning where the title tells that the alerts have resolved: the empty text may be meant.

### What it does not catch
Texts that ask for the status themselves. Integrations that close what they opened, such as PagerDuty.",
    bad: &[
        Example {
            title: "firing alerts alone",
            files: &[(
                "alertmanager.yml",
                slack!(
                    "alertname",
                    "send_resolved: true",
                    "title: '{{ .GroupLabels.alertname }}'",
                    "text: '{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ end }}'",
                ),
            )],
        },
        Example {
            title: "Telegram is told by default",
            files: &[(
                "alertmanager.yml",
                "route: {receiver: a}\nreceivers:\n  - name: a\n    telegram_configs:\n      - {bot_token: x, chat_id: 1, message: '{{ range .Alerts.Firing }}{{ .Labels.alertname }}{{ end }}'}\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "the resolved ones too",
            files: &[(
                "alertmanager.yml",
                slack!(
                    "alertname",
                    "send_resolved: true",
                    "text: '{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ end }}{{ range .Alerts.Resolved }}over: {{ .Annotations.summary }}{{ end }}'",
                ),
            )],
        },
        Example {
            title: "with something else",
            files: &[(
                "alertmanager.yml",
                slack!(
                    "alertname",
                    "send_resolved: true",
                    "text: '{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ else }}all over{{ end }}'",
                ),
            )],
        },
        Example {
            title: "nobody is told of resolved alerts",
            files: &[(
                "alertmanager.yml",
                slack!("alertname", "text: '{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ end }}'"),
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for outlet in context
        .facts
        .outlets()
        .iter()
        .filter(|outlet| outlet.send_resolved)
    {
        let Some(look) = look(outlet.kind) else {
            continue;
        };
        let bodies: Vec<&OutletText<'_>> = look.bodies(outlet).collect();
        let firing = samples(outlet, Status::Firing);
        let resolved = samples(outlet, Status::Resolved);
        if !bodies.iter().all(|body| shows_firing_alone(body))
            || !resolved
                .iter()
                .all(|data| said(outlet, &bodies, data) == Some(false))
            || !firing
                .iter()
                .any(|data| said(outlet, &bodies, data) == Some(true))
        {
            continue;
        }
        let is_cause = |body: &&&OutletText<'_>| {
            body.sent.node.is_some()
                && firing
                    .iter()
                    .any(|data| said(outlet, &[**body], data) == Some(true))
        };
        let Some(cause) = bodies.iter().find(is_cause) else {
            continue;
        };
        let title = look.title.and_then(|title| outlet.text(title));
        let differs = |title: &OutletText<'_>| {
            let renders = |data: &Data| outlet.render(title, data).ok();
            firing
                .iter()
                .zip(&resolved)
                .all(|(one, other)| renders(one) != renders(other))
        };
        let level = match title.is_some_and(differs) {
            true => Level::Warning,
            false => Level::Error,
        };
        let first = cause
            .uses
            .iter()
            .find(|used| used.what == Reference::Alerts(Which::Firing));
        let Some(place) = first.and_then(|first| outlet.place(cause, first.place)) else {
            continue;
        };
        let message = "the message about resolved alerts is empty: this shows those that are firing, and nothing else";
        let found = findings.add_at(level, place, message);
        let data = (firing.first(), resolved.first());
        if let (Some(firing), Some(resolved)) = data {
            for (state, data) in [("firing", firing), ("resolved", resolved)] {
                if let Ok(text) = outlet.render(cause, data) {
                    found.because(format!(
                        "{state}, the `{}` for `{}` is {}",
                        cause.sent.name,
                        outlet.receiver,
                        told(&text)
                    ));
                }
            }
        }
        found.help = Some(
            "go through `.Alerts.Resolved` as well, or through `.Alerts`; or set `send_resolved: false`".to_owned(),
        );
    }
}

/// Whether the message says anything below its title. Labels that the group may have are not what it depends on.
fn said(outlet: &Outlet<'_>, bodies: &[&OutletText<'_>], data: &Data) -> Option<bool> {
    let mut said = false;
    for body in bodies {
        let keys = body.uses.iter().map(|used| &used.what);
        let data = keys.fold(data.clone(), |data, what| match what {
            Reference::Key(Map::GroupLabels | Map::CommonLabels | Map::CommonAnnotations, _) => {
                super::marked(&data, what).unwrap_or(data)
            }
            _ => data,
        });
        said |= !outlet.render(body, &data).ok()?.trim().is_empty();
    }
    Some(said)
}

/// Whether nothing of an alert that is not firing can come into the text, and it does not ask what the message is about.
fn shows_firing_alone(text: &OutletText<'_>) -> bool {
    text.uses.iter().all(|used| match &used.what {
        Reference::Alerts(which) | Reference::AlertField(which, _) => *which == Which::Firing,
        Reference::Key(map, _) | Reference::Whole(map) => match map {
            Map::Labels(which) | Map::Annotations(which) => *which == Which::Firing,
            _ => true,
        },
        Reference::Field(name) => !matches!(&**name, "Status" | "NotificationReason"),
        Reference::UnknownField(..) | Reference::UnknownTemplate(_) => false,
        Reference::Function(_) | Reference::Template(_) => true,
    })
}
