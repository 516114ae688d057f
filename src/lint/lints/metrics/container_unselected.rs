//! `container-unselected`

use crate::analysis::RuleFacts;
use crate::catalogue;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Aggregate, Binary, BinaryOp, Expr, ExprKind, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "container-unselected",
    level: Level::Info,
    summary: "A metric of cAdvisor is read for every cgroup, not for containers alone.",
    documentation: "\
### What it does
Reports selectors of cAdvisor's metrics on memory, processors and limits (`container_memory_…`, `container_cpu_…`,
`container_spec_…`) that have no matcher of `name`, `container`, `pod`, `image`, `id` or `namespace`. One finding a rule.

### Why it matters
cAdvisor counts every cgroup of the machine: beside the containers there is `/`, which holds all of them, and the slices of
the system. A sum counts most of it twice, and an alert for each series is raised for `/` too.

### What it does not catch
Metrics that are joined to others by such a label (`on (namespace, pod, container)`) or to others that have such a matcher,
those that a recording rule aggregates by such a label, and those sought with `absent`. Whether relabelling drops the series
of other cgroups cannot be seen here, hence info; a complete dump of the settings that has no `id=\"/\"` settles it.",
    bad: &[Example {
        title: "the whole machine among its containers",
        files: &[(
            "rules.yml",
            alert!("container_memory_working_set_bytes / container_spec_memory_limit_bytes > 0.85"),
        )],
    }],
    good: &[
        Example {
            title: "containers only",
            files: &[(
                "rules.yml",
                alert!("'sum by (name) (rate(container_cpu_usage_seconds_total{name!=\"\"}[5m])) > 2'"),
            )],
        },
        Example {
            title: "joined by the name of the container",
            files: &[(
                "rules.yml",
                alert!("container_memory_working_set_bytes / on (namespace, pod, container) kube_pod_container_resource_limits > 0.9"),
            )],
        },
        Example {
            title: "the dump has containers only",
            files: &[
                (
                    "rulecheck.yaml",
                    "metrics:\n  dumps: {file: cadvisor.prom, complete: true}\n",
                ),
                (
                    "cadvisor.prom",
                    "# TYPE container_memory_rss gauge\ncontainer_memory_rss{id=\"/docker/a\",name=\"db\"} 5\n",
                ),
                ("rules.yml", alert!("container_memory_rss > 1e9")),
            ],
        },
    ],
    check: Check::Rule(check),
};

/// What tells a container from another cgroup.
const TELLING: [&str; 8] = [
    "name",
    "container",
    "pod",
    "image",
    "id",
    "namespace",
    "container_name",
    "pod_name",
];

/// What cAdvisor counts of every cgroup.
const OF_EVERY_CGROUP: [&str; 3] = ["container_memory_", "container_cpu_", "container_spec_"];

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some((part, name)) = first_unselected(context, rule, rule.expr) else {
        return;
    };
    let message = format!("`{name}` is read for every cgroup, not for containers alone");
    let found = findings.add(rule.place(part), message);
    found.because(
        "cAdvisor also has it for `/`, which holds all containers, and for the slices of the system",
    );
    found.help = Some(
        "`{name!=\"\"}` keeps the containers of Docker, `{container!=\"\"}` those of Kubernetes"
            .to_owned(),
    );
}

/// The first selector that counts all, with the name of its metric.
fn first_unselected<'x>(
    context: &Context<'_>,
    rule: RuleFacts<'_>,
    expr: &'x Expr,
) -> Option<(&'x Expr, &'x str)> {
    let is_settled = match &expr.kind {
        ExprKind::Call(call) => matches!(call.function.name, "absent" | "absent_over_time"),
        ExprKind::Binary(binary) => finds_containers(binary),
        // What is recorded for the empty name does nobody harm.
        ExprKind::Aggregate(aggregate) => !rule.at.rule.is_alert() && is_by_container(aggregate),
        _ => false,
    };
    if is_settled {
        return None;
    }
    if let Some(selector) = expr.selector()
        && let Some(name) = selector.metric_name()
        && counts_all(selector, name, context)
    {
        return Some((expr, name));
    }
    let mut parts = expr.children().into_iter();
    parts.find_map(|part| first_unselected(context, rule, part))
}

/// Whether series find each other by the name of a container, or one side has containers only.
fn finds_containers(binary: &Binary) -> bool {
    let Some(matching) = &binary.matching else {
        return false;
    };
    let mut labels = matching.labels.iter();
    let is_on = matching.on && labels.any(|label| TELLING.contains(&&*label.text));
    let mut is_selected = false;
    for side in [&binary.lhs, &binary.rhs] {
        side.walk(&mut |part| is_selected |= part.selector().is_some_and(picks_containers));
    }
    is_on || is_selected && !matches!(binary.op, BinaryOp::Or | BinaryOp::Unless)
}

fn is_by_container(aggregate: &Aggregate) -> bool {
    let grouping = aggregate.grouping.iter();
    let mut labels = grouping
        .filter(|grouping| !grouping.without)
        .flat_map(|grouping| &grouping.labels);
    labels.any(|label| TELLING.contains(&&*label.text))
}

fn picks_containers(selector: &VectorSelector) -> bool {
    selector.matchers.iter().any(|matcher| {
        let label = &*matcher.matcher.name;
        TELLING.contains(&label) || label.starts_with("container_label_")
    })
}

fn counts_all(selector: &VectorSelector, name: &str, context: &Context<'_>) -> bool {
    let is_of_cgroups = OF_EVERY_CGROUP.iter().any(|begin| name.starts_with(begin))
        && catalogue::find(name).is_some_and(|(program, ..)| program.name == "cadvisor");
    let known = &context.facts.known;
    let dumped = known.metrics.dumped(name);
    let only_containers = !dumped.is_empty()
        && dumped.iter().all(|dumped| {
            let metrics = dumped.family.metrics.iter();
            let mut labels = metrics.flat_map(|metric| &metric.labels);
            dumped.dump.is_complete && !labels.any(|(label, value)| label == "id" && value == "/")
        });
    is_of_cgroups && !picks_containers(selector) && !only_containers && !known.records.has(name)
}
