//! What is printed parses to an equal tree.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]
use crate::promql_corpus;

use promql_corpus::{corpus, every_feature, expressions, queries};
use proptest::prelude::*;
use rulecheck::promql::parse;

/// Whether printing and parsing again gives the same; `None` where the text does not parse at all.
fn survives(text: &str) -> Option<Result<(), String>> {
    let expr = parse(text, &every_feature()).ok()?;
    let printed = expr.to_string();
    let again = match parse(&printed, &every_feature()) {
        Ok(again) => again,
        Err(errors) => return Some(Err(format!("{text}\n  {printed}\n  {errors:?}"))),
    };
    // Debug printing makes NaN equal to NaN.
    let (before, after) = (
        format!("{:?}", expr.without_spans()),
        format!("{:?}", again.without_spans()),
    );
    Some(if before == after {
        Ok(())
    } else {
        Err(format!("{text}\n  {printed}\n  {before}\n  {after}"))
    })
}

#[test]
fn the_corpus_survives_printing() {
    let Some(corpus) = corpus() else { return };
    let mut texts = expressions(&corpus);
    texts.extend(queries(&corpus));
    let given =
        std::fs::read_to_string(corpus.join("given/promql-parse/parse_test.jsonl")).unwrap();
    for line in given.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        texts.push(row["input"].as_str().unwrap().to_owned());
    }
    let results: Vec<_> = texts.iter().filter_map(|text| survives(text)).collect();
    let failures: Vec<_> = results
        .iter()
        .filter_map(|result| result.clone().err())
        .collect();
    println!("{} expressions", results.len());
    assert!(results.len() > 5000, "{}", results.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(words).prop_map(str::to_owned)
}

fn duration() -> impl Strategy<Value = String> {
    let leaf = one_of(&[
        "5m", "1h30m", "30", "1.5", "step()", "range()", "1ms", "0.0001",
    ]);
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (
                inner.clone(),
                one_of(&["+", "-", "*", "/", "%", "^"]),
                inner.clone()
            )
                .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (one_of(&["min_of", "max_of"]), inner.clone(), inner.clone())
                .prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
            (one_of(&["-", "+"]), inner.clone()).prop_map(|(sign, a)| format!("{sign}{a}")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

fn selector() -> impl Strategy<Value = String> {
    let name = one_of(&[
        "m",
        "a:b",
        "sum",
        "offset",
        "start",
        "fill",
        "{\"a b\"}",
        "{\"nan\",a=\"b\"}",
    ]);
    let matchers = one_of(&[
        "",
        "{}",
        "{a=\"b\"}",
        "{a!=\"\\n\\\"é\",b=~\"c.*\"}",
        "{\"x y\"!~'z'}",
    ]);
    let named = (name, matchers).prop_map(|(name, matchers)| {
        if name.starts_with('{') {
            name
        } else {
            name + &matchers
        }
    });
    prop_oneof![named, one_of(&["{a=\"b\"}", "{__name__=~\"a.+\",b=\"\"}"])]
}

fn time() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        one_of(&[
            " @ start()",
            " @ end()",
            " @ -12.345",
            " @ 1e3",
            " anchored",
            " smoothed"
        ]),
        duration().prop_map(|d| format!(" offset ({d})")),
        one_of(&[
            " offset -5m",
            " offset 0s",
            " offset -step() @ 7",
            " @ 1 offset +range()"
        ]),
    ]
}

/// An expression that yields an instant vector.
fn vector() -> impl Strategy<Value = String> {
    let leaf = (selector(), time()).prop_map(|(selector, time)| selector + &time);
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (selector(), duration(), time()).prop_map(|(s, d, t)| format!("rate({s}[{d}]{t})")),
            (
                inner.clone(),
                duration(),
                one_of(&["", "1m", "step()*2"]),
                one_of(&["", " offset 1m", " @ end()"])
            )
                .prop_map(|(v, d, s, t)| format!("max_over_time(({v})[{d}:{s}]{t})")),
            (
                inner.clone(),
                one_of(&[
                    "+",
                    "/",
                    "^",
                    "==",
                    "> bool",
                    "% ignoring(a)",
                    "* on(a) group_left(b)",
                    "- on() group_right fill_left(-1)",
                    "+ fill(2)",
                    "and",
                    "or on(x)",
                    "unless",
                    "</",
                    "atan2"
                ]),
                inner.clone(),
            )
                .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (
                inner.clone(),
                one_of(&["+ 1", "> 0x1F", "* -Inf", "^ -2", "- NaN"])
            )
                .prop_map(|(a, b)| format!("{a} {b}")),
            (one_of(&["-", "+", "- "]), inner.clone()).prop_map(|(sign, a)| format!("{sign}{a}")),
            (
                one_of(&[
                    "sum by (a, \"b c\")",
                    "avg without ()",
                    "max",
                    "count by ()"
                ]),
                inner.clone()
            )
                .prop_map(|(op, a)| format!("{op} ({a})")),
            (
                one_of(&["topk(3, ", "quantile by (x) (0.5, ", "abs(", "round("]),
                inner.clone()
            )
                .prop_map(|(open, a)| format!("{open}{a})")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn whatever_parses_survives_printing(text in vector()) {
        if let Some(result) = survives(&text) {
            prop_assert_eq!(result, Ok(()));
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9 (){}\\[\\]\"'`\\\\=~!<>+*/%^@:,._#é-]{0,60}") {
        if let Err(errors) = parse(&text, &every_feature()) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(error.span.range().end <= text.len());
            }
        }
    }
}
