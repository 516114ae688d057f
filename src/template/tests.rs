use super::*;
use proptest::prelude::*;

struct Fixture;

fn labels() -> Labels {
    Labels::from_pairs([("__name__", "x"), ("i", "1")])
}

impl World for Fixture {
    fn query(&self, expression: &str) -> Result<Vec<QuerySample>, String> {
        let sample = |i: &str, value| QuerySample {
            labels: Labels::from_pairs([("i", i)]),
            value,
        };
        match expression {
            "x" => Ok(vec![sample("1", 5.0)]),
            "two" => Ok(vec![sample("b", 2.0), sample("a", 1.0)]),
            "bad" => Err("no such thing".to_owned()),
            _ => Ok(Vec::new()),
        }
    }
    fn now(&self) -> f64 {
        90.0
    }
    fn external_url(&self) -> &str {
        "https://prom.example/base/"
    }
}

fn target(major: u16, minor: u16) -> Target {
    Target {
        prometheus: Version::new(major, minor),
        ..Target::default()
    }
}

fn data(value: f64) -> Data {
    Data {
        labels: labels(),
        external_labels: Labels::from_pairs([("dc", "eu")]),
        external_url: "https://prom.example".into(),
        value: AlertValue::Float(value),
    }
}

fn expand_for(target: &Target, text: &str, value: f64) -> String {
    Template::parse(text, "A", target)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .expand_or_error_text(&data(value), &Fixture)
}

fn expand(text: &str) -> String {
    expand_for(&Target::default(), text, 5.0)
}

/// The message of an error, without where it happened.
fn message(text: &str) -> String {
    let template = Template::parse(text, "A", &Target::default()).expect(text);
    match template.expand(&data(5.0), &Fixture) {
        Ok(output) => panic!("{text} gave {output}"),
        Err(error) => error.message,
    }
}

#[test]
fn expands_the_documented_vectors() {
    // What promtool 2.42 prints.
    for (template, expected) in [
        (
            r#"{{ humanize 1234567.0 }} {{ humanize 0.00012 }} {{ humanize 1023 }} {{ humanize "12" }}"#,
            "1.235M 120u 1.023k 12",
        ),
        ("{{ humanize 999.99 }} {{ humanize 1e30 }}", "1000 1e+06Y"),
        (
            "{{ humanize1024 1024.0 }} {{ humanize1024 0.5 }} {{ humanize1024 1048576 }}",
            "1ki 0.5 1Mi",
        ),
        (
            "{{ humanizeDuration 59.9 }}, {{ humanizeDuration 3661.5 }}, {{ humanizeDuration -90061.0 }}",
            "59.9s, 1h 1m 1s, -1d 1h 1m 1s",
        ),
        (
            "{{ humanizeDuration 0.0005 }} {{ humanizeDuration 1e-9 }} {{ humanizeDuration 899.99 }} {{ humanizeDuration .12345 }}",
            "500us 1ns 14m 59s 123.5ms",
        ),
        (
            "{{ humanizePercentage 0.12345 }} {{ humanizePercentage 1.0 }} {{ humanizePercentage -0.22222 }}",
            "12.35% 100% -22.22%",
        ),
        ("{{ humanizePercentage 123.45678 }}", "1.235e+04%"),
        (
            r#"{{ 1435065584 | toTime }} ; {{ (toTime 0.0).Format "2006-01-02" }}"#,
            "2015-06-23 13:19:44 +0000 UTC ; 1970-01-01",
        ),
        (
            "{{ humanizeTimestamp 1435065584.128 }}",
            "2015-06-23 13:19:44.128 +0000 UTC",
        ),
        (
            r#"{{ printf "%5.1f|%-8s|%q|%x|%t|%e|%g|%s" $value "a" "q" 255 true $value $value $value }}"#,
            r#"  5.0|a       |"q"|ff|true|5.000000e+00|5|%!s(float64=5)"#,
        ),
        (
            r#"{{ reReplaceAll "(.*):\\d+" "$1" "host:90" }} {{ match "a.c" "xabcx" }}"#,
            "host true",
        ),
        (
            r#"{{ stripDomain "a.b.c:80" }} {{ stripDomain "1.2.3.4:80" }} {{ stripDomain "[::1]:9" }} {{ stripDomain "a" }}"#,
            "a:80 1.2.3.4:80 [::1]:9 a",
        ),
        (
            r#"{{ stripPort "h:1" }} {{ stripPort "[::1]:9" }} {{ stripPort "h" }}"#,
            "h ::1 h",
        ),
        (
            r#"{{ graphLink "up{a=\"b\"}" }}"#,
            "/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=0",
        ),
        (
            r#"{{ if eq $labels.i "1" "2" }}eq{{ end }} ; {{ or "" "dflt" }} ; {{ not true }}"#,
            "eq ; dflt ; false",
        ),
        (
            r#"{{ index $labels "i" }} {{ len "abc" }} {{ slice "abcdef" 1 3 }} {{ html "<a>" }} {{ urlquery "a b&" }} {{ print 1 2 "a" "b" 3 }}"#,
            "1 3 bc &lt;a&gt; a+b%26 1 2ab3",
        ),
        ("a  {{- /* c */ -}}  b {{- 1 }}", "ab1"),
        (
            r#"{{ define "T" }}<{{ .arg0 }}{{ .arg1 }}>{{ end }}{{ template "T" (args 1 "z") }}"#,
            "<1z>",
        ),
        (
            "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}",
            "__name__=x;i=1;",
        ),
        (
            r#"{{ query "x" | len }}, {{ with query "x" }}{{ . | first | label "i" }}{{ end }}"#,
            "1, 1",
        ),
        (
            "{{ . }}",
            "{map[__name__:x i:1] map[dc:eu] https://prom.example 5}",
        ),
        ("{{ $labels.nope }}|{{ parseDuration \"1h30m\" }}", "|5400"),
        (
            "{{ 12345678 }} {{ 0.00001 }} {{ 1e6 }}",
            "12345678 1e-05 1e+06",
        ),
    ] {
        for target in [target(2, 42), Target::default()] {
            assert_eq!(expand_for(&target, template, 5.0), expected, "{template}");
        }
    }
}

#[test]
fn an_error_takes_the_place_of_the_text() {
    assert_eq!(
        expand_for(&target(2, 42), "{{ if gt $value 1 }}x{{ end }}", 5.0),
        "<error expanding template: error executing template __alert_A: template: __alert_A:1:118: \
         executing \"__alert_A\" at <gt $value 1>: error calling gt: incompatible types for comparison>"
    );
    assert_eq!(
        expand("a\n{{ .Nope }}"),
        "<error expanding template: error executing template __alert_A: template: __alert_A:2:3: \
         executing \"__alert_A\" at <.Nope>: can't evaluate field Nope in type struct \
         { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }>"
    );
    let template = Template::parse("ä {{ .Nope }}", "A", &Target::default()).expect("valid");
    let error = template.expand(&data(5.0), &Fixture).expect_err("fails");
    assert_eq!(error.span, Span::empty(6), "in the text itself");
    assert_eq!(
        message(r#"{{ query "nope" | first | value }}"#),
        "error calling first: first() called on vector with no elements"
    );
    assert_eq!(
        message(r#"{{ query "bad" }}"#),
        "error calling query: no such thing"
    );
    assert_eq!(
        message(r#"{{ reReplaceAll "(" "" "" }}"#),
        "error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"
    );
    assert_eq!(
        message("{{ gt $value 1 }}"),
        "error calling gt: incompatible types for comparison: float64 and int"
    );
}

#[test]
fn newer_functions_depend_on_the_target() {
    for (template, function, since, expected) in [
        ("{{ now }}", "now", Version::new(3, 6), "90"),
        (
            "{{ toDuration 90 }}",
            "toDuration",
            Version::new(3, 6),
            "1m30s",
        ),
        (
            r#"{{ urlQueryEscape "a b" }}"#,
            "urlQueryEscape",
            Version::new(3, 8),
            "a+b",
        ),
    ] {
        assert_eq!(expand(template), expected);
        let error = Template::parse(template, "A", &target(2, 42)).expect_err(template);
        assert_eq!(
            error.message,
            format!("function \"{function}\" not defined")
        );
        assert_eq!(error.since, Some(since));
    }
    assert_eq!(expand(r#"{{ title "don't foo_bar" }}"#), "Don't Foo_bar");
    assert_eq!(
        expand_for(&target(2, 42), r#"{{ title "don't foo_bar" }}"#, 5.0),
        "Don'T Foo_bar"
    );
    assert_eq!(
        expand("{{ externalURL }} {{ pathPrefix }}"),
        "https://prom.example/base/ /base/"
    );
    assert_eq!(expand("{{ range 3 }}{{ . }}{{ end }}"), "012");
    let sorted =
        r#"{{ range sortByLabel "i" (query "two") }}{{ .Labels.i }}{{ .Value }} {{ end }}"#;
    assert_eq!(expand(sorted), "a1 b2 ");
}

#[test]
fn parse_errors_are_gos() {
    for (template, line, expected, part) in [
        (
            r#"x {{ join "," }}"#,
            1,
            r#"function "join" not defined"#,
            "join",
        ),
        (
            "{{ $label.x }}",
            1,
            r#"undefined variable "$label""#,
            "$label",
        ),
        ("a {{ end }}", 1, "unexpected {{end}}", "}}"),
        ("{{ if true }}a", 1, "unexpected EOF", ""),
        ("{{ $value ", 1, "unclosed action", ""),
        (
            "a\n{{ $value\n",
            3,
            "unclosed action started at __alert_A:2",
            "",
        ),
        ("{{ $labels.foo-bar }}", 1, "bad character U+002D '-'", ""),
        ("{{ \"a }}", 1, "unterminated quoted string", ""),
        ("{{ ( 1 }}", 1, "unclosed left paren", ""),
        ("{{ }}", 1, "missing value for command", "}}"),
        (
            "{{ 1 | 2 }}",
            1,
            "non executable command in pipeline stage 2",
            "2",
        ),
        ("{{ if }}{{ end }}", 1, "missing value for if", "}}"),
        ("{{ break }}", 1, "{{break}} outside {{range}}", "}}"),
        (
            "{{ define \"T\" }}{{ $labels.x }}{{ end }}",
            1,
            r#"undefined variable "$labels""#,
            "$labels",
        ),
        ("{{ else }}", 1, "unexpected {{else}}", "}}"),
        ("{{/* a }}", 1, "unclosed comment", ""),
        ("{{ \"q\\q\" }}", 1, "invalid syntax", "\"q\\q\""),
        (
            "{{ $x, $y := 1 }}",
            1,
            "too many declarations in command",
            ",",
        ),
        (
            "{{ 99999999999999999999 }}",
            1,
            r#"integer overflow: "99999999999999999999""#,
            "99999999999999999999",
        ),
        (
            "{{ template foo }}",
            1,
            "unexpected \"foo\" in template clause",
            "foo",
        ),
    ] {
        let error = Template::parse(template, "A", &Target::default()).expect_err(template);
        assert_eq!(error.message, expected, "{template}");
        assert_eq!(
            error.to_string(),
            format!("template: __alert_A:{line}: {expected}")
        );
        assert_eq!(&template[error.span.range()], part, "{template}");
    }
    assert!(Template::parse("{{ with 1 }}{{ else with 2 }}{{ end }}", "A", &target(3, 0)).is_ok());
    assert!(
        Template::parse(
            "{{ with 1 }}{{ else with 2 }}{{ end }}",
            "A",
            &target(2, 42)
        )
        .is_err()
    );
}

fn references(text: &str) -> Vec<(String, Reference)> {
    let template = Template::parse(text, "A", &Target::default()).expect(text);
    let uses = template.references().into_iter();
    uses.map(|found| (text[found.span.range()].to_owned(), found.what))
        .collect()
}

#[test]
fn tells_what_a_template_looks_at() {
    let label = |text: &str, name: &str| (text.to_owned(), Reference::Label(name.into()));
    let function = |name: &str| (name.to_owned(), Reference::Function(name.into()));
    let value = |text: &str| (text.to_owned(), Reference::Value);
    assert_eq!(references("plain"), []);
    assert_eq!(
        references("{{ $labels.job }} {{ .Labels.env }} {{ $.Labels.x }} {{ $value | humanize }}"),
        [
            label("$labels.job", "job"),
            label(".Labels.env", "env"),
            label("$.Labels.x", "x"),
            value("$value"),
            function("humanize"),
        ]
    );
    assert_eq!(
        references(r#"{{ index $labels "a-b" }}{{ $externalLabels.dc }}{{ .Labls }}"#),
        [
            function("index"),
            label(r#"$labels "a-b""#, "a-b"),
            (
                "$externalLabels.dc".into(),
                Reference::ExternalLabel("dc".into())
            ),
            (".Labls".into(), Reference::UnknownField("Labls".into())),
        ]
    );
    // Another dot, another variable, a template that is given the data.
    assert_eq!(
        references(
            r#"{{ with $labels }}{{ .a }}{{ end }}{{ range query "up" }}{{ .Labels.b }}{{ end }}"#
        ),
        [
            label(".a", "a"),
            function("query"),
            (r#""up""#.into(), Reference::Query("up".into())),
        ]
    );
    assert_eq!(
        references("{{ $l := .Labels }}{{ $l.a }}{{ $value := 1 }}{{ $value }}"),
        [label("$l.a", "a")]
    );
    assert_eq!(
        references(r#"{{ define "T" }}{{ .Labels.a }}{{ end }}{{ template "T" . }}"#),
        [label(".Labels.a", "a")]
    );
    assert_eq!(
        references("{{ range $k, $v := $labels }}{{ $k }}{{ end }}"),
        [("$labels".into(), Reference::Labels)]
    );
}

#[test]
fn hostile_templates_end_in_an_error_on_a_small_stack() {
    let work = || {
        let parse = |text: &str| Template::parse(text, "A", &Target::default());
        let message = |text: &str| parse(text).expect_err("too deep").message;
        let parens =
            |depth: usize| format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth));
        let blocks = |depth: usize| {
            format!(
                "{}x{}",
                "{{ if true }}".repeat(depth),
                "{{ end }}".repeat(depth)
            )
        };
        let chain = |depth: usize| {
            format!(
                "{{{{ if false }}}}{}{{{{ end }}}}",
                "{{ else if false }}".repeat(depth)
            )
        };
        for text in [
            parens(100_000),
            blocks(100_000),
            chain(100_000),
            "{{ if ".repeat(50_000),
        ] {
            assert!(parse(&text).is_err());
        }
        assert_eq!(message(&parens(100_000)), "max expression depth exceeded");
        assert_eq!(expand(&parens(240)), "1");
        assert_eq!(expand(&blocks(240)), "x");
        assert_eq!(expand(&chain(240)), "");
        let recursion = r#"{{ define "T" }}{{ template "T" . }}{{ end }}{{ template "T" . }}"#;
        assert!(expand(recursion).contains("exceeded maximum template depth"));
        let nested = format!(
            r#"{{{{ define "T" }}}}{}{{{{ template "T" . }}}}{}{{{{ end }}}}{{{{ template "T" . }}}}"#,
            "{{ if true }}".repeat(200),
            "{{ end }}".repeat(200)
        );
        assert!(expand(&nested).contains("exceeded maximum template depth"));
        assert!(expand("{{ range 99999999999 }}{{ end }}").contains("does not come to an end"));
        let doubling = r#"{{ $x := "ab" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}"#;
        assert!(expand(doubling).contains("prints too much"));
        assert!(
            expand(r#"{{ printf "%900000d%900000d%900000d" 1 2 3 }}"#).contains("prints too much")
        );
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no overflow, no panic");
}

proptest! {
    #[test]
    fn text_without_actions_expands_to_itself(text in "[^{]{0,40}") {
        prop_assert_eq!(expand(&text), text);
    }

    #[test]
    fn no_template_panics(words in prop::collection::vec(prop::sample::select(vec![
        "{{", "}}", "{{- ", " -}}", "if ", "range ", "with ", "else ", "end ", "define \"T\"", "template \"T\" ",
        "$labels.i ", "$value ", ". ", "(", ")", "| ", "printf ", "\"%s\" ", "\"", "`", "'", "1 ", "1.5 ", "-",
        "é", "\n", "/*", "*/", "$x := ", "index ", "query \"x\" ", "humanize ", ", ", "nil ", ".a.b ",
    ]), 0..20)) {
        let text = words.concat();
        match Template::parse(&text, "A", &Target::default()) {
            Ok(template) => {
                for found in template.references() {
                    prop_assert!(text.get(found.span.range()).is_some());
                }
                if let Err(error) = template.expand(&data(1.0), &Fixture) {
                    prop_assert!(text.is_char_boundary(error.span.start as usize));
                }
            }
            Err(error) => prop_assert!(text.get(error.span.range()).is_some()),
        }
    }
}
