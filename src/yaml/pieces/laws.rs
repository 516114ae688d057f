//! Reading in pieces yields what reading in one go does, or nothing.

use proptest::prelude::*;

use super::super::tree::Tree;
use super::*;
use crate::source::SourceFile;

/// All that an arena says, independent of where it keeps it.
fn said(arena: &Arena) -> Vec<String> {
    let node = |node: &NodeData| match node.kind {
        Kind::Scalar { style, value } => {
            let value = match value {
                Value::InFile(span) => format!("{span:?}"),
                Value::Decoded(span) => arena.decoded[span.range()].to_owned(),
            };
            format!("{:?} {style:?} {value:?}", node.span)
        }
        Kind::Sequence { flow, children } => {
            let items = &arena.children[range(children)];
            format!("{:?} list {flow} {items:?}", node.span)
        }
        Kind::Mapping { flow, children } => {
            let pairs = &arena.children[range(children)];
            format!("{:?} map {flow} {pairs:?}", node.span)
        }
        Kind::Alias(target) => format!("{:?} alias {target:?}", node.span),
    };
    let mut said: Vec<String> = arena.nodes.iter().map(node).collect();
    said.push(format!("{:?}", arena.tags));
    said.push(format!("{:?}", arena.comments));
    said.push(format!("{:?}", arena.documents));
    said.push(format!("{:?}", arena.errors));
    said.push(arena.levels.to_string());
    said
}

/// Whether the text was read in pieces; if so, as it is read in one go.
fn agrees(size: usize, text: &str) -> bool {
    let Some(pieces) = read_in_pieces_of(size, text) else {
        return false;
    };
    let whole = build::read(text);
    assert_eq!(said(&pieces), said(&whole), "pieces of {size}:\n{text}");
    true
}

#[test]
fn lists_are_read_in_pieces() {
    let indented = "groups:\n  - name: a\n    rules:\n      - x: 1 # one\n  - name: b\n  # two\n  - name: |\n      c\n\n  - - d\n";
    assert!(agrees(16, indented));
    assert!(agrees(16, &indented.replace('\n', "\r\n")));
    let level =
        "a: 1\ngroups:\n- name: \"a\\tb\"\n  rules: [1,\n   2]\n- !x name\n-\n- b: >\n   c\n   d\n";
    assert!(agrees(16, level));
    assert!(agrees(20, &format!("---\n{level}")));
    let inner =
        "groups:\n- name: all\n  rules:\n  - alert: A\n    expr: up\n  - alert: B\n    expr: up\n";
    assert!(agrees(36, inner));
    assert!(agrees(16, "- a: b\n- c: d\n- e: f\n- g: h\n- i: j\n"));
}

#[test]
fn what_depends_on_another_piece_is_not() {
    let texts = [
        "- a: 'b\n- c'\n- d\n- e: f\n- g: h\n",
        "- a: [b,\n- c]\n- d: e\n- e: f\n- g: h\n",
        "- &a b\n- c: d\n- *a\n- e: f\n- g: h\n",
        "- a: b\n- c: d\n...\n- e: f\n- g: h\n",
        "- a: b\n- c: d\n---\n- e: f\n- g: h\n",
        "- a: b\n- c: d\n- e: f\nx: y\n- g: h\n",
        "a: b\n  - c: d\n  - e: f\n  - g: h\n",
        "- a: b\n- c: d\r...\n- e: f\n- g: h\n",
        "text: |\n  - a: b\n  - c: d\n  - e: f\n",
    ];
    for text in texts {
        assert!(!agrees(8, text), "{text}");
    }
}

#[test]
fn a_large_file_says_the_same() {
    let group =
        "  - name: g # note\n    rules:\n      - alert: 'A'\n        expr: |\n          up == 0\n";
    let text = format!("groups:\n{}", group.repeat(8_000));
    assert!(text.len() > 2 * PIECE && agrees(PIECE, &text));
    let broken = format!("{text}  - name: [\n");
    let tree = Tree::parse(&SourceFile::new("large.yml", &broken));
    assert_eq!(tree.errors().len(), 1);
    assert!(tree.errors()[0].span.start as usize >= text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Lines of all kinds, most of them items, in any order.
    #[test]
    fn pieces_say_what_the_whole_says(
        lines in prop::collection::vec(
            (
                prop::sample::select(vec!["", "", "  ", "  ", "    ", "\t"]),
                prop::sample::select(vec![
                    "- a: b", "- a: b", "- c", "- - d", "-", "e: f", "g:", "- h: |", "- i: >-", "text", "# note",
                    "- 'j", "k'", "- \"l", "m\"", "- [n,", "o]", "- {p: q,", "r: s}", "- &t u", "- *t", "---", "...",
                    "- !v w", "- ? x", ": y", "", "- <<: {z: 1}", "%TAG ! a", "- é: \"\\u00e9\"", "- |1", "-\ta",
                ]),
                prop::sample::select(vec!["\n", "\n", "\n", "\n", "\r\n", " \n", "\r"]),
            ),
            1..24,
        ),
        size in 1_usize..24,
    ) {
        let text: String = lines.iter().flat_map(|(a, b, c)| [*a, *b, *c]).collect();
        agrees(size, &text);
    }
}
