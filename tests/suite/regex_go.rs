//! Where Go's regular expressions differ from those of the `regex` crate, and how Go words its errors.
//! The expectations are what Go's `regexp` answers.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use rulecheck::regex::{Anchoring, Containment, Language, Pattern, Witness};

/// Pattern, texts it matches somewhere, texts it does not.
const MATCHES: &[(&str, &[&str], &[&str])] = &[
    (r"^\d$", &["7"], &["٣"]),
    (r"^\w$", &["a", "_"], &["é"]),
    (r"^(?i)\w$", &["k", "\u{212a}", "ſ"], &["é"]),
    (r"^\W$", &["é"], &["a"]),
    (
        r"^\s$",
        &["\t", " ", "\u{c}"],
        &["\u{b}", "\u{a0}", "\u{2003}"],
    ),
    (r"\bb", &["éb", "b"], &["ab"]),
    (r"a\Bé", &[], &["aé"]),
    (r"^\Qa.b*\E+$", &["a.b*", "a.b**"], &["axb*", "a.b"]),
    (r"^\Qa.b", &["a.b"], &["axb"]),
    (r"^a{,2}$", &["a{,2}"], &["a", "aa", ""]),
    (r"^a{2$", &["a{2"], &["aa"]),
    (r"^a{01}$", &["a{01}"], &["a"]),
    (r"^{$", &["{"], &[]),
    (r"^a{2}$", &["aa"], &["a"]),
    (r"^\pN$", &["1", "²"], &["a"]),
    (r"^\p{Greek}$", &["α"], &["a"]),
    (r"^\p{^Greek}$", &["a"], &["α"]),
    (r"^\P{^Greek}$", &["α"], &["a"]),
    (r"^\p{Old_Italic}$", &["\u{10300}"], &["a"]),
    (r"^(?i)\p{Lu}$", &["a", "A"], &["1"]),
    (r"^[[:alpha:]]$", &["a"], &["é", ":"]),
    (r"^[[:^digit:]]$", &["a", "é"], &["1"]),
    (r"^[[:word:]]$", &["_"], &["-"]),
    (r"^[^\d]$", &["a", "\n"], &["1"]),
    (r"^[^\W]$", &["a"], &["-", "é"]),
    (r"^[a-c&&b]$", &["a", "&", "b"], &[]),
    (r"^[a-z--b]$", &["z", "-", "A"], &["+"]),
    (r"^[a[b]]$", &["a]", "[]"], &["a", "b"]),
    (r"^[]a]$", &["]", "a"], &[]),
    (r"^[^]a]$", &["b"], &["]"]),
    (r"^[a-]$", &["-", "a"], &[]),
    (r"^[\d-z]$", &["5", "-", "z"], &["a"]),
    (r"^\101\x42\x{43}$", &["ABC"], &[]),
    (r"^\0$", &["\0"], &["0"]),
    (r"^\x{10FFFF}$", &["\u{10ffff}"], &[]),
    (r"^[\x{d7ff}-\x{e000}]$", &["\u{d7ff}", "\u{e000}"], &["a"]),
    (r"\x{d800}", &[], &["a", "\u{fffd}"]),
    (r"^\_\-$", &["_-"], &[]),
    (r"a$", &["a"], &["a\n"]),
    (r"(?m)a$", &["a", "a\nb"], &["a\r\n"]),
    (r"a\z", &["a"], &["a\n"]),
    (r"^a.b$", &["a\rb"], &["a\nb"]),
    (r"(?s)^a.b$", &["a\nb"], &[]),
    (r"(?i)^straße$", &["STRAßE", "ſtraẞe"], &["STRASSE"]),
    (r"(?i)^ς$", &["σ", "Σ", "ς"], &["s"]),
    (r"^(?i:a)b$", &["Ab"], &["AB"]),
    (r"^a(?i)b(?-i)c$", &["aBc"], &["aBC"]),
    (r"^(?P<x>a)(?<y>b)(?P<x>c)$", &["abc"], &[]),
    (r"^a*\Q\E*$", &["aa"], &["b"]),
    (r"^(|a)*$", &["aa", ""], &["b"]),
    (r"^^a$$", &["a"], &[]),
    (r"^*a", &["a"], &["b"]),
    (r"^(a{0}b){2}$", &["bb"], &["ab"]),
];

/// Pattern, Go's words, the fragment it shows.
const ERRORS: &[(&str, &str, &str)] = &[
    ("(", "missing closing )", "("),
    ("a(b", "missing closing )", "a(b"),
    (")", "unexpected )", ")"),
    ("a)(b", "unexpected )", "a)(b"),
    ("x[a", "missing closing ]", "[a"),
    ("[]", "missing closing ]", "[]"),
    ("[[:alpha:]", "missing closing ]", "[[:alpha:]"),
    ("[z-a]", "invalid character class range", "z-a"),
    ("[[:foo:]]", "invalid character class range", "[:foo:]"),
    (r"a\p{Foo}", "invalid character class range", r"\p{Foo}"),
    (r"\p{Grek}", "invalid character class range", r"\p{Grek}"),
    (
        r"\p{Alphabetic}",
        "invalid character class range",
        r"\p{Alphabetic}",
    ),
    (r"\pX", "invalid character class range", r"\pX"),
    (r"\p{", "invalid character class range", r"\p{"),
    (r"a\Z", "invalid escape sequence", r"\Z"),
    (r"\C", "invalid escape sequence", r"\C"),
    (r"\u0041", "invalid escape sequence", r"\u"),
    (r"\1", "invalid escape sequence", r"\1"),
    (r"\8", "invalid escape sequence", r"\8"),
    (r"\é", "invalid escape sequence", r"\é"),
    (r"\x4g", "invalid escape sequence", r"\x4g"),
    (r"\x{110000}", "invalid escape sequence", r"\x{110000"),
    (r"\x{}", "invalid escape sequence", r"\x{}"),
    (r"[\b]", "invalid escape sequence", r"\b"),
    (r"[\Q]", "invalid escape sequence", r"\Q"),
    (r"[a-\d]", "invalid escape sequence", r"\d"),
    ("*", "missing argument to repetition operator", "*"),
    ("a|*b", "missing argument to repetition operator", "*"),
    ("(?i)+?", "missing argument to repetition operator", "+?"),
    ("{1}", "missing argument to repetition operator", "{1}"),
    ("a**b", "invalid nested repetition operator", "**"),
    ("a+?+", "invalid nested repetition operator", "+?+"),
    ("a{2}{3}", "invalid nested repetition operator", "{2}{3}"),
    ("a++", "invalid nested repetition operator", "++"),
    ("a{1001}", "invalid repeat count", "{1001}"),
    ("a{2,1}", "invalid repeat count", "{2,1}"),
    ("(a{500}){3}b", "invalid repeat count", "{3}"),
    (
        "a{99999999999999999999}",
        "invalid repeat count",
        "{99999999999999999999}",
    ),
    ("(?=a)", "invalid or unsupported Perl syntax", "(?="),
    ("(?!a)", "invalid or unsupported Perl syntax", "(?!"),
    ("(?x)a", "invalid or unsupported Perl syntax", "(?x"),
    ("(?i-)a", "invalid or unsupported Perl syntax", "(?i-)"),
    ("(?i", "invalid or unsupported Perl syntax", "(?i"),
    ("(?P=n)", "invalid or unsupported Perl syntax", "(?P"),
    ("(?<=a)", "invalid named capture", "(?<=a)"),
    ("(?P<n-m>a)", "invalid named capture", "(?P<n-m>"),
    ("(?P<>a)", "invalid named capture", "(?P<>"),
    ("(?P<n", "invalid named capture", "(?P<n"),
    (r"a\", "trailing backslash at end of expression", ""),
];

#[test]
fn matches_what_go_matches() {
    for (pattern, yes, no) in MATCHES {
        let parsed = Pattern::parse(pattern, Anchoring::None).expect(pattern);
        for text in *yes {
            assert!(parsed.is_match(text), "{pattern} must match {text:?}");
        }
        for text in *no {
            assert!(!parsed.is_match(text), "{pattern} must not match {text:?}");
        }
    }
}

#[test]
fn refuses_what_go_refuses_in_its_words() {
    for (pattern, words, fragment) in ERRORS {
        let error = Pattern::parse(pattern, Anchoring::None).expect_err(pattern);
        let expected = format!("error parsing regexp: {words}: `{fragment}`");
        assert_eq!(error.to_string(), expected, "{pattern}");
    }
}

#[test]
fn errors_about_the_whole_show_what_was_compiled() {
    let error = |anchoring| {
        Pattern::parse("a(b", anchoring)
            .expect_err("unclosed")
            .to_string()
    };
    let expected = |whole: &str| format!("error parsing regexp: missing closing ): `{whole}`");
    assert_eq!(error(Anchoring::Prometheus), expected("a(b"));
    assert_eq!(error(Anchoring::LabelReplace), expected("^(?s:a(b)$"));
    assert_eq!(error(Anchoring::Alertmanager), expected("^(?:a(b)$"));
    assert_eq!(error(Anchoring::None), expected("a(b"));
}

#[test]
fn anchoring_decides_on_newlines_and_the_whole_text() {
    let matches = |anchoring, text: &str| {
        Pattern::parse("a.", anchoring)
            .expect("valid")
            .is_match(text)
    };
    for (anchoring, newline, inside) in [
        (Anchoring::Prometheus, true, false),
        (Anchoring::LabelReplace, true, false),
        (Anchoring::Alertmanager, false, false),
        (Anchoring::None, false, true),
    ] {
        assert!(matches(anchoring, "ab"));
        assert_eq!(matches(anchoring, "a\n"), newline, "{anchoring:?}");
        assert_eq!(matches(anchoring, "xabx"), inside, "{anchoring:?}");
    }
}

#[test]
fn expands_as_label_replace_does() {
    let expand = |pattern: &str, template: &str, text: &str| {
        let pattern = Pattern::parse(pattern, Anchoring::LabelReplace).expect(pattern);
        pattern
            .captures(text)
            .map(|found| pattern.expand(template, text, &found))
    };
    let host = r"(?P<host>[^:]+):(\d+)";
    assert_eq!(expand(host, "$1", "db:90").as_deref(), Some("db"));
    assert_eq!(expand(host, "${2}x", "db:90").as_deref(), Some("90x"));
    assert_eq!(expand(host, "$host-$2", "db:90").as_deref(), Some("db-90"));
    assert_eq!(
        expand(host, "$1x", "db:90").as_deref(),
        Some(""),
        "the group named 1x"
    );
    assert_eq!(
        expand(host, "$$1 $9 $ ${1", "db:90").as_deref(),
        Some("$1  $ ${1")
    );
    assert_eq!(expand(host, "$0", "db:90").as_deref(), Some("db:90"));
    assert_eq!(expand(host, "$1", "db"), None);
    assert_eq!(expand("(a)?b", "[$1]", "b").as_deref(), Some("[]"));
}

#[test]
fn replaces_as_templates_do() {
    let replace = |pattern: &str, text: &str, with: &str| {
        Pattern::parse(pattern, Anchoring::None)
            .expect(pattern)
            .replace_all(text, with)
    };
    assert_eq!(replace(r"(.*):\d+", "host:90", "$1"), "host");
    assert_eq!(replace("a*", "baac", "-"), "-b-c-");
    assert_eq!(replace("", "aé", "."), ".a.é.");
    assert_eq!(replace("x", "abc", "y"), "abc");
    assert_eq!(replace("(|a)*", "aab", "<$0>"), "<>a<>a<>b<>");
}

#[test]
fn tells_how_matchers_relate() {
    let pattern =
        |text: &str| Language::from(Pattern::parse(text, Anchoring::Prometheus).expect("valid"));
    let text = |text: &str| Language::Text(text.into());
    assert_eq!(
        pattern("prod|dev").is_subset_of(&pattern("prod|dev|test")),
        Containment::Yes
    );
    assert_eq!(
        pattern("prod|dev").is_subset_of(&pattern("prod.*")),
        Containment::No("dev".into())
    );
    assert_eq!(
        text("crit").is_subset_of(&pattern("crit|warn")),
        Containment::Yes
    );
    assert_eq!(text("").overlap(&pattern(".+")), Witness::Empty);
    assert_eq!(
        pattern("a.*").overlap(&pattern(".*b")),
        Witness::Example("ab".into())
    );
    assert_eq!(pattern("a.*").overlap(&pattern("b.*")), Witness::Empty);
    assert_eq!(
        pattern(".+").is_subset_of(&text("").complement()),
        Containment::Yes
    );
    assert_eq!(
        text("").complement().is_subset_of(&pattern(".+")),
        Containment::Yes
    );
    assert_eq!(pattern(".*").complement().witness(), Witness::Empty);
    assert_eq!(
        Language::everything().witness(),
        Witness::Example(String::new())
    );
    assert_eq!(pattern("[^a-z]").witness(), Witness::Example("0".into()));
    assert_eq!(
        pattern(r"\pL+").overlap(&pattern("[^ -~]+")),
        Witness::Example("ª".into())
    );
    let huge = pattern("(.*a.{40}|.*b.{60})");
    assert_eq!(huge.overlap(&pattern("(.*c.{40})")), Witness::Unknown);
    // One member decides even where another cannot be built.
    assert_eq!(text("abc").overlap(&huge), Witness::Empty);
}
