//! `promql-syntax`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "promql-syntax",
    level: Level::Error,
    summary: "The expression of a rule does not parse, or its types do not fit.",
    documentation: "\
### What it does
Parses every expression as the Prometheus aimed at would, with its words and its position, and checks the types: a
function that wants a range vector, a comparison of two numbers without `bool`, and so on.

Of `VMRule` objects, which vmalert reads, it is info: MetricsQL is more than PromQL.

### Why it matters
Prometheus refuses the whole file.

### What it does not catch
Whether the metrics exist, and whether the expression can ever be true.",
    bad: &[Example {
        title: "a parenthesis too few",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(rate(x_total[5m])\n",
        )],
    }],
    good: &[Example {
        title: "a block with a comment",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: |\n          # per second\n          sum(rate(x_total[5m]))\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    super::report(context, findings, IssueKind::Promql);
    super::report(context, findings, IssueKind::Other);
}
