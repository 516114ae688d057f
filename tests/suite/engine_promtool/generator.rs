//! Random series and expressions for promtool 2.42: the same seed gives the same cases everywhere.

use std::fmt::Write as _;

pub use crate::common::Dice;

/// A fixture with `count` questions about random series, all expecting nothing; no question stands in it twice.
pub fn fixture(dice: &mut Dice, count: usize) -> String {
    let interval = dice.pick(&["15s", "30s", "1m", "1m", "7s", "2m"]);
    let step = dice.pick(&["30s", "1m", "1m", "20s"]);
    let mut text =
        format!("evaluation_interval: {step}\ntests:\n- interval: {interval}\n  input_series:\n");
    series(&mut text, dice);
    text.push_str("  promql_expr_test:\n");
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < count {
        let expr = root(dice);
        // What is rounded must not become a label, nor be blown up by a periodic function.
        let has = |names: &[&str]| names.iter().any(|name| expr.contains(name));
        let (adds_up, is_periodic) = (has(&["sum", "avg", "std"]), has(&["sin", "cos", "tan"]));
        let is_rounded = adds_up || is_periodic || has(&["exp", "ln", "log", "^"]);
        if (has(&["count_values"]) && is_rounded) || (adds_up && is_periodic) {
            continue;
        }
        if expr.contains("predict_linear") && expr.contains('@') && expr.contains(':') {
            continue;
        }
        let time = dice.pick(&[
            "0s", "1m", "3m", "5m", "5m1s", "7m30s", "10m", "12m", "14m59s", "20m", "25m", "31m",
        ]);
        if seen.insert((expr.clone(), time)) {
            let _ = writeln!(
                text,
                "  - {{expr: '{}', eval_time: {time}, exp_samples: []}}",
                expr.replace('\'', "''")
            );
        }
    }
    text
}

fn series(text: &mut String, dice: &mut Dice) {
    for name in ["a_total", "b_total", "gauge", "load"] {
        for job in ["a", "b"] {
            for instance in ["0", "1", "2"] {
                if dice.chance(60) {
                    let values = if name.ends_with("_total") {
                        counter(dice)
                    } else {
                        gauge(dice)
                    };
                    let _ = writeln!(
                        text,
                        "  - {{series: '{name}{{job=\"{job}\", instance=\"{instance}\"}}', values: '{values}'}}"
                    );
                }
            }
        }
    }
    for job in ["a", "b"] {
        let mut count = 0;
        for le in ["0.1", "0.5", "1", "2.5", "+Inf"] {
            count += dice.below(4);
            if dice.chance(95) {
                let _ = writeln!(
                    text,
                    "  - {{series: 'size_bucket{{job=\"{job}\", le=\"{le}\"}}', values: '{}'}}",
                    match dice.below(8) {
                        0 => format!("0+{}x20 _x3 5+{count}x40", count + dice.below(2)),
                        _ => format!("{count}+{count}x60"),
                    }
                );
            }
        }
    }
    let _ = writeln!(
        text,
        "  - {{series: 'info{{job=\"a\", version=\"v1\"}}', values: '1x60'}}"
    );
    let _ = writeln!(
        text,
        "  - {{series: 'info{{job=\"b\", version=\"v2\"}}', values: '1x20 stale'}}"
    );
}

/// A counter: it grows, is reset, has gaps.
fn counter(dice: &mut Dice) -> String {
    let parts: Vec<String> = (0..1 + dice.below(4))
        .map(|_| match dice.below(8) {
            0 => format!("_x{}", 1 + dice.below(8)),
            1 => "stale".to_owned(),
            2 => format!("{}", dice.below(50)),
            _ => format!(
                "{}+{}x{}",
                dice.below(20),
                dice.pick(&["0", "1", "2.5", "10", "0.75", "128"]),
                dice.below(30)
            ),
        })
        .collect();
    parts.join(" ")
}

/// A gauge: anything.
fn gauge(dice: &mut Dice) -> String {
    let parts: Vec<String> = (0..1 + dice.below(6))
        .map(|_| match dice.below(10) {
            0 => format!("_x{}", 1 + dice.below(8)),
            1 => "stale".to_owned(),
            2 => dice
                .pick(&["NaN", "Inf", "-Inf", "1e-3", "0", "-0", "1.5e6"])
                .to_owned(),
            3 => format!("{}x{}", dice.below(9), dice.below(9)),
            4 => format!(
                "{}-{}x{}",
                dice.below(90),
                dice.pick(&["1", "2.25", "0.5"]),
                dice.below(20)
            ),
            _ => format!(
                "-{}+{}x{}",
                dice.below(9),
                dice.pick(&["1", "3.5", "0.125"]),
                dice.below(20)
            ),
        })
        .collect();
    parts.join(" ")
}

/// An expression; those whose order or ties matter stand outermost only.
fn root(dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => format!(
            "{}{} ({}, {})",
            dice.pick(&["topk", "bottomk"]),
            grouping(dice),
            dice.pick(&["1", "2", "3", "0", "-1", "2.9"]),
            vector(dice, 2)
        ),
        1 => format!("{}({})", dice.pick(&["sort", "sort_desc"]), vector(dice, 3)),
        2 => scalar(dice, 3),
        _ => vector(dice, 4),
    }
}

fn vector(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 {
        return selector(dice);
    }
    let depth = depth - 1;
    match dice.below(26) {
        0..=2 => selector(dice),
        3..=7 => of_range(dice, depth),
        8..=9 => {
            let function = dice.pick(&[
                "abs",
                "ceil",
                "floor",
                "sqrt",
                "sgn",
                "timestamp",
                "exp",
                "ln",
                "log2",
                "log10",
                "deg",
                "rad",
                "sin",
                "cos",
                "tan",
                "asin",
                "acos",
                "atan",
                "sinh",
                "cosh",
                "tanh",
                "asinh",
                "acosh",
                "atanh",
                "round",
            ]);
            format!("{function}({})", vector(dice, depth))
        }
        10 => {
            let function = dice.pick(&[
                "minute",
                "hour",
                "day_of_week",
                "day_of_month",
                "day_of_year",
                "days_in_month",
                "month",
                "year",
            ]);
            if dice.chance(20) {
                format!("{function}()")
            } else {
                format!("{function}({} * 86400)", vector(dice, depth))
            }
        }
        11 => match dice.below(4) {
            0 => format!(
                "clamp({}, {}, {})",
                vector(dice, depth),
                scalar(dice, 1),
                scalar(dice, 1)
            ),
            1 => format!("clamp_max({}, {})", vector(dice, depth), scalar(dice, 1)),
            2 => format!("clamp_min({}, {})", vector(dice, depth), scalar(dice, 1)),
            _ => format!(
                "round({}, {})",
                vector(dice, depth),
                dice.pick(&["0.1", "5", "0", "-2", "0.5"])
            ),
        },
        12..=15 => {
            let op = dice.pick(&[
                "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar",
            ]);
            format!("{op}{} ({})", grouping(dice), vector(dice, depth))
        }
        16 => match dice.below(2) {
            0 => format!(
                "quantile{} ({}, {})",
                grouping(dice),
                dice.pick(&["0", "0.3", "0.5", "0.99", "1", "2", "-1", "NaN"]),
                vector(dice, depth)
            ),
            _ => format!(
                "count_values{} (\"v\", {})",
                grouping(dice),
                vector(dice, depth)
            ),
        },
        17..=20 => binary(dice, depth),
        21 => format!("-{}", in_parens(&vector(dice, depth))),
        22 => match dice.below(3) {
            0 => format!(
                "label_replace({}, \"{}\", \"{}\", \"{}\", \"{}\")",
                vector(dice, depth),
                dice.pick(&["copy", "job", "instance"]),
                dice.pick(&["x$1", "$1-$2", "", "same"]),
                dice.pick(&["job", "instance", "nope", "__name__"]),
                dice.pick(&["(.*)", "(a|0)(.*)", "b", "", "(.)"])
            ),
            1 => format!(
                "label_join({}, \"joined\", \"-\", \"job\", \"instance\", \"nope\")",
                vector(dice, depth)
            ),
            _ => format!("absent({})", vector(dice, depth)),
        },
        23 => format!("vector({})", scalar(dice, depth)),
        24 => format!(
            "histogram_quantile({}, {})",
            dice.pick(&["0", "0.5", "0.9", "1", "2", "-1", "NaN"]),
            match dice.below(4) {
                0 => "size_bucket".to_owned(),
                1 => format!("sum by (le) (rate(size_bucket[{}]))", window(dice)),
                2 => format!("rate(size_bucket[{}])", window(dice)),
                _ => "sum without (job) (size_bucket)".to_owned(),
            }
        ),
        _ => in_parens(&vector(dice, depth)),
    }
}

fn in_parens(expr: &str) -> String {
    format!("({expr})")
}

fn scalar(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 || dice.chance(50) {
        return dice
            .pick(&[
                "0", "1", "2", "-3", "0.5", "100", "1e3", "NaN", "Inf", "-Inf", "0x1f", "time()",
                "pi()",
            ])
            .to_owned();
    }
    match dice.below(3) {
        0 => format!("scalar({})", vector(dice, depth - 1)),
        1 => format!(
            "({} {} {})",
            scalar(dice, depth - 1),
            dice.pick(&[
                "+", "-", "*", "/", "%", "^", "== bool", "> bool", "!= bool", "<= bool"
            ]),
            scalar(dice, depth - 1)
        ),
        _ => format!("-({})", scalar(dice, depth - 1)),
    }
}

/// A function of a range vector.
fn of_range(dice: &mut Dice, depth: usize) -> String {
    let range = range(dice, depth);
    match dice.below(12) {
        0 => format!(
            "quantile_over_time({}, {range})",
            dice.pick(&["0", "0.25", "0.9", "1", "1.5", "-0.1"])
        ),
        1 => format!(
            "predict_linear({range}, {})",
            dice.pick(&["60", "3600", "-30", "0"])
        ),
        2 => format!(
            "holt_winters({range}, {}, {})",
            dice.pick(&["0.1", "0.5"]),
            dice.pick(&["0.3", "0.9"])
        ),
        3 => format!("absent_over_time({range})"),
        _ => {
            let function = dice.pick(&[
                "rate",
                "rate",
                "rate",
                "irate",
                "increase",
                "increase",
                "delta",
                "idelta",
                "deriv",
                "changes",
                "resets",
                "avg_over_time",
                "sum_over_time",
                "min_over_time",
                "max_over_time",
                "count_over_time",
                "last_over_time",
                "present_over_time",
                "stddev_over_time",
                "stdvar_over_time",
            ]);
            format!("{function}({range})")
        }
    }
}

fn range(dice: &mut Dice, depth: usize) -> String {
    if depth > 0 && dice.chance(25) {
        let step = dice.pick(&["", "30s", "1m", "17s", "2m"]);
        return format!(
            "{}[{}:{step}]{}",
            in_parens(&vector(dice, depth.min(2) - 1)),
            window(dice),
            modifiers(dice)
        );
    }
    format!(
        "{}[{}]{}",
        bare_selector(dice),
        window(dice),
        modifiers(dice)
    )
}

fn window(dice: &mut Dice) -> &'static str {
    dice.pick(&["1m", "90s", "2m", "5m", "5m", "10m", "17m", "30m", "45s"])
}

fn modifiers(dice: &mut Dice) -> &'static str {
    match dice.below(10) {
        0 => " offset 1m",
        1 => dice.pick(&[
            " offset 3m20s",
            " offset -2m",
            " @ 300",
            " @ 61.5 offset 30s",
            " @ end()",
            " offset 1m @ start()",
        ]),
        _ => "",
    }
}

fn selector(dice: &mut Dice) -> String {
    format!("{}{}", bare_selector(dice), modifiers(dice))
}

fn bare_selector(dice: &mut Dice) -> String {
    let name = dice.pick(&[
        "a_total",
        "a_total",
        "b_total",
        "gauge",
        "gauge",
        "load",
        "size_bucket",
        "info",
        "nope",
    ]);
    let matchers = dice.pick(&[
        "",
        "",
        "",
        "{job=\"a\"}",
        "{job!=\"a\"}",
        "{instance=~\"0|2\"}",
        "{instance!~\"1.*\", job=\"b\"}",
        "{nope=\"\"}",
        "{job=~\".+\"}",
        "{instance=\"1\"}",
    ]);
    if dice.chance(4) {
        return "{__name__=~\"(a|b)_total\", job=\"a\"}".to_owned();
    }
    format!("{name}{matchers}")
}

fn grouping(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "",
        "",
        " by (job)",
        " by (instance)",
        " by (job, instance)",
        " without (instance)",
        " without (job, le)",
        " by (le)",
        " by ()",
        " without ()",
        " by (nope)",
    ])
}

fn binary(dice: &mut Dice, depth: usize) -> String {
    let arithmetic = ["+", "-", "*", "/", "%", "^", "atan2"];
    let comparison = ["==", "!=", ">", "<", ">=", "<="];
    let (op, is_comparison, is_set) = match dice.below(10) {
        0..=4 => (dice.pick(&arithmetic), false, false),
        5..=7 => (dice.pick(&comparison), true, false),
        _ => (dice.pick(&["and", "or", "unless"]), false, true),
    };
    let modifier = if is_comparison && dice.chance(40) {
        " bool"
    } else {
        ""
    };
    if !is_set && dice.chance(35) {
        let (vector, scalar) = (in_parens(&vector(dice, depth)), scalar(dice, 1));
        return match dice.chance(70) {
            true => format!("{vector} {op}{modifier} {scalar}"),
            false => format!("{scalar} {op}{modifier} {vector}"),
        };
    }
    let matching = match dice.below(10) {
        0 => " on (job)",
        1 => " ignoring (instance)",
        2 => " on (job, instance)",
        3 => " on ()",
        _ => "",
    };
    let side = match dice.below(6) {
        _ if is_set || matching.is_empty() => "",
        0 => " group_left ()",
        1 => " group_right ()",
        2 => " group_left (version)",
        3 => " group_left (nope, job2)",
        _ => "",
    };
    let left = in_parens(&vector(dice, depth));
    let right = if side.contains("version") {
        "info".to_owned()
    } else {
        in_parens(&vector(dice, depth))
    };
    format!("{left} {op}{modifier}{matching}{side} {right}")
}
