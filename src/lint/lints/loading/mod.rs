//! What makes Prometheus or Alertmanager refuse a file.

pub mod duration_invalid;
pub mod feature_not_enabled;
pub mod promql_syntax;
pub mod template_invalid;
pub mod yaml_schema;

use crate::lint::{Context, Findings};
use crate::project::IssueKind;

/// Reports what loading found, as far as it is of one kind.
pub(super) fn report(context: &Context<'_>, findings: &mut Findings<'_>, kind: IssueKind) {
    for file in &context.environment.files {
        for issue in file.issues.iter().filter(|issue| issue.kind == kind) {
            findings.take(file.diagnostic(issue));
        }
    }
}
