//! `am-null-entry`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::yaml::Node;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-null-entry",
    level: Level::Error,
    summary: "An empty item that is loaded and makes Alertmanager crash later.",
    documentation: "\
### What it does
Finds empty items of `inhibit_rules`, and of `fields` and `actions` of Slack. `amtool check-config` takes them.

### Why it matters
Alertmanager crashes: over an inhibit rule when it starts, over the others when the first alert is sent.

### What it does not catch
Empty routes, receivers and integrations, which are refused: `yaml-schema` tells of these.",
    bad: &[
        Example { title: "a dash too many", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ninhibit_rules:\n  -\n")] },
        Example { title: "an empty field", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        fields: [null]\n")] },
    ],
    good: &[
        Example { title: "empty lists", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        fields: []\ninhibit_rules:\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let tree = &alertmanager.file.tree;
        let root = tree.root(0);
        let mut lists: Vec<Node<'_>> = root
            .and_then(|root| root.get("inhibit_rules"))
            .into_iter()
            .collect();
        let receivers = alertmanager.item.config.receivers.iter();
        for integration in receivers.flat_map(|receiver| &receiver.integrations) {
            if integration.key.as_str() == "slack_configs" {
                let node = tree.node(integration.node);
                lists.extend(
                    ["fields", "actions"]
                        .iter()
                        .filter_map(|name| node.get(name)),
                );
            }
        }
        let items = lists.into_iter().flat_map(Node::items);
        for item in items.filter(|item| item.is_null()) {
            let place = alertmanager.file.location(item.span());
            let message = "this item is empty: it is loaded, and Alertmanager crashes on it";
            findings.add(place, message).help =
                Some("write the item, or remove its dash".to_owned());
        }
    }
}
