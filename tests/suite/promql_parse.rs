//! The parser against Prometheus's own tests and against the expressions of real rules.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]
use crate::promql_corpus;

use promql_corpus::{corpus, every_feature, expressions, queries};
use rulecheck::promql::{ExprKind, ParseError, parse};
use rulecheck::source::Span;
use rulecheck::target::{Target, Version};

/// What `parse_test.jsonl` says of one input.
struct Case {
    input: String,
    ok: bool,
    errors: Vec<(usize, usize, String)>,
}

fn cases(text: &str) -> Vec<Case> {
    let case = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let input = row["input"].as_str().unwrap().to_owned();
        let number = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        let errors = row["errors"].as_array().unwrap().iter();
        let errors = errors.map(|e| (number(&e[0]), number(&e[1]), e[2].as_str().unwrap().into()));
        Case {
            errors: errors.collect(),
            ok: row["ok"].as_bool().unwrap(),
            input,
        }
    };
    text.lines().map(case).collect()
}

/// In the original tests U+FFFD is a single byte that is no UTF-8, and counts as one.
fn place(input: &str, at: usize) -> usize {
    let mut original = 0;
    for (index, c) in input.char_indices() {
        if original >= at {
            return index;
        }
        original += if c == char::REPLACEMENT_CHARACTER {
            1
        } else {
            c.len_utf8()
        };
    }
    input.len()
}

#[test]
fn verdicts_messages_and_ranges_are_those_of_prometheus() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read_to_string(corpus.join("given/promql-parse/parse_test.jsonl")).unwrap();
    let target = every_feature();
    let (mut bad, mut messages, mut ranges, mut verdicts) = (0, 0, 0, Vec::new());
    for case in cases(&text) {
        let result = parse(&case.input, &target);
        if result.is_ok() != case.ok {
            verdicts.push(case.input.clone());
        }
        if case.ok {
            continue;
        }
        bad += 1;
        let got = result.err().unwrap_or_default();
        let said = |e: &ParseError| e.message.clone();
        let wanted: Vec<_> = case
            .errors
            .iter()
            .map(|(.., message)| message.clone())
            .collect();
        let same_messages = got.iter().map(said).collect::<Vec<_>>() == wanted;
        let wanted = case.errors.iter();
        let wanted =
            wanted.map(|&(start, end, _)| (place(&case.input, start), place(&case.input, end)));
        let spans = got
            .iter()
            .map(|e| (e.span.range().start, e.span.range().end));
        let same_ranges = spans.eq(wanted);
        messages += usize::from(same_messages);
        ranges += usize::from(same_ranges);
        if !same_messages || !same_ranges {
            println!(
                "{:?}\n  expected {:?}\n  got {got:?}",
                case.input, case.errors
            );
        }
    }
    println!("{bad} bad inputs: {messages} messages and {ranges} ranges are the same");
    assert_eq!(verdicts, Vec::<String>::new());
    assert!(bad > 80);
    assert_eq!((messages, ranges), (bad, bad));
}

#[test]
fn every_expression_of_real_rules_parses() {
    let Some(corpus) = corpus() else { return };
    let all = expressions(&corpus);
    let failures: Vec<_> = all
        .iter()
        .filter_map(|text| parse(text, &Target::default()).err().map(|e| (text, e)))
        .collect();
    println!("{} expressions", all.len());
    assert!(all.len() > 3000, "{}", all.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_query_of_the_engine_tests_parses() {
    let Some(corpus) = corpus() else { return };
    let all = queries(&corpus);
    let failures: Vec<_> = all
        .iter()
        .filter_map(|text| parse(text, &every_feature()).err().map(|e| (text, e)))
        .collect();
    println!("{} queries", all.len());
    assert!(all.len() > 1500, "{}", all.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Hostile texts: each is far deeper than any stack. The threads have half of what Rust gives a thread.
#[test]
fn depth_is_an_error_and_never_a_crash() {
    const N: usize = 100_000;
    let texts = [
        "(".repeat(N) + "a" + &")".repeat(N),
        "-".repeat(N) + "a",
        "abs(".repeat(N) + "a" + &")".repeat(N),
        "sum(".repeat(N) + "a" + &")".repeat(N),
        "a".to_owned() + &" + a".repeat(N),
        "a".to_owned() + &" ^ a".repeat(N),
        "a".to_owned() + &"[5m:]".repeat(N),
        "a[".to_owned() + &"(".repeat(N) + "5m" + &")".repeat(N) + "]",
        "a[5m".to_owned() + &" + 5m".repeat(N) + "]",
        "a[".to_owned() + &"-".repeat(N) + "step()]",
        "a offset ".to_owned() + &"- ".repeat(N) + "(5m)",
        "a offset ".to_owned() + &"max_of(1m,".repeat(N),
        "sum(a b) + ".repeat(N),
        "{a=\"b\",".repeat(N),
    ];
    let started = std::time::Instant::now();
    for text in texts {
        // Unwinding past a full stack is not possible, so it is enough that the thread ends.
        let verdict = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || parse(&text, &every_feature()).is_err())
            .unwrap()
            .join()
            .unwrap();
        assert!(verdict);
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn trees_up_to_the_limit_are_built_walked_printed_and_dropped() {
    let chain = "a".to_owned() + &" + a".repeat(990);
    let nested = "abs(".repeat(240) + "a" + &")".repeat(240);
    let powers = "a".to_owned() + &" ^ a".repeat(240);
    for text in [chain, nested, powers] {
        let count = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || {
                let expr = parse(&text, &every_feature()).unwrap();
                assert_eq!(
                    parse(&expr.to_string(), &every_feature())
                        .unwrap()
                        .without_spans(),
                    expr.without_spans()
                );
                let mut count = 0;
                expr.walk(&mut |_| count += 1);
                count
            })
            .unwrap()
            .join()
            .unwrap();
        assert!(count > 240);
    }
}

fn target(major: u16, minor: u16) -> Target {
    Target {
        prometheus: Version::new(major, minor),
        ..Target::default()
    }
}

fn first_error(text: &str, target: &Target) -> String {
    let errors = parse(text, target).unwrap_err();
    errors[0].message.clone()
}

#[test]
fn version_2_knows_less() {
    let old = target(2, 42);
    for text in [
        r#"{"a.b"}"#,
        r#"m{"a.b"="c"}"#,
        r#"sum by ("a.b") (m)"#,
        "m[300]",
        "m offset 5",
        "m[5m*2]",
        "m offset step()",
        "m[step()]",
        "m offset 0s",
        "m[0s]",
        "a </ 1",
        "a + fill (1) b",
        "limitk(1, m)",
        "double_exponential_smoothing(m[5m], 0.5, 0.5)",
        "histogram_avg(m)",
    ] {
        assert!(parse(text, &old).is_err(), "{text}");
    }
    assert_eq!(
        first_error("m offset 0s", &old),
        "duration must be greater than 0"
    );
    assert_eq!(
        first_error("m[300]", &old),
        "missing unit character in duration"
    );
    for text in [
        "holt_winters(m[5m], 0.5, 0.5)",
        "m[5m:]",
        "m offset -5m",
        "m @ 5",
        "fill + anchored + step",
        "time() > bool 300",
    ] {
        assert!(parse(text, &old).is_ok(), "{text}");
    }
    assert_eq!(
        first_error("holt_winters(m[5m], 0.5, 0.5)", &target(3, 0)),
        "unknown function with name \"holt_winters\""
    );
    assert!(parse("m offset 0s", &target(3, 0)).is_ok());
    assert!(parse("m[300]", &target(3, 0)).is_ok());
}

#[test]
fn what_is_experimental_needs_its_flag() {
    let plain = Target::default();
    for (text, message) in [
        ("info(m)", "function \"info\" is not enabled"),
        (
            "limitk(1, m)",
            "limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
        ),
        (
            "m anchored",
            "anchored modifier is experimental and not enabled",
        ),
        (
            "a + fill(1) b",
            "binop fill modifiers are experimental and not enabled",
        ),
    ] {
        assert_eq!(first_error(text, &plain), message);
        assert!(parse(text, &every_feature()).is_ok(), "{text}");
    }
    assert!(parse("m[5m * 2]", &plain).is_ok());
    assert_eq!(
        first_error("m[5m * 2]", &target(3, 13)),
        "experimental duration expression is not enabled"
    );
}

#[test]
fn spans_cover_what_was_written() {
    let text = r#"sum by (a) (rate(m{b="c"}[5m] offset 1m)) > 3"#;
    let expr = parse(text, &every_feature()).unwrap();
    assert_eq!(expr.span, Span::new(0, text.len()));
    let ExprKind::Binary(binary) = &expr.kind else {
        panic!("{expr:?}")
    };
    assert_eq!(&text[binary.op_span.range()], ">");
    let ExprKind::Aggregate(sum) = &binary.lhs.kind else {
        panic!("{expr:?}")
    };
    assert_eq!(&text[sum.op_span.range()], "sum");
    assert_eq!(&text[sum.grouping.as_ref().unwrap().span.range()], "by (a)");
    let ExprKind::Call(rate) = &sum.expr.kind else {
        panic!("{expr:?}")
    };
    assert_eq!(&text[rate.name_span.range()], "rate");
    assert_eq!(
        &text[rate.args[0].span.range()],
        r#"m{b="c"}[5m] offset 1m"#
    );
    let ExprKind::Matrix(matrix) = &rate.args[0].kind else {
        panic!("{expr:?}")
    };
    assert_eq!(&text[matrix.selector_span.range()], r#"m{b="c"}"#);
    assert_eq!(&text[matrix.selector.matchers[0].span.range()], r#"b="c""#);
    assert_eq!(
        &text[matrix.selector.matchers[0].value_span.range()],
        r#""c""#
    );
    assert_eq!(&text[matrix.range.span.range()], "5m");
}
