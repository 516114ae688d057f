use std::collections::BTreeMap;
use std::sync::Arc;

use crate::labels::Labels;
use crate::model::{self, AlertmanagerConfig};
use crate::notify::{InhibitRule, Route, Window};
use crate::target::Duration;
use crate::yaml::{NodeId, Tree};

/// The configuration of Alertmanager as far as it decides what is sent when.
#[derive(Clone, Debug)]
pub struct Setup<'c> {
    /// The root of the route tree.
    pub route: &'c Route,
    /// The inhibit rules.
    pub inhibit_rules: &'c [InhibitRule],
    /// The named intervals.
    pub intervals: BTreeMap<Arc<str>, Vec<Window>>,
    /// The receivers by name.
    pub receivers: BTreeMap<Arc<str>, Receiver>,
    /// How long an alert fires that comes without an end.
    pub resolve_timeout: Duration,
}

/// A receiver.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    /// Its integrations, in the order in which Alertmanager builds them.
    pub integrations: Vec<Integration>,
}

/// One way in which a receiver is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Integration {
    /// Its kind: `slack`, `email`, `webhook`.
    pub kind: &'static str,
    /// Whether it is told when alerts have resolved.
    pub send_resolved: bool,
    /// What the configuration says of it.
    pub node: NodeId,
}

/// The kinds of integrations in the order in which Alertmanager builds them, and whether each tells of resolved alerts
/// where nobody says.
const KINDS: [(&str, bool); 18] = [
    ("webhook", true),
    ("email", false),
    ("slack", false),
    ("pushover", true),
    ("pagerduty", true),
    ("incidentio", true),
    ("opsgenie", true),
    ("wechat", false),
    ("victorops", true),
    ("sns", true),
    ("telegram", true),
    ("discord", true),
    ("webex", true),
    ("msteams", true),
    ("msteamsv2", true),
    ("jira", true),
    ("rocketchat", false),
    ("mattermost", true),
];

impl<'c> Setup<'c> {
    /// What a configuration says, whose routes and inhibit rules have been read. Names that nothing defines are told by
    /// loading; here they stand for nothing.
    #[must_use]
    pub fn new(
        config: &AlertmanagerConfig,
        tree: &Tree,
        route: &'c Route,
        inhibit_rules: &'c [InhibitRule],
    ) -> Self {
        let intervals = config.time_intervals.iter().filter_map(|interval| {
            let name = interval.name.as_ref()?.as_str().into();
            let windows = interval.intervals.iter().cloned().map(Window::new);
            Some((name, windows.collect()))
        });
        let receivers = config.receivers.iter().filter_map(|receiver| {
            let name = receiver.name.as_ref()?.as_str().into();
            Some((name, Receiver::new(receiver, tree)))
        });
        Self {
            route,
            inhibit_rules,
            intervals: intervals.collect(),
            receivers: receivers.collect(),
            resolve_timeout: config
                .resolve_timeout
                .map_or(Duration::from_ms(5 * 60_000), |timeout| timeout.value),
        }
    }
}

impl Receiver {
    fn new(receiver: &model::Receiver, tree: &Tree) -> Self {
        let of_kind = |(kind, default): (&'static str, bool)| {
            let integrations = receiver.integrations.iter();
            let of_kind = integrations.filter(move |integration| {
                integration.key.as_str().strip_suffix("_configs") == Some(kind)
            });
            of_kind.map(move |integration| {
                let own = tree.node(integration.node).get("send_resolved");
                Integration {
                    kind,
                    send_resolved: own.and_then(model::truth_of).unwrap_or(default),
                    node: integration.node,
                }
            })
        };
        Self {
            integrations: KINDS.into_iter().flat_map(of_kind).collect(),
        }
    }
}

impl Setup<'_> {
    /// Whether one of the intervals of these names holds.
    pub(super) fn holding<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        now: i64,
    ) -> Option<&'n str> {
        names.into_iter().find(|name| {
            let windows = self.intervals.get(*name);
            windows.is_some_and(|windows| windows.iter().any(|window| window.contains(now)))
        })
    }
}

impl InhibitRule {
    /// Whether an alert with these labels is a target of the rule.
    #[must_use]
    pub fn has_target(&self, labels: &Labels) -> bool {
        self.target.iter().all(|placed| placed.holds(labels))
    }

    /// Whether an alert with these labels is a source of the rule.
    #[must_use]
    pub fn has_source(&self, labels: &Labels) -> bool {
        self.source.iter().all(|placed| placed.holds(labels))
    }

    /// Whether a firing alert keeps another one back, of which it is known that it is a target. Where both sides of the rule
    /// hold for the target, sources for which both hold do not count (`inhibit.Inhibitor`).
    #[must_use]
    pub fn inhibits(&self, source: &Labels, target: &Labels) -> bool {
        self.has_source(source)
            && self
                .equal
                .iter()
                .all(|label| value(source, &label.name) == value(target, &label.name))
            && !(self.has_source(target) && self.has_target(source))
    }
}

/// A label that is absent counts as empty.
fn value<'l>(labels: &'l Labels, name: &str) -> &'l str {
    labels.get(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::source::SourceFile;
    use crate::target::Target;

    #[test]
    fn resolved_alerts_are_told_in_every_word_for_true_and_by_default_where_nothing_is_said() {
        for (said, told_by_slack) in [
            ("send_resolved: true", true),
            ("send_resolved: yes", true),
            ("send_resolved: On", true),
            ("send_resolved: False", false),
            ("send_resolved:", false),
            ("channel: '#ops'", false),
        ] {
            let yaml = format!(
                "route: {{receiver: team}}\nreceivers:\n  - name: team\n    webhook_configs:\n      - url: http://hooks.example/\n        send_resolved:\n    slack_configs:\n      - api_url: http://hooks.example/\n        {said}\n"
            );
            let file = SourceFile::new("alertmanager.yml", yaml);
            let tree = Arc::new(Tree::parse(&file));
            let (config, _) = model::decode_alertmanager(&tree, 0, &Target::default());
            let receiver = Receiver::new(&config.receivers[0], &tree);
            let told: Vec<_> = receiver
                .integrations
                .iter()
                .map(|integration| (integration.kind, integration.send_resolved))
                .collect();
            assert_eq!(
                told,
                [("webhook", true), ("slack", told_by_slack)],
                "{said}"
            );
        }
    }
}
