use super::*;
use crate::source::SourceFile;

fn parse(text: &str) -> Tree {
    Tree::parse(&SourceFile::new("test.yml", text))
}

fn written<'t>(tree: &'t Tree, node: Node<'_>) -> &'t str {
    tree.file().slice(node.span())
}

fn messages(text: &str) -> Vec<String> {
    let tree = parse(text);
    let place = |span| tree.file().slice(span).to_owned();
    let errors = tree.errors().iter();
    errors
        .map(|error| format!("{}: {}", place(error.span), error.message))
        .collect()
}

#[test]
fn spans_are_tight() {
    let tree = parse("a:\n  b: |\n    x  \n    y\n\n# note\nc:\n- 1\n- {d: e}\nf: 'g'\n\n");
    let root = tree.root(0).unwrap();
    let at = |key| root.get(key).map(|node| written(&tree, node));
    assert_eq!(at("a"), Some("b: |\n    x  \n    y"));
    assert_eq!(
        written(&tree, root.get("a").unwrap().get("b").unwrap()),
        "x  \n    y"
    );
    assert_eq!(at("c"), Some("- 1\n- {d: e}"));
    assert_eq!(at("f"), Some("'g'"));
    let comments: Vec<_> = tree.comments().map(|comment| comment.text).collect();
    assert_eq!(comments, [" note"]);
}

#[test]
fn an_omitted_value_stands_behind_its_colon() {
    let tree = parse("a:\nb: ~\nc: ''\nd:\n-\n");
    let root = tree.root(0).unwrap();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|key| root.get(key).unwrap());
    assert!(a.is_omitted() && a.is_null());
    assert_eq!((a.scalar(), a.span().start), (Some(""), 2));
    assert!(b.is_null() && !b.is_omitted());
    assert!(!c.is_null());
    assert!(d.items().all(Node::is_omitted));
}

#[test]
fn aliases_point_at_their_target_and_keep_their_place() {
    let tree = parse("a: &x [1]\nb: *x\n");
    let root = tree.root(0).unwrap();
    let (a, b) = (root.get("a").unwrap(), root.get("b").unwrap());
    assert_eq!(b.resolve().id(), a.id());
    assert_eq!(written(&tree, b), "*x");
    assert_eq!(b.items().next().unwrap().scalar(), Some("1"));
}

#[test]
fn merged_pairs_come_last_and_never_replace() {
    let tree = parse(
        "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2, <<: *one}\nall: {<<: [*two, {d: 3, c: 3}], a: 0}\n'<<': plain",
    );
    let root = tree.root(0).unwrap();
    let pairs = |node: Node<'_>| {
        node.pairs()
            .map(|(key, value)| format!("{}{}", key.scalar().unwrap(), value.scalar().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(pairs(root.get("all").unwrap()), ["a0", "b2", "c2", "d3"]);
    assert_eq!(root.get("<<").and_then(Node::scalar), Some("plain"));
    let wrong = "5: only a mapping, or a list of mappings, can be merged with `<<`";
    assert_eq!(messages("a: {<<: 5}"), [wrong]);
}

#[test]
fn duplicate_keys_are_kept() {
    let tree = parse("a: 1\na: 2\n");
    assert_eq!(tree.root(0).unwrap().entries().len(), 2);
}

#[test]
fn a_broken_document_keeps_what_came_before_and_the_next_is_read() {
    let tree = parse("groups:\n- name: a\n  rules: [\n---\nb: 1\n--- {c\n");
    let broken: Vec<bool> = tree.documents().iter().map(|d| d.broken).collect();
    assert_eq!(broken, [true, false, true]);
    assert!(tree.root(0).unwrap().get("groups").is_some());
    assert_eq!(
        tree.root(1).unwrap().get("b").and_then(Node::scalar),
        Some("1")
    );
    let documents: Vec<usize> = tree.errors().iter().map(|error| error.document).collect();
    assert_eq!(documents, [0, 2]);
}

#[test]
fn errors_name_their_place() {
    assert_eq!(
        messages("a: *nope\nb: &b [*b]"),
        [
            "*nope: the anchor `nope` is not defined before this alias",
            "*b: the anchor `b` contains itself"
        ]
    );
    assert_eq!(
        messages("a: b: c"),
        [":: mapping values are not allowed in this context"]
    );
}

#[test]
fn tabs_indent_nothing() {
    let forbidden = ["\t: a tab is used for indentation, which YAML forbids"];
    for text in [
        "\ta: b",
        "a: b\n\t\nc: d",
        "-\ta: 1",
        "a:\n  \tb: c\n",
        "a: 'x'\n\t# c\n",
        "a: |\n  \tx\n",
    ] {
        assert_eq!(messages(text), forbidden, "{text:?}");
    }
    let fine = [
        "a: b\t\nc:\t'd'\n",
        "a: |\n  y\n  \tx\n",
        "a: |2\n  \tx\n",
        "a: \"b\n\tc\"\n",
        "a: b\n  \t\nc: d",
    ];
    for text in fine {
        assert_eq!(messages(text), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn hostile_files_are_refused() {
    let depth = format!("nested more than {MAX_DEPTH} levels deep");
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
    ] {
        let tree = parse(&text);
        assert_eq!(tree.errors()[0].message, depth);
    }
    let chain: String = (1..1000)
        .map(|n| format!("- &a{n} [*a{}]\n", n - 1))
        .collect();
    assert_eq!(
        parse(&format!("- &a0 []\n{chain}")).errors()[0].message,
        depth
    );

    let tens: String = (1..12)
        .map(|n| {
            format!(
                "- &a{n} [{}]\n",
                vec![format!("*a{}", n - 1); 10].join(", ")
            )
        })
        .collect();
    let laughs = parse(&format!("- &a0 lol\n{tens}"));
    assert_eq!(
        laughs.errors()[0].message,
        "aliases make this document too large"
    );
}

#[test]
fn tags_are_kept_in_full() {
    let tree = parse("a: !!str 5\nb: !secret x\nc: !!null ''\n");
    let root = tree.root(0).unwrap();
    let tag = |key| root.get(key).and_then(Node::tag);
    assert_eq!(tag("a"), Some("tag:yaml.org,2002:str"));
    assert_eq!(tag("b"), Some("!secret"));
    assert!(root.get("c").unwrap().is_null());
}

#[test]
fn a_byte_order_mark_counts_in_offsets() {
    let tree = parse("\u{feff}a: b\r\n");
    let value = tree.root(0).unwrap().get("a").unwrap();
    assert_eq!(value.span(), crate::source::Span::new(6, 7));
    assert_eq!(value.scalar_map().offset(0), 6);
}

#[test]
fn a_map_leads_to_the_bytes_of_the_file() {
    let tree = parse("a: \"x\\ty\"\nb: >\n  one\n  two\n\n  three\n");
    let root = tree.root(0).unwrap();
    let at = |key: &str, part: &str| {
        let node = root.get(key).unwrap();
        let start = node.scalar().unwrap().find(part).unwrap();
        let span = crate::source::Span::new(start, start + part.len());
        tree.file().slice(node.scalar_map().span(span)).to_owned()
    };
    assert_eq!(at("a", "\t"), "\\t");
    assert_eq!(at("a", "y"), "y");
    assert_eq!(at("b", "two"), "two");
    assert_eq!(at("b", "one two"), "one\n  two");
    assert_eq!(at("b", "three"), "three");
}
