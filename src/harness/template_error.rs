use super::outcome::TemplateError;
use crate::alerting::{GroupRun, RuleKind};
use crate::diagnostic::Location;
use crate::target::Duration;
use crate::template::ERROR_TEXT;

/// Adds the templates of a group that fail for an alert that fires now; each template once.
pub(super) fn collect(group: &GroupRun<'_>, now: Duration, errors: &mut Vec<TemplateError>) {
    let failed = group
        .alerts()
        .filter(|(_, alert)| alert.template_failed && alert.fires());
    for (rule, alert) in failed {
        let RuleKind::Alerting { annotations, .. } = &rule.kind else {
            continue;
        };
        let labels = rule.labels.iter().map(|text| (text, &alert.labels));
        let annotations = annotations.iter().map(|text| (text, &alert.annotations));
        for (text, values) in labels.chain(annotations) {
            if text.template.is_none() {
                continue;
            }
            let Some(value) = values.get(&text.name) else {
                continue;
            };
            if !value.starts_with(ERROR_TEXT) {
                continue;
            }
            let location = Location::new(text.source.file(), text.source.span());
            let is_known = |error: &TemplateError| error.location.sort_key() == location.sort_key();
            if !errors.iter().any(is_known) {
                errors.push(TemplateError {
                    alert: rule.name.to_string(),
                    name: text.name.to_string(),
                    eval_time: now,
                    location,
                    text: value.to_owned(),
                });
            }
        }
    }
}
