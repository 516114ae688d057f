//! `notify-shared-webhook`

use std::collections::BTreeMap;

use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::yaml::Node;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-shared-webhook",
    level: Level::Info,
    summary: "Different channels of Slack through one webhook.",
    documentation: "\
### What it does
Looks for integrations of Slack that have the same webhook, their own or that of `global`, and different channels.

### Why it matters
The webhook of a Slack app belongs to one channel, and Slack passes over `channel`: all that is sent comes to that one. Only
webhooks of the old kind, and tokens, may name the channel.

### What it does not catch
Addresses in files, channels that are templates, and which kind of webhook it is.",
    bad: &[Example {
        title: "two channels, one address",
        files: &[(
            "alertmanager.yml",
            "global: {slack_api_url: https://hooks.slack.com/services/T0/B0/x}\nroute: {receiver: a}\nreceivers:\n  - name: a\n    slack_configs: [{channel: '#all'}]\n  - name: b\n    slack_configs: [{channel: '#page'}]\n",
        )],
    }],
    good: &[
        Example {
            title: "an address each",
            files: &[(
                "alertmanager.yml",
                "global: {slack_api_url: https://hooks.slack.com/services/T0/B0/x}\nroute: {receiver: a}\nreceivers:\n  - name: a\n    slack_configs: [{channel: '#all'}]\n  - name: b\n    slack_configs: [{channel: '#page', api_url: https://hooks.slack.com/services/T0/B1/y}]\n",
            )],
        },
        Example {
            title: "a token instead of a webhook",
            files: &[(
                "alertmanager.yml",
                "global: {slack_api_url: https://slack.com/api/chat.postMessage}\nroute: {receiver: a}\nreceivers:\n  - name: a\n    slack_configs: [{channel: '#all'}]\n  - name: b\n    slack_configs: [{channel: '#page'}]\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let tree = &alertmanager.file.tree;
        let config = &alertmanager.item.config;
        let global = config.global.map(|global| tree.node(global));
        let integrations = config
            .receivers
            .iter()
            .flat_map(|receiver| &receiver.integrations);
        let slack = integrations.filter(|integration| integration.key.as_str() == "slack_configs");
        let mut known: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
        for node in slack.map(|integration| tree.node(integration.node)) {
            let own = ["api_url", "api_url_file", "app_token", "app_token_file"];
            let has_own = own.iter().any(|key| node.get(key).is_some());
            let url = match has_own {
                true => node.get("api_url"),
                false => global.and_then(|global| global.get("slack_api_url")),
            };
            let channel = node.get("channel");
            if let (Some(url), Some(channel)) = (url.and_then(Node::scalar), channel)
                && is_webhook(url)
                && channel.scalar().is_some_and(|text| !text.contains("{{"))
            {
                known.entry(url).or_default().push(channel);
            }
        }
        for channels in known.into_values() {
            let first = channels[0];
            let Some(other) = channels
                .iter()
                .find(|other| other.scalar() != first.scalar())
            else {
                continue;
            };
            let place = alertmanager.file.location(other.span());
            let message =
                "the same webhook serves another channel: that of an app passes over this one";
            let found = findings.add(place, message);
            found.related.push(Related {
                location: alertmanager.file.location(first.span()),
                text: "the other channel".to_owned(),
            });
            found.help = Some("give each channel a webhook of its own".to_owned());
        }
    }
}

/// Whether it is a webhook of Slack, as far as the address or the placeholder for it tells.
fn is_webhook(url: &str) -> bool {
    let url = url.to_lowercase();
    url.contains("hooks.slack.com") || !url.contains("://") && url.contains("slack")
}
