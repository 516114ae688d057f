//! `capacity-literal`

use crate::analysis::RuleFacts;
use crate::analysis::{compared_with, names_read, number, quoted};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::number::format_plain;
use crate::promql::{BinaryOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "capacity-literal",
    level: Level::Info,
    summary: "Bytes are divided by a limit that is written as a number.",
    documentation: "\
### What it does
Reports a metric in bytes (its name ends in `_bytes`) that is divided by a number of a million or more and then compared. A
number that only turns bytes into another unit, such as `1024^2` or `1e9`, is none.

It tells how many decimal and binary units the number is, since `2G` is 2000000000 bytes in Kubernetes and 2147483648 in
Docker and Compose, and what becomes of the threshold if the limit was set in the other one. Where a well-known program has a
metric with the limit it is named.

### Why it matters
The limit is set elsewhere. When it is raised there, or was never the same number, the percentage is wrong.

### What it does not catch
Metrics whose name does not end in `_bytes`, bytes per second, and thresholds in bytes without a division.",
    bad: &[Example {
        title: "two gigabytes, of some kind",
        files: &[(
            "rules.yml",
            alert!("'container_memory_working_set_bytes{name=\"db\"} / 2000000000 > 0.85'"),
        )],
    }],
    good: &[
        Example {
            title: "the limit is a metric",
            files: &[(
                "rules.yml",
                alert!("'container_memory_working_set_bytes{name=\"db\"} / container_spec_memory_limit_bytes > 0.85'"),
            )],
        },
        Example {
            title: "other units, and a threshold in them",
            files: &[(
                "rules.yml",
                alert!("queue_bytes / 1024 / 1024 > 500 or queue_bytes / 1e9 > 0.5 or queue_bytes / 1024^3 > 2"),
            )],
        },
    ],
    check: Check::Rule(check),
};

/// Metrics of well-known programs that have the limit of what another one counts, by how the latter begins.
const LIMITS: [(&str, &str); 6] = [
    ("container_memory_", "container_spec_memory_limit_bytes"),
    ("container_fs_usage_bytes", "container_fs_limit_bytes"),
    ("node_memory_", "node_memory_MemTotal_bytes"),
    ("node_filesystem_", "node_filesystem_size_bytes"),
    (
        "prometheus_tsdb_storage_blocks_bytes",
        "prometheus_tsdb_retention_limit_bytes",
    ),
    ("redis_memory_used", "redis_memory_max_bytes"),
];

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(comparison) = &part.kind else {
            return;
        };
        let Some((compared, op, bound)) = compared_with(comparison) else {
            return;
        };
        let (ratio, scale) = without_hundred(compared);
        let ExprKind::Binary(division) = &ratio.kind else {
            return;
        };
        if division.op != BinaryOp::Div {
            return;
        }
        let Some(capacity) = number(&division.rhs).filter(|&number| is_capacity(number)) else {
            return;
        };
        let names = names_read(&division.lhs);
        let is_bytes = |name: &&str| name.ends_with("_bytes");
        let Some(name) = names.iter().copied().find(is_bytes) else {
            return;
        };
        if !names.iter().all(is_bytes) || is_per_second(&division.lhs) {
            return;
        }
        let message = format!(
            "a limit of {} is written as a number",
            in_units(capacity)
        );
        let found = findings.add(rule.place(&division.rhs), message);
        found.because(format!(
            "{} is compared with {} {}, so that {} stands for all there is",
            quoted(compared, rule.text()),
            op.as_str(),
            format_plain(bound),
            quoted(&division.rhs, rule.text()),
        ));
        if let Some((suffix, other)) = other_reading(capacity) {
            found.because(format!(
                "`{suffix}` is {} bytes in Kubernetes and {} in Docker and Compose; of {} this threshold is {:.0}%",
                format_plain(capacity.min(other)),
                format_plain(capacity.max(other)),
                format_plain(other),
                bound / scale * capacity / other * 100.0,
            ));
        }
        let known = LIMITS.iter().find(|(begin, _)| name.starts_with(begin));
        found.help = known.map(|(_, limit)| format!("divide by `{limit}`, which has the limit as it is set"));
    });
}

fn is_per_second(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(&part.kind,
            ExprKind::Call(call) if matches!(call.function.name, "rate" | "irate" | "deriv"));
    });
    found
}

/// The expression without a multiplication by a hundred, and what it was multiplied by.
fn without_hundred(expr: &Expr) -> (&Expr, f64) {
    let expr = expr.without_parens();
    if let ExprKind::Binary(binary) = &expr.kind
        && binary.op == BinaryOp::Mul
    {
        if number(&binary.rhs) == Some(100.0) {
            return (binary.lhs.without_parens(), 100.0);
        }
        if number(&binary.lhs) == Some(100.0) {
            return (binary.rhs.without_parens(), 100.0);
        }
    }
    (expr, 1.0)
}

/// Whether a number of bytes is a capacity rather than a unit.
fn is_capacity(number: f64) -> bool {
    let is_power_of = |base: f64| {
        let mut power = base;
        while power < number {
            power *= base;
        }
        power == number
    };
    number >= 1e6 && number.is_finite() && !is_power_of(10.0) && !is_power_of(1024.0)
}

/// Decimal and binary units, with the letter that both are written with in the limits of containers.
const UNITS: [(&str, f64, f64); 3] = [
    ("T", 1e12, 1024.0 * 1024.0 * 1024.0 * 1024.0),
    ("G", 1e9, 1024.0 * 1024.0 * 1024.0),
    ("M", 1e6, 1024.0 * 1024.0),
];

/// "2 GB, or 1.86 GiB".
fn in_units(bytes: f64) -> String {
    // The smallest unit is left: the number is at least a million.
    let (letter, decimal, binary) = UNITS
        .into_iter()
        .find(|(_, decimal, _)| bytes >= *decimal)
        .unwrap_or(UNITS[2]);
    let shown = |number: f64| {
        let text = format!("{number:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    format!(
        "{} {letter}B, or {} {letter}iB,",
        shown(bytes / decimal),
        shown(bytes / binary)
    )
}

/// A round number of units as limits are written, `2G`, and how many bytes it is where the letter means the other unit.
fn other_reading(bytes: f64) -> Option<(String, f64)> {
    UNITS.into_iter().find_map(|(letter, decimal, binary)| {
        [(decimal, binary), (binary, decimal)]
            .into_iter()
            .find_map(|(unit, other)| {
                let units = bytes / unit;
                (units.fract() == 0.0)
                    .then(|| (format!("{}{letter}", format_plain(units)), units * other))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_metrics_of_the_catalogue() {
        for (_, limit) in LIMITS {
            assert!(crate::catalogue::find(limit).is_some(), "{limit}");
        }
    }

    #[test]
    fn a_unit_is_no_capacity() {
        for unit in [1e6, 1e9, 1024.0 * 1024.0, 1024.0 * 1024.0 * 1024.0, 1000.0] {
            assert!(!is_capacity(unit), "{unit}");
        }
        for capacity in [2e9, 2_147_483_648.0, 512.0 * 1024.0 * 1024.0] {
            assert!(is_capacity(capacity), "{capacity}");
        }
    }

    #[test]
    fn the_same_letter_means_two_numbers() {
        assert_eq!(other_reading(2e9), Some(("2G".to_owned(), 2_147_483_648.0)));
        assert_eq!(other_reading(2_147_483_648.0), Some(("2G".to_owned(), 2e9)));
        assert_eq!(other_reading(1_234_567.0), None);
        assert_eq!(in_units(2e9), "2 GB, or 1.86 GiB,");
    }
}
