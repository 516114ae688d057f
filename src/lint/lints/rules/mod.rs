//! What the team demands of its rules.

pub mod for_bounds;
pub mod required_metadata;
pub mod severity_label;

use crate::model::Requirement;
use crate::project::Rule;

/// The label that says how bad an alert is.
const SEVERITY: &str = "severity";

/// Whether a requirement of the settings is about this rule.
fn applies(requirement: &Requirement, rule: &Rule) -> bool {
    let fixed = |name: &str| rule.label(name).and_then(|label| label.fixed());
    let severity_fits = requirement.severity.is_empty()
        || fixed(SEVERITY)
            .is_some_and(|severity| requirement.severity.iter().any(|wanted| wanted == severity));
    severity_fits
        && requirement
            .label
            .iter()
            .all(|(name, value)| fixed(name) == Some(value))
}

/// Of whom a requirement speaks, for messages: ` of severity critical`.
fn whom(requirement: &Requirement) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !requirement.severity.is_empty() {
        parts.push(format!("severity {}", requirement.severity.join(" or ")));
    }
    for (name, value) in &requirement.label {
        parts.push(format!("{name} {value}"));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" of {}", parts.join(" and "))
    }
}
