//! `template-invalid`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-invalid",
    level: Level::Error,
    summary: "The template in a label or annotation does not parse.",
    documentation: "\
### What it does
Parses the templates in labels and annotations of alerting rules as Prometheus does when it loads them: syntax, unknown
functions and unknown variables.

### Why it matters
Prometheus refuses the whole file.

### What it does not catch
Templates that parse and fail when the alert fires, such as a comparison of a float with an integer.",
    bad: &[Example {
        title: "a variable that does not exist",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: '{{ $label.instance }} is down'\n",
        )],
    }],
    good: &[Example {
        title: "a pipeline",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: '{{ $labels.instance | toUpper }} is down: {{ $value | humanize }}'\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    super::report(context, findings, IssueKind::Template);
}
