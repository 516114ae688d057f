//! `record-name-shape`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "record-name-shape",
    level: Level::Info,
    summary: "The name of a recorded series has no colon.",
    documentation: "\
### What it does
Reports a recording rule whose name has no colon. The custom is `level:metric:operations`, as in `job:errors:rate5m`;
metrics that programs expose have no colon.

### Why it matters
Nobody can see that the series comes from a rule, and a program may expose one of the same name.

### What it does not catch
Whether the level names the labels that the result has: too many good rules do not follow that.",
    bad: &[Example {
        title: "no colon",
        files: &[("rules.yml", rules!["- record: errors_rate", "  expr: sum by (job) (rate(errors_total[5m]))"])],
    }],
    good: &[Example {
        title: "names with colons",
        files: &[(
            "rules.yml",
            rules![
                "- record: job:errors:rate5m",
                "  expr: sum by (job) (rate(errors_total[5m]))",
                "- record: ':memory:sum'",
                "  expr: sum(memory_bytes)",
            ],
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (file, _, rule) in context.environment.rules() {
        let name = &rule.model.name;
        if rule.is_alert() || name.as_str().contains(':') || name.as_str().is_empty() {
            continue;
        }
        let message = format!("the recorded name `{}` has no colon", name.as_str());
        findings.add(file.location(name.span()), message).help =
            Some("by custom it is `level:metric:operations`, as in `job:errors:rate5m`".to_owned());
    }
}
