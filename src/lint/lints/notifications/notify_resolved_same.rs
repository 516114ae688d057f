//! `notify-resolved-same`

use super::{Look, look, samples, told};
use crate::analysis::{Outlet, OutletText, Status};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::alertmanager::{Data, Map, Reference, Which};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-resolved-same",
    level: Level::Error,
    summary: "A message about resolved alerts with the title of that about firing ones.",
    documentation: "\
### What it does
Runs the title of receivers that are told of resolved alerts (`send_resolved`, which many kinds do by default) on a message
with firing and on one with resolved alerts. Finds titles that are the same in both because they ask for no status. Where
there is no title the text is what people see first.

### Why it matters
\"DiskFull\" comes again when all is well, and reads as if it were not.

### Level
- An error where no word of the message tells: nothing below the title is left, or it is the same too and there is no colour.
- A warning where only the colour tells.
- Info where the text below the title tells.

### What it does not catch
Integrations that close what they opened, such as PagerDuty.",
    bad: &[
        Example {
            title: "a title without status, and nothing below it",
            files: &[(
                "alertmanager.yml",
                slack!(
                    "alertname",
                    "send_resolved: true",
                    "title: '[CRITICAL] {{ .GroupLabels.alertname }}'",
                    "text: '{{ range .Alerts.Firing }}{{ .Annotations.summary }}{{ end }}'",
                ),
            )],
        },
        Example {
            title: "the text is all there is",
            files: &[(
                "alertmanager.yml",
                "route: {receiver: a}\nreceivers:\n  - name: a\n    telegram_configs:\n      - {bot_token: x, chat_id: 1, message: '{{ range .Alerts }}{{ .Labels.alertname }}{{ end }}'}\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "a title with the status",
            files: &[(
                "alertmanager.yml",
                slack!(
                    "alertname",
                    "send_resolved: true",
                    "title: '[{{ .Status | toUpper }}] {{ .GroupLabels.alertname }}'",
                ),
            )],
        },
        Example {
            title: "nobody is told of resolved alerts",
            files: &[("alertmanager.yml", slack!("alertname", "title: '{{ .GroupLabels.alertname }}'"))],
        },
        Example {
            title: "the title that Alertmanager has",
            files: &[(
                "alertmanager.yml",
                slack!("alertname", "send_resolved: true", "text: '{{ .GroupLabels.alertname }}'"),
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
        let firing = samples(outlet, Status::Firing);
        let resolved = samples(outlet, Status::Resolved);
        let (Some(look), Some(example)) = (look(outlet.kind), firing.first()) else {
            continue;
        };
        let Some(title) = look.title(outlet, example) else {
            continue;
        };
        let pairs = || firing.iter().zip(&resolved);
        let Some(node) = title.sent.node.filter(|_| !asks_for_status(title)) else {
            continue;
        };
        let is_same = |(one, other): (&Data, &Data)| {
            let text = outlet.render(title, one).ok();
            text.is_some() && text == outlet.render(title, other).ok()
        };
        if !pairs().all(is_same) {
            continue;
        }
        let told_by = pairs().map(|(one, other)| tells(outlet, &look, title, one, other));
        let Some(told_by) = told_by.max() else {
            continue;
        };
        let (level, rest) = match told_by {
            Telling::Text => (Level::Info, "only the text below it tells"),
            Telling::Colour => (Level::Warning, "only the colour tells"),
            Telling::Nothing => (Level::Error, "no word of the message tells"),
        };
        let place = outlet.routing.alertmanager.file.location(node.span());
        let message = format!("this is the same for firing and for resolved alerts: {rest}");
        let found = findings.add_at(level, place, message);
        if let Ok(text) = outlet.render(title, example) {
            found.because(format!(
                "firing and resolved, the `{}` for `{}` is {}",
                title.sent.name,
                outlet.receiver,
                told(&text)
            ));
        }
        found.help = Some(
            "begin it with `[{{ .Status | toUpper }}]`, or set `send_resolved: false`".to_owned(),
        );
    }
}

/// By what people see that alerts have resolved, the plainest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Telling {
    Nothing,
    Colour,
    Text,
}

/// What else tells the two messages apart.
fn tells(
    outlet: &Outlet<'_>,
    look: &Look,
    title: &OutletText<'_>,
    firing: &Data,
    resolved: &Data,
) -> Telling {
    let below: Vec<&OutletText<'_>> = look
        .bodies(outlet)
        .filter(|text| text.sent.name != title.sent.name)
        .collect();
    let texts = |data: &Data| -> Vec<String> {
        let rendered = below.iter().map(|text| outlet.render(text, data));
        rendered.map(Result::unwrap_or_default).collect()
    };
    let (firing, resolved) = (texts(firing), texts(resolved));
    let is_gone = resolved.iter().all(|text| text.trim().is_empty());
    if firing == resolved {
        match look.has_colour {
            true => Telling::Colour,
            false => Telling::Nothing,
        }
    } else if is_gone {
        Telling::Nothing
    } else {
        Telling::Text
    }
}

/// Whether the text may differ by whether alerts are firing.
fn asks_for_status(text: &OutletText<'_>) -> bool {
    text.uses.iter().any(|used| match &used.what {
        Reference::Field(name) => matches!(&**name, "Status" | "NotificationReason"),
        Reference::Alerts(which) => *which != Which::All,
        Reference::AlertField(which, name) => {
            *which != Which::All || matches!(&**name, "Status" | "EndsAt")
        }
        Reference::Key(map, _) | Reference::Whole(map) => match map {
            Map::Labels(which) | Map::Annotations(which) => *which != Which::All,
            _ => false,
        },
        Reference::UnknownField(..) | Reference::UnknownTemplate(_) => true,
        Reference::Function(_) | Reference::Template(_) => false,
    })
}
