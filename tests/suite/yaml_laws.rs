//! Laws of the YAML room, on generated text.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use proptest::prelude::*;
use rulecheck::source::SourceFile;
use rulecheck::yaml::{Node, Tree};

/// A scalar as written behind `key: `, at an indentation of four, and the value it must have.
#[derive(Clone, Debug)]
struct Written {
    yaml: String,
    value: String,
}

/// A word that is safe in every style, signs of YAML inside it included.
fn word() -> impl Strategy<Value = String> {
    "[a-zé€😀][a-z0-9:#'\"\\\\é€😀{}\\[\\]|>-]{0,6}[a-z]"
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(word(), 1..5)
}

/// Words with a blank, a folded line end or blank lines between them.
fn folded_flow(
    separators: Vec<usize>,
    words: &[String],
    escape: impl Fn(&str) -> String,
) -> Written {
    let (mut yaml, mut value) = (String::new(), String::new());
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            let line_ends = separators[index % separators.len()];
            match line_ends {
                0 => yaml.push_str("  "),
                n => yaml.push_str(&format!(" {}     \t", "\n".repeat(n))),
            }
            match line_ends {
                0 => value.push_str("  "),
                1 => value.push(' '),
                n => value.push_str(&"\n".repeat(n - 1)),
            }
        }
        yaml.push_str(&escape(word));
        value.push_str(word);
    }
    Written { yaml, value }
}

fn plain() -> impl Strategy<Value = Written> {
    let separators = prop::collection::vec(0..4_usize, 1..4);
    // `: ` and ` #` would end a plain scalar, brackets are fine in block context.
    (separators, words()).prop_map(|(s, w)| folded_flow(s, &w, str::to_owned))
}

fn single_quoted() -> impl Strategy<Value = Written> {
    let separators = prop::collection::vec(0..4_usize, 1..4);
    (separators, words()).prop_map(|(s, w)| {
        let written = folded_flow(s, &w, |word| word.replace('\'', "''"));
        Written {
            yaml: format!("'{}'", written.yaml),
            ..written
        }
    })
}

fn double_quoted() -> impl Strategy<Value = Written> {
    let separators = prop::collection::vec(0..4_usize, 1..4);
    (separators, words(), any::<u8>()).prop_map(|(s, w, how)| {
        let escape = |word: &str| word.chars().map(|c| escape(c, how)).collect();
        let written = folded_flow(s, &w, escape);
        Written {
            yaml: format!("\"\\t{}\\\n      \\n\"", written.yaml),
            value: format!("\t{}\n", written.value),
        }
    })
}

fn escape(c: char, how: u8) -> String {
    let code = c as u32;
    match (c, how % 5) {
        ('"' | '\\', _) => format!("\\{c}"),
        ('a'..='f', 1) => format!("\\x{code:02x}"),
        ('a'..='f' | 'é' | '€', 2) => format!("\\u{code:04X}"),
        ('😀', 2) => "\\uD83D\\uDE00".to_owned(),
        (_, 3) => format!("\\U{code:08x}"),
        _ => c.to_string(),
    }
}

/// Literal blocks: the value is the lines; folded blocks by the rule of YAML 1.2, section 8.1.3.
fn block(folded: bool) -> impl Strategy<Value = Written> {
    let line = (0..3_usize, words(), 0..3_usize).prop_map(|(indent, words, trailing)| {
        format!(
            "{}{}{}",
            " ".repeat(indent),
            words.join(" "),
            " ".repeat(trailing)
        )
    });
    let lines = prop::collection::vec(prop_oneof![3 => line, 1 => Just(String::new())], 1..6);
    (lines, 1..4_usize, 0..3_usize, 0..3_usize, any::<bool>()).prop_map(
        move |(lines, indent, chomping, blank_lines, comment)| {
            let sign = if folded { '>' } else { '|' };
            let chomp = ["", "-", "+"][chomping];
            let comment = if comment { "  # note" } else { "" };
            // The indentation of the mapping around it is two.
            let mut yaml = format!("{sign}{indent}{chomp}{comment}\n");
            for line in &lines {
                match line.as_str() {
                    "" => yaml.push('\n'),
                    line => yaml.push_str(&format!("{}{line}\n", " ".repeat(2 + indent))),
                }
            }
            yaml.push_str(&"\n".repeat(blank_lines));
            let body = match folded {
                true => fold(&lines),
                false => lines.join("\n"),
            };
            let content = body.trim_end_matches('\n');
            let newlines = body.len() - content.len() + 1 + blank_lines;
            let kept = match chomping {
                0 => usize::from(!content.is_empty()),
                1 => 0,
                _ => newlines,
            };
            // The document adds the last line end.
            yaml.pop();
            Written {
                value: format!("{content}{}", "\n".repeat(kept)),
                yaml,
            }
        },
    )
}

fn fold(lines: &[String]) -> String {
    let mut out = String::new();
    let mut line_ends = 0;
    let mut last: Option<&str> = None;
    for line in lines {
        if line.is_empty() {
            line_ends += 1;
            continue;
        }
        let more_indented = |line: &str| line.starts_with(' ');
        match last {
            None => out.push_str(&"\n".repeat(line_ends)),
            Some(last) if more_indented(last) || more_indented(line) => {
                out.push_str(&"\n".repeat(line_ends + 1));
            }
            Some(_) if line_ends == 0 => out.push(' '),
            Some(_) => out.push_str(&"\n".repeat(line_ends)),
        }
        out.push_str(line);
        last = Some(line);
        line_ends = 0;
    }
    // Lines without any content are joined by line ends, one fewer than lines.
    let before_first = usize::from(last.is_none());
    out + &"\n".repeat(line_ends - before_first)
}

fn scalar() -> impl Strategy<Value = Written> {
    prop_oneof![
        plain(),
        single_quoted(),
        double_quoted(),
        block(false),
        block(true)
    ]
}

fn check(text: &str, expected: &str) -> Result<(), TestCaseError> {
    let tree = Tree::parse(&SourceFile::new("generated.yml", text));
    prop_assert_eq!(tree.errors(), &[], "{:?}", text);
    let root = tree.root(0).unwrap();
    let node = root
        .get("outer")
        .and_then(|outer| outer.get("key"))
        .unwrap();
    prop_assert_eq!(node.scalar(), Some(expected), "{:?}", text);
    if let Err(problem) = common::check_map(node) {
        return Err(TestCaseError::fail(format!("{text:?}: {problem}")));
    }
    prop_assert_eq!(root.get("after").and_then(Node::scalar), Some("end"));
    check_spans(root)
}

/// Children lie inside their parents, and in order.
fn check_spans(node: Node<'_>) -> Result<(), TestCaseError> {
    let pairs = node.entries().flat_map(|(key, value)| [key, value]);
    let mut behind = node.span().start;
    for child in node.items().chain(pairs) {
        prop_assert!(behind <= child.span().start, "{:?} in {:?}", child, node);
        behind = child.span().end;
        check_spans(child)?;
    }
    prop_assert!(behind <= node.span().end, "{:?}", node);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn mapped_bytes_reproduce_the_value(written in scalar()) {
        let text = format!("outer:\n  before: 1\n  key: {}\nafter: end\n", written.yaml);
        check(&text, &written.value)?;
        check(&text.replace('\n', "\r\n"), &written.value)?;
        check(&format!("\u{feff}{text}"), &written.value)?;
    }

    #[test]
    fn no_text_makes_it_panic(text in "([-:?#|>&*!%@`'\"{}\\[\\],<~]| |\n|\t|\r|a|b|é|- |: |<<: |\\*a|&a |  ){0,60}") {
        let tree = Tree::parse(&SourceFile::new("generated.yml", text.clone()));
        for node in tree.nodes() {
            prop_assert!(node.span().end as usize <= text.len());
            prop_assert_eq!(node.pairs().count() > 0, node.pairs().next().is_some());
            if let Some(value) = node.scalar() {
                let map = node.scalar_map();
                let whole = map.span(rulecheck::source::Span::new(0, value.len()));
                prop_assert!(text.get(whole.range()).is_some());
            }
        }
    }
}
