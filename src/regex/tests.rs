use proptest::prelude::*;

use super::*;

fn prometheus(text: &str) -> Pattern {
    Pattern::parse(text, Anchoring::Prometheus).expect(text)
}

fn set(text: &str) -> Option<Vec<String>> {
    let pattern = prometheus(text);
    let set = pattern.set_matches()?;
    Some(set.iter().map(|text| text.to_string()).collect())
}

#[test]
fn finite_patterns_give_their_texts() {
    assert_eq!(set("foo"), Some(vec!["foo".into()]));
    assert_eq!(set("^foo$"), Some(vec!["foo".into()]));
    assert_eq!(set(""), Some(vec![String::new()]));
    let texts = |text| {
        let mut texts = set(text).expect(text);
        texts.sort();
        texts.join(" ")
    };
    assert_eq!(texts("prod|dev|prod"), "dev prod");
    assert_eq!(
        texts("(api|web)-[0-2]"),
        "api-0 api-1 api-2 web-0 web-1 web-2"
    );
    assert_eq!(texts("https?"), "http https");
    assert_eq!(texts("(?i)Ab"), "AB Ab aB ab");
    for infinite in ["a.*", "a+", r"a\b", "[^a]", "a{1,9}(b|c){1,99}"] {
        assert_eq!(set(infinite), None, "{infinite}");
    }
    let unanchored = Pattern::parse("foo", Anchoring::None).expect("foo");
    assert_eq!(unanchored.set_matches(), None);
}

#[test]
fn a_set_too_large_is_left_to_the_automaton() {
    let many = prometheus("[0-9a-f]{0,1}[0-9a-f]?[0-9a-f]?[0-9a-f]?");
    assert_eq!(many.set_matches(), None);
    assert!(many.is_match("beef") && !many.is_match("beefs"));
}

#[test]
fn half_anchored_patterns_have_no_shortcut() {
    // Wrapped before it is parsed, this is `^(?:a` or `b)$`.
    let pattern = Pattern::parse("a)|(?:b", Anchoring::Alertmanager).expect("valid when wrapped");
    assert!(pattern.is_match("ax") && pattern.is_match("xb") && !pattern.is_match("xax"));
}

#[test]
fn hostile_sizes_end_in_an_error_or_a_match_on_a_small_stack() {
    let work = || {
        let code = |text: &str| {
            Pattern::parse(text, Anchoring::Prometheus)
                .err()
                .map(|error| error.code)
        };
        let nested =
            |open: &str, depth: usize| format!("{}a{}", open.repeat(depth), ")".repeat(depth));
        assert_eq!(code(&nested("(", 100_000)), Some(ErrorCode::NestingDepth));
        assert_eq!(code(&nested("(?:", 100_000)), Some(ErrorCode::NestingDepth));
        assert_eq!(code(&"(".repeat(100_000)), Some(ErrorCode::NestingDepth));
        assert!(prometheus(&nested("(", 998)).is_match("a"));
        let deep = prometheus(&nested("(b?", 499));
        assert!(deep.is_match("ba") && !deep.is_match("c"));
        assert_eq!(
            deep.captures("ba").and_then(|found| found.get(1)),
            Some(0..2)
        );
        assert_ne!(Language::from(deep).witness(), Witness::Empty);
        let starred = format!("{}a{}", "(?:".repeat(900), ")*".repeat(900));
        assert!(prometheus(&starred).is_match("aaa"));
        assert_eq!(
            code(&"[[:".repeat(100_000)),
            Some(ErrorCode::MissingBracket)
        );
        assert_eq!(code(&"{".repeat(100_000)), None);
        assert_eq!(code(&"a".repeat(2 << 20)), Some(ErrorCode::Large));
        assert_eq!(code(r"\pL{1000}"), None);
        assert_eq!(code(&r"(?:\pL{1000}|x)".repeat(50)), Some(ErrorCode::Large));
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no overflow, no panic");
}

/// Patterns of a small alphabet, so that texts have a chance to match.
fn patterns() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a", "b", "é", ".", ".*", ".+", "[ab]", "[^a]", r"\n", r"\b", "^", "$", "()", "a?",
    ])
    .prop_map(str::to_owned);
    atom.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("(?:{})", parts.join("|"))),
            inner.clone().prop_map(|part| format!("({part})")),
            inner.prop_map(|part| format!("(?:{part})*")),
        ]
    })
}

fn texts() -> impl Strategy<Value = String> {
    let chars = prop::sample::select(vec!['a', 'b', 'é', '\n', '-']);
    prop::collection::vec(chars, 0..6).prop_map(String::from_iter)
}

fn anchorings() -> impl Strategy<Value = Anchoring> {
    prop::sample::select(vec![
        Anchoring::Prometheus,
        Anchoring::LabelReplace,
        Anchoring::Alertmanager,
        Anchoring::None,
    ])
}

fn languages() -> impl Strategy<Value = Language> {
    let leaf = prop_oneof![
        3 => (patterns(), anchorings()).prop_filter_map("parses", |(text, anchoring)| {
            Pattern::parse(&text, anchoring).ok().map(Language::from)
        }),
        1 => texts().prop_map(|text| Language::Text(text.into())),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Language::complement),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Language::All),
            prop::collection::vec(inner, 0..3).prop_map(Language::Any),
        ]
    })
}

proptest! {
    #[test]
    fn shortcuts_agree_with_the_automaton(text in patterns(), on in texts(), anchoring in anchorings()) {
        if let Ok(pattern) = Pattern::parse(&text, anchoring) {
            prop_assert_eq!(pattern.is_match(&on), pattern.is_match_by_automaton(&on));
        }
    }

    #[test]
    fn a_witness_is_in_the_language_and_none_is_shorter(language in languages(), other in texts()) {
        match language.witness() {
            Witness::Empty => prop_assert!(!language.contains(&other)),
            Witness::Example(text) => {
                prop_assert!(language.contains(&text), "{:?}", text);
                prop_assert!(!language.contains(&other) || text.len() <= other.len());
            }
            Witness::Unknown => prop_assert!(false, "small patterns are decided"),
        }
    }

    #[test]
    fn containment_holds_for_every_text(a in languages(), b in languages(), text in texts()) {
        match a.is_subset_of(&b) {
            Containment::Yes => prop_assert!(!a.contains(&text) || b.contains(&text)),
            Containment::No(example) => prop_assert!(a.contains(&example) && !b.contains(&example)),
            Containment::Unknown => prop_assert!(false, "small patterns are decided"),
        }
        prop_assert_eq!(a.is_subset_of(&a), Containment::Yes);
    }

    #[test]
    fn no_pattern_panics(text in r"[\\()\[\]{}?*+|^$.a-cPQE0-9:<>é-]{0,24}") {
        if let Ok(pattern) = Pattern::parse(&text, Anchoring::None) {
            let replaced = pattern.replace_all("abcé-a", "$0");
            prop_assert_eq!(replaced, "abcé-a");
        }
    }
}

#[test]
fn the_empty_text_is_told_without_an_automaton() {
    for text in [
        "", "a*", "a+", "(a|)", "^$", "\\b", "\\B", "a{0}", "[^a]", "(?m)^", ".*b?", "x|y*",
    ] {
        for anchoring in [
            Anchoring::Prometheus,
            Anchoring::Alertmanager,
            Anchoring::None,
        ] {
            let pattern = Pattern::parse(text, anchoring).unwrap();
            assert_eq!(pattern.matches_empty(), pattern.is_match(""), "{text}");
        }
    }
}
