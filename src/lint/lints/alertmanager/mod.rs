//! Lints of the group `alertmanager`.

pub mod am_ignored_null;
pub mod am_interval_unused;
pub mod am_interval_utc;
pub mod am_matcher_classic;
pub mod am_matcher_equality;
pub mod am_matcher_odd;
pub mod am_matcher_static;
pub mod am_mojibake;
pub mod am_month_never;
pub mod am_null_entry;
pub mod am_placeholder_url;
pub mod am_receiver_unused;
pub mod am_resolve_timeout;
pub mod am_template_file;
pub mod am_template_inline;
pub mod deprecated_match;
pub mod env_placeholder;
pub mod undefined_receiver;
pub mod undefined_time_interval;

use crate::diagnostic::nearest;
use crate::model::{self, AlertmanagerConfig, Field, Text, scalars};
use crate::notify::PlacedMatcher;
use crate::project::{Alertmanager, Located};
use crate::target::Target;
use crate::template::{TemplateError, alertmanager_functions};

/// Fields of integrations that are sent as they are, or not sent at all; with the list where it matters.
const NO_TEMPLATES: [(&str, &str); 16] = [
    ("", "http_config"),
    ("", "tls_config"),
    ("", "sigv4"),
    ("", "api_url"),
    ("", "webhook_url"),
    ("", "smarthost"),
    ("", "hello"),
    ("", "auth_username"),
    ("", "auth_password"),
    ("", "auth_secret"),
    ("", "auth_identity"),
    ("", "responders"),
    ("", "parse_mode"),
    ("webhook_configs", "url"),
    ("discord_configs", "username"),
    ("discord_configs", "avatar_url"),
];

/// The fields of all receivers that are templates with an action in them.
fn template_fields(alertmanager: Located<'_, Alertmanager>) -> Vec<Field> {
    let receivers = alertmanager.item.config.receivers.iter();
    let mut found = Vec::new();
    for integration in receivers.flat_map(|receiver| &receiver.integrations) {
        let list = integration.key.as_str();
        let is_template = |field: &Field| {
            let first = field.path.split(['.', '[']).next().unwrap_or_default();
            let mut others = NO_TEMPLATES.iter();
            !first.ends_with("_file")
                && field.value.as_str().contains("{{")
                && !others.any(|&(of, name)| name == first && (of.is_empty() || of == list))
        };
        let fields = scalars(&alertmanager.file.tree, integration.node);
        found.extend(fields.into_iter().filter(is_template));
    }
    found
}

/// Every scalar in `global` and in the integrations of receivers.
fn fields(alertmanager: Located<'_, Alertmanager>) -> Vec<Field> {
    let config = &alertmanager.item.config;
    let receivers = config.receivers.iter();
    let integrations = receivers.flat_map(|receiver| &receiver.integrations);
    let nodes = config
        .global
        .into_iter()
        .chain(integrations.map(|integration| integration.node));
    nodes
        .flat_map(|node| scalars(&alertmanager.file.tree, node))
        .collect()
}

/// Every matcher of routes and inhibit rules.
fn matchers(alertmanager: &Alertmanager) -> impl Iterator<Item = &PlacedMatcher> {
    let mut found: Vec<&PlacedMatcher> = Vec::new();
    if let Some(root) = &alertmanager.route {
        root.walk(&mut |route| found.extend(&route.matchers));
    }
    for rule in &alertmanager.inhibit_rules {
        found.extend(rule.source.iter().chain(&rule.target));
    }
    found.into_iter()
}

/// Every text of `matchers` and its like.
fn matcher_texts(config: &AlertmanagerConfig) -> Vec<&Text> {
    let mut found: Vec<&Text> = Vec::new();
    let mut open: Vec<&model::Route> = config.route.iter().collect();
    while let Some(route) = open.pop() {
        open.extend(&route.routes);
        found.extend(&route.matching.matchers);
    }
    for rule in &config.inhibit_rules {
        found.extend(rule.source.matchers.iter().chain(&rule.target.matchers));
    }
    found
}

/// The way out of a template that does not parse.
fn template_help(error: &TemplateError, target: &Target) -> String {
    let nearest = |name| nearest(name, alertmanager_functions(target));
    match (error.since, error.missing_function()) {
        (Some(since), _) => format!("Alertmanager {since} has this function"),
        (None, Some(name)) => match nearest(name) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => {
                "the functions of Prometheus's templates are not those of Alertmanager's".to_owned()
            }
        },
        (None, None)
            if ["$labels", "$value"].iter().any(|name| {
                error.message == format!("undefined variable {}", crate::labels::quote(name))
            }) =>
        {
            "only Prometheus's templates have it: write `.CommonLabels.x`, or \
             `{{ range .Alerts }}{{ .Labels.x }}{{ end }}`"
                .to_owned()
        }
        (None, None) => "write it as Go's text/template reads it".to_owned(),
    }
}
