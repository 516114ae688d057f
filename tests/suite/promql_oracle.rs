//! The parser against `promql-parser`, an independent one: what we accept it accepts with an equal tree, less its known
//! gaps. Both trees are written in one plain form and compared as text.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]
use crate::promql_corpus;

use std::fmt::Write as _;
use std::panic::catch_unwind;
use std::time::SystemTime;

use promql_corpus::{corpus, every_feature, expressions, queries};
use promql_parser::label::{MatchOp as TheirOp, Matcher as TheirMatcher};
use promql_parser::parser::{self as theirs, LabelModifier, VectorMatchCardinality};
use rulecheck::promql::functions::{FUNCTIONS, Function};
use rulecheck::promql::{
    At, BinaryOp, Cardinality, DurationExpr, DurationKind, Expr, ExprKind, Name, TimeModifiers,
    UnaryOp, ValueType, VectorSelector, parse,
};

/// Our tree in the plain form; `None` where it holds what the other parser has no place for.
fn plain(expr: &Expr) -> Option<String> {
    Some(match &expr.kind {
        ExprKind::Number(value) => format!("{value:?}"),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Vector(selector) => plain_selector(selector)?,
        ExprKind::Matrix(matrix) => {
            format!(
                "{}[{}]",
                plain_selector(&matrix.selector)?,
                nanoseconds(&matrix.range)?
            )
        }
        ExprKind::Subquery(subquery) => {
            let step = match &subquery.step {
                Some(step) => nanoseconds(step)?.to_string(),
                None => String::new(),
            };
            let range = nanoseconds(&subquery.range)?;
            let time = plain_modifiers(&subquery.modifiers)?;
            format!("{}[{range}:{step}]{time}", plain(&subquery.expr)?)
        }
        ExprKind::Call(call) => {
            let args: Option<Vec<_>> = call.args.iter().map(plain).collect();
            format!("{}({})", call.function.name, args?.join(","))
        }
        ExprKind::Aggregate(aggregate) => {
            let grouping = aggregate.grouping.as_ref();
            let grouping = grouping.map_or(String::new(), |grouping| {
                clause(
                    if grouping.without { "without" } else { "by" },
                    &names(&grouping.labels),
                )
            });
            let param = match &aggregate.param {
                Some(param) => plain(param)? + ",",
                None => String::new(),
            };
            format!(
                "{}{grouping}({param}{})",
                aggregate.op.as_str(),
                plain(&aggregate.expr)?
            )
        }
        ExprKind::Binary(binary) => {
            if matches!(binary.op, BinaryOp::TrimLower | BinaryOp::TrimUpper) {
                return None;
            }
            let mut out = format!("({} {}", plain(&binary.lhs)?, binary.op.as_str());
            if binary.return_bool {
                out.push_str(" bool");
            }
            if let Some(matching) = &binary.matching {
                let word = if matching.on { "on" } else { "ignoring" };
                let labels = names(&matching.labels);
                if matching.on || !labels.is_empty() {
                    write!(out, " {word}({})", labels.join(",")).unwrap();
                }
                let include = names(&matching.include).join(",");
                match matching.cardinality {
                    Cardinality::OneToOne => {}
                    Cardinality::ManyToMany => out.push_str(" many"),
                    Cardinality::ManyToOne => write!(out, " left({include})").unwrap(),
                    Cardinality::OneToMany => write!(out, " right({include})").unwrap(),
                }
                write!(out, " {:?} {:?}", matching.fill_left, matching.fill_right).unwrap();
            }
            write!(out, " {})", plain(&binary.rhs)?).unwrap();
            out
        }
        // The other parser drops a plus.
        ExprKind::Unary(UnaryOp::Plus, inner) => plain(inner)?,
        ExprKind::Unary(UnaryOp::Minus, inner) => format!("-{}", plain(inner)?),
        ExprKind::Paren(inner) => format!("({})", plain(inner)?),
    })
}

fn names(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.text.to_string()).collect()
}

/// A clause without labels says nothing, except for `without ()`.
fn clause(word: &str, labels: &[String]) -> String {
    if labels.is_empty() && word == "by" {
        return String::new();
    }
    format!(" {word}({})", labels.join(","))
}

fn plain_selector(selector: &VectorSelector) -> Option<String> {
    if selector.extension.is_some() {
        return None;
    }
    let mut matchers: Vec<String> = selector
        .all_matchers()
        .map(|m| format!("{}{}{:?}", m.name, m.op.as_str(), m.value))
        .collect();
    matchers.sort();
    let time = plain_modifiers(&selector.modifiers)?;
    Some(format!("{{{}}}{time}", matchers.join(",")))
}

fn plain_modifiers(modifiers: &TimeModifiers) -> Option<String> {
    let mut out = String::new();
    match modifiers.at {
        None => {}
        Some(At::Start) => out.push_str("@start"),
        Some(At::End) => out.push_str("@end"),
        Some(At::Timestamp(ms)) => write!(out, "@{ms}").unwrap(),
    }
    if let Some(offset) = &modifiers.offset {
        let offset = nanoseconds(offset)?;
        if offset != 0 {
            write!(out, " offset {offset}").unwrap();
        }
    }
    Some(out)
}

/// Nanoseconds rounded to microseconds, as the two parsers round differently below.
fn nanoseconds(duration: &DurationExpr) -> Option<i128> {
    match duration.kind {
        DurationKind::Literal(seconds) => Some((seconds * 1e6).round() as i128),
        _ => None,
    }
}

fn their_plain(expr: &theirs::Expr) -> String {
    match expr {
        theirs::Expr::NumberLiteral(number) => format!("{:?}", number.val),
        theirs::Expr::StringLiteral(string) => format!("{:?}", string.val),
        theirs::Expr::VectorSelector(selector) => their_selector(selector),
        theirs::Expr::MatrixSelector(matrix) => {
            format!(
                "{}[{}]",
                their_selector(&matrix.vs),
                their_duration(matrix.range)
            )
        }
        theirs::Expr::Subquery(subquery) => {
            let step = subquery
                .step
                .map_or(String::new(), |step| their_duration(step).to_string());
            let range = their_duration(subquery.range);
            let time = their_modifiers(subquery.at.as_ref(), subquery.offset.as_ref());
            format!("{}[{range}:{step}]{time}", their_plain(&subquery.expr))
        }
        theirs::Expr::Call(call) => {
            let args: Vec<_> = call.args.args.iter().map(|arg| their_plain(arg)).collect();
            format!("{}({})", call.func.name, args.join(","))
        }
        theirs::Expr::Aggregate(aggregate) => {
            let grouping = aggregate
                .modifier
                .as_ref()
                .map_or(String::new(), |modifier| {
                    let word = if modifier.is_include() {
                        "by"
                    } else {
                        "without"
                    };
                    clause(word, &modifier.labels().labels)
                });
            let param = aggregate.param.as_ref();
            let param = param.map_or(String::new(), |param| their_plain(param) + ",");
            format!(
                "{}{grouping}({param}{})",
                aggregate.op,
                their_plain(&aggregate.expr)
            )
        }
        theirs::Expr::Binary(binary) => {
            let mut out = format!("({} {}", their_plain(&binary.lhs), binary.op);
            if binary
                .modifier
                .as_ref()
                .is_some_and(|modifier| modifier.return_bool)
            {
                out.push_str(" bool");
            }
            let vector = theirs::value::ValueType::Vector;
            if binary.lhs.value_type() == vector && binary.rhs.value_type() == vector {
                their_matching(&mut out, binary);
            }
            write!(out, " {})", their_plain(&binary.rhs)).unwrap();
            out
        }
        theirs::Expr::Unary(unary) => format!("-{}", their_plain(&unary.expr)),
        theirs::Expr::Paren(paren) => format!("({})", their_plain(&paren.expr)),
        theirs::Expr::Extension(_) => "extension".to_owned(),
    }
}

fn their_matching(out: &mut String, binary: &theirs::BinaryExpr) {
    let is_set = matches!(binary.op.to_string().as_str(), "and" | "or" | "unless");
    let Some(modifier) = &binary.modifier else {
        out.push_str(if is_set {
            " many None None"
        } else {
            " None None"
        });
        return;
    };
    match &modifier.matching {
        Some(LabelModifier::Include(labels)) => {
            write!(out, " on({})", labels.labels.join(",")).unwrap();
        }
        Some(LabelModifier::Exclude(labels)) if !labels.labels.is_empty() => {
            write!(out, " ignoring({})", labels.labels.join(",")).unwrap();
        }
        _ => {}
    }
    match &modifier.card {
        VectorMatchCardinality::OneToOne => {}
        VectorMatchCardinality::ManyToMany => out.push_str(" many"),
        VectorMatchCardinality::ManyToOne(labels) => {
            write!(out, " left({})", labels.labels.join(",")).unwrap();
        }
        VectorMatchCardinality::OneToMany(labels) => {
            write!(out, " right({})", labels.labels.join(",")).unwrap();
        }
    }
    write!(
        out,
        " {:?} {:?}",
        modifier.fill_values.lhs, modifier.fill_values.rhs
    )
    .unwrap();
}

fn their_selector(selector: &theirs::VectorSelector) -> String {
    let name = selector
        .name
        .iter()
        .map(|name| format!("__name__={name:?}"));
    let mut matchers: Vec<String> = name
        .chain(selector.matchers.matchers.iter().map(their_matcher))
        .collect();
    matchers.sort();
    let time = their_modifiers(selector.at.as_ref(), selector.offset.as_ref());
    format!("{{{}}}{time}", matchers.join(","))
}

fn their_matcher(matcher: &TheirMatcher) -> String {
    let op = match matcher.op {
        TheirOp::Equal => "=",
        TheirOp::NotEqual => "!=",
        TheirOp::Re(_) => "=~",
        TheirOp::NotRe(_) => "!~",
    };
    format!("{}{op}{:?}", matcher.name, matcher.value)
}

fn their_modifiers(at: Option<&theirs::AtModifier>, offset: Option<&theirs::Offset>) -> String {
    let mut out = String::new();
    match at {
        None => {}
        Some(theirs::AtModifier::Start) => out.push_str("@start"),
        Some(theirs::AtModifier::End) => out.push_str("@end"),
        Some(theirs::AtModifier::At(time)) => {
            let ms = match time.duration_since(SystemTime::UNIX_EPOCH) {
                Ok(after) => after.as_millis() as i128,
                Err(before) => -(before.duration().as_millis() as i128),
            };
            write!(out, "@{ms}").unwrap();
        }
    }
    let offset = match offset {
        Some(theirs::Offset::Pos(duration)) => their_duration(*duration),
        Some(theirs::Offset::Neg(duration)) => -their_duration(*duration),
        None => 0,
    };
    if offset != 0 {
        write!(out, " offset {offset}").unwrap();
    }
    out
}

fn their_duration(duration: std::time::Duration) -> i128 {
    (duration.as_secs_f64() * 1e6).round() as i128
}

/// What came of one text.
enum Verdict {
    /// Both accept it and the trees are equal.
    Equal,
    /// We reject it; nothing to compare.
    Rejected,
    /// It holds what the other parser is known not to know.
    Gap,
    Different(String),
}

fn compare(text: &str) -> Verdict {
    let Ok(ours) = parse(text, &every_feature()) else {
        return Verdict::Rejected;
    };
    let Some(ours) = plain(&ours) else {
        return Verdict::Gap;
    };
    let result = catch_unwind(|| theirs::parse(text));
    let theirs = match result {
        Ok(Ok(expr)) => their_plain(&expr),
        _ if has_gap(text, &ours) => return Verdict::Gap,
        Ok(Err(error)) if is_gap(text, &error) => return Verdict::Gap,
        Ok(Err(error)) => return Verdict::Different(format!("{text}\n  they say {error}")),
        Err(_) => return Verdict::Different(format!("{text}\n  they panic")),
    };
    if ours == theirs {
        Verdict::Equal
    } else if has_gap(text, &ours) {
        Verdict::Gap
    } else {
        Verdict::Different(format!("{text}\n  we   {ours}\n  they {theirs}"))
    }
}

/// The written list of what `promql-parser` 0.11.1 does not do as Prometheus does.
fn has_gap(text: &str, ours: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    // Backquoted strings are unescaped, and `\xff` becomes a character.
    let strings = text.contains('`') || text.contains("\\x") || has_octal(text);
    // These words are not free as names.
    let words = ["anchored", "smoothed", "or"];
    let words = tokens(&lower)
        .iter()
        .any(|token| words.contains(&token.as_str()));
    // The labels of `info` must include one that does not match the empty text.
    let info = ours.contains("info(");
    // NaN, Inf and what is beyond its types panic as durations.
    let numbers =
        ["nan", "inf"].iter().any(|word| lower.contains(word)) && lower.contains("offset");
    strings || words || info || numbers
}

/// More of the list: what it rejects with messages of their own.
fn is_gap(text: &str, error: &str) -> bool {
    let signs: String = text.split_whitespace().collect();
    // Any UTF-8 text is a label name since 3.0, `a:b` too.
    error.ends_with("is not valid label in grouping opts")
        // Durations may have signs, and after `offset` several.
        || error.starts_with("unexpected character inside brackets: '")
        || ["offset--", "offset-+", "offset+-", "offset++"].iter().any(|word| signs.contains(word))
        // A fill value may be a duration.
        || text.contains("fill")
}

fn has_octal(text: &str) -> bool {
    let pairs = text.as_bytes().windows(2);
    pairs
        .into_iter()
        .any(|pair| pair[0] == b'\\' && pair[1].is_ascii_digit())
}

fn compare_all(texts: &[String]) {
    let mut counts = (0, 0, 0);
    let mut different = Vec::new();
    for text in texts {
        match compare(text) {
            Verdict::Equal => counts.0 += 1,
            Verdict::Gap => counts.1 += 1,
            Verdict::Rejected => counts.2 += 1,
            Verdict::Different(why) => different.push(why),
        }
    }
    let (equal, gaps, rejected) = counts;
    println!("{equal} equal, {gaps} gaps, {rejected} rejected by us");
    different.sort_by_key(String::len);
    different.truncate(20);
    if !different.is_empty() {
        println!("{}", different.join("\n"));
    }
    assert!(different.is_empty());
    assert!(equal > gaps, "the list of gaps hides too much");
}

#[test]
fn real_rules_give_equal_trees() {
    let Some(corpus) = corpus() else { return };
    compare_all(&expressions(&corpus));
}

#[test]
fn engine_tests_give_equal_trees() {
    let Some(corpus) = corpus() else { return };
    compare_all(&queries(&corpus));
}

/// `xorshift64*`: enough to choose mutations, and the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % end
    }
}

/// Words, numbers, strings and single characters.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut quote = None;
    for c in text.chars() {
        let last = tokens
            .last_mut()
            .filter(|_| quote.is_some() || c.is_alphanumeric() || "_.=~".contains(c));
        let joins = |last: &String| {
            let end = last.chars().last().unwrap_or(' ');
            quote.is_some()
                || (end.is_alphanumeric() || "_.".contains(end))
                    == (c.is_alphanumeric() || "_.".contains(c))
                    && !end.is_whitespace()
                    && !"(){}[],".contains(end)
        };
        match last {
            Some(last) if joins(last) => last.push(c),
            _ => tokens.push(c.to_string()),
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if "\"'".contains(c) => quote = Some(c),
            _ => {}
        }
    }
    tokens
}

#[test]
fn mutated_texts_give_equal_trees() {
    let Some(corpus) = corpus() else { return };
    let mut texts = queries(&corpus);
    texts.extend(
        expressions(&corpus)
            .into_iter()
            .filter(|text| text.len() < 200)
            .step_by(7),
    );
    let pool: Vec<String> = texts
        .iter()
        .step_by(3)
        .flat_map(|text| tokens(text))
        .collect();
    let rounds = if std::env::var_os("RULECHECK_FULL").is_some() {
        300_000
    } else {
        6_000
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut mutated = Vec::new();
    for _ in 0..rounds {
        let mut text = tokens(&texts[random.below(texts.len())]);
        for _ in 0..=random.below(3) {
            let at = random.below(text.len().max(1)).min(text.len());
            let new = pool[random.below(pool.len())].clone();
            match random.below(4) {
                0 if at < text.len() => text[at] = new,
                1 if at < text.len() => {
                    text.remove(at);
                }
                2 if at + 1 < text.len() => text.swap(at, at + 1),
                _ => text.insert(at, new),
            }
        }
        mutated.push(text.concat());
    }
    // The other parser's panics are expected; they shall not fill the screen.
    std::panic::set_hook(Box::new(|_| {}));
    compare_all(&mutated);
}

/// A call with arguments of the right types.
fn sample_call(function: &Function) -> String {
    let arg = |(index, kind): (usize, &ValueType)| match kind {
        ValueType::Scalar => "1",
        ValueType::String => "\"a\"",
        ValueType::Vector if index > 0 && function.name == "info" => "{a=\"b\"}",
        ValueType::Vector => "m",
        ValueType::Matrix => "m[5m]",
    };
    let args: Vec<_> = function.args.iter().enumerate().map(arg).collect();
    format!("{}({})", function.name, args.join(","))
}

#[test]
fn the_catalogues_of_functions_are_equal() {
    let mut compared = 0;
    for function in FUNCTIONS.iter().filter(|function| function.until.is_none()) {
        let call = sample_call(function);
        assert!(parse(&call, &every_feature()).is_ok(), "{call}");
        let theirs = theirs::parse(&call).unwrap();
        let theirs::Expr::Call(theirs) = theirs else {
            panic!("{call}")
        };
        let name = |kind: &ValueType| kind.as_str().to_owned();
        let args: Vec<_> = function.args.iter().map(name).collect();
        let their_args: Vec<_> = theirs
            .func
            .arg_types
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(args, their_args, "{call}");
        assert_eq!(i32::from(function.variadic), theirs.func.variadic, "{call}");
        assert_eq!(
            name(&function.returns),
            theirs.func.return_type.to_string(),
            "{call}"
        );
        let experimental = !function.is_enabled(&rulecheck::target::Target::default());
        assert_eq!(experimental, theirs.func.experimental, "{call}");
        compared += 1;
    }
    assert_eq!(compared, 90);
}
