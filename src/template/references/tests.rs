use super::super::Template;
use super::*;
use crate::target::Target;

fn reading(text: &str) -> Reading {
    Template::parse(text, "A", &Target::default())
        .expect(text)
        .reading()
}

/// The labels that are read, those that are guarded with a star.
fn labels(text: &str) -> Vec<String> {
    let uses = reading(text).uses.into_iter();
    uses.filter_map(|found| match found.what {
        Reference::Label(name) if found.guarded => Some(format!("{name}*")),
        Reference::Label(name) => Some(name.to_string()),
        _ => None,
    })
    .collect()
}

/// What varies, as written.
fn varying(text: &str) -> Vec<(&str, Source, bool)> {
    let varying = reading(text).varying.into_iter();
    varying
        .map(|found| (&text[found.span.range()], found.source, found.is_condition))
        .collect()
}

#[test]
fn tells_which_labels_are_tested_first() {
    for (text, expected) in [
        ("{{ $labels.a }}{{ .Labels.b }}", vec!["a", "b"]),
        ("{{ with $labels.a }}{{ . }}{{ end }}", vec!["a*"]),
        (
            "{{ if $labels.a }}{{ $labels.a }}{{ $labels.b }}{{ end }}{{ $labels.a }}",
            vec!["a*", "a*", "b", "a"],
        ),
        (
            "{{ if not $labels.a }}none{{ else }}{{ $labels.a }}{{ end }}",
            vec!["a*", "a*"],
        ),
        ("{{ or $labels.a $labels.b }}", vec!["a*", "b*"]),
        ("{{ $labels.a }}{{ $labels.b | or \"x\" }}", vec!["a", "b*"]),
        ("{{ $x := $labels.a }}{{ $x }}", vec!["a*"]),
        (
            "{{ define \"t\" }}{{ .Labels.a }}{{ end }}{{ template \"t\" . }}",
            vec!["a"],
        ),
    ] {
        assert_eq!(labels(text), expected, "{text}");
    }
}

#[test]
fn follows_the_value_into_the_text() {
    for (text, expected) in [
        ("{{ $labels.a }}", vec![]),
        ("{{ $value }}", vec![("$value", Source::Value, false)]),
        (
            "{{ $x := .Value | humanize }}{{ printf \"%s\" $x }}",
            vec![("printf \"%s\" $x", Source::Value, false)],
        ),
        (
            "{{ if gt $value 5.0 }}a{{ end }}",
            vec![("gt $value 5.0", Source::Value, true)],
        ),
        (
            "{{ with query \"up\" }}{{ . | first | value }}{{ . | first | label \"a\" }}{{ end }}",
            vec![(". | first | value", Source::Query, false)],
        ),
        (
            "{{ range query \"up\" }}{{ .Value }}{{ end }}",
            vec![(".Value", Source::Query, false)],
        ),
        ("{{ now }}", vec![("now", Source::Now, false)]),
    ] {
        assert_eq!(varying(text), expected, "{text}");
    }
}

#[test]
fn reads_labels_off_queries() {
    let text = "{{ range $i, $s := query \"up\" }}{{ $s.Labels.a }}{{ . | label \"b\" }}{{ end }}\
                {{ (query \"down\" | first).Labels.c }}{{ index (query \"x\") 0 }}{{ $labels.d }}";
    let found: Vec<(QueryText, usize)> = reading(text)
        .queries
        .into_iter()
        .map(|query| (query.text, query.labels.len()))
        .collect();
    let constant = |text: &str| QueryText::Constant(text.into());
    assert_eq!(
        found,
        [
            (constant("up"), 2),
            (constant("down"), 1),
            (constant("x"), 0)
        ]
    );
}

#[test]
fn knows_which_verbs_fit() {
    let fault = |text: &str| {
        let reading = reading(text);
        assert_eq!(reading.formats.len(), 1, "{text}");
        reading.formats[0].fault()
    };
    for (text, expected) in [
        ("{{ printf \"%d\" $value }}", Some("%!d(float64=1.5)")),
        ("{{ $value | printf \"%5.1f%%\" }}", None),
        ("{{ printf \"%d\" $labels.a }}", Some("%!d(string=x)")),
        ("{{ printf \"%s\" (humanize $value) }}", None),
        (
            "{{ printf \"%.1f\" (humanize $value) }}",
            Some("%!f(string=  x)"),
        ),
        ("{{ printf \"%s %s\" $labels.a }}", Some("%!s(MISSING)")),
        ("{{ printf \"a\" $labels.a }}", Some("%!(EXTRA string=x)")),
        ("{{ printf \"%d\" (len $labels.a) }}", None),
        ("{{ printf \"%v%%!d(\" $value }}", None),
        // Nothing is known of what `index` gives.
        ("{{ printf \"%d\" (index $labels $labels.a) }}", None),
    ] {
        let fault = fault(text);
        match expected {
            Some("%!f(string=  x)") => assert!(
                fault.is_some_and(|fault| fault.contains("string")),
                "{text}"
            ),
            expected => assert_eq!(fault.as_deref(), expected, "{text}"),
        }
    }
}

#[test]
fn tells_how_the_value_is_shown() {
    for (text, expected) in [
        ("{{ $value }}%", Some((Humanized::No, true))),
        (
            "{{ $value | printf \"%.2f%%\" }}",
            Some((Humanized::Format, true)),
        ),
        (
            "{{ humanizePercentage $value }} of it",
            Some((Humanized::Percentage, false)),
        ),
        (
            "{{ $value | humanizeDuration }}",
            Some((Humanized::Duration, false)),
        ),
        ("{{ printf \"about %.2f of it\" $value }}%", None),
        ("{{ $labels.a }}%", None),
    ] {
        let shown = reading(text).shown;
        let shown = shown.first().map(|shown| (shown.by, shown.percent));
        assert_eq!(shown, expected, "{text}");
    }
}
