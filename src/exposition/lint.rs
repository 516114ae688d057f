//! What client_golang's `promlint` says of metrics.

use super::family::{Family, Kind};

/// Something that is not as Prometheus's naming conventions want it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// The name of the metric.
    pub metric: String,
    /// What is wrong.
    pub text: String,
}

/// Names of units, and the base unit that should stand in their place.
const UNITS: &[(&str, &str)] = &[
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
];

/// What may stand before a unit; `mibi` and `gibi` are spelled so there.
const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi", "",
];

const ABBREVIATIONS: &[&str] = &[
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

/// The findings in order of metric and text. What is wrong with several metrics of a family is told for each.
#[must_use]
pub fn lint(families: &[Family]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for family in families {
        let mut texts = Vec::new();
        units(family, &mut texts);
        kinds(family, &mut texts);
        names(family, &mut texts);
        findings.extend(texts.into_iter().map(|text| Finding {
            metric: family.name.clone(),
            text,
        }));
    }
    findings.sort();
    findings
}

fn units(family: &Family, texts: &mut Vec<String>) {
    let words: Vec<&str> = family.name.split('_').collect();
    let found = UNITS.iter().find_map(|&(unit, base)| {
        let spelled = PREFIXES.iter().map(|prefix| format!("{prefix}{unit}"));
        let mut spelled = spelled.filter(|unit| words.contains(&unit.as_str()));
        spelled.next().map(|unit| (unit, base))
    });
    if let Some((unit, base)) = found.filter(|(unit, base)| unit != base) {
        texts.push(format!("use base unit \"{base}\" instead of \"{unit}\""));
    }
    let name = family.name.to_lowercase();
    for unit in ABBREVIATIONS {
        if has_word(&name, unit) {
            texts.push("metric names should not contain abbreviated units".to_owned());
        }
    }
}

/// Whether a word stands behind an underscore, at the end or before another one.
fn has_word(name: &str, word: &str) -> bool {
    name.contains(&format!("_{word}_")) || name.ends_with(&format!("_{word}"))
}

/// What types and names have to do with each other.
fn kinds(family: &Family, texts: &mut Vec<String>) {
    let kind = family.kind.unwrap_or(Kind::Untyped);
    let name = &family.name;
    let is_total = name.ends_with("_total");
    match kind {
        Kind::Counter if !is_total => {
            texts.push("counter metrics should have \"_total\" suffix".to_owned());
        }
        Kind::Counter | Kind::Untyped => {}
        _ if is_total => {
            texts.push("non-counter metrics should not have \"_total\" suffix".to_owned());
        }
        _ => {}
    }
    if kind != Kind::Untyped {
        let is_histogram = kind == Kind::Histogram;
        let is_either = is_histogram || kind == Kind::Summary;
        if !is_histogram && name.ends_with("_bucket") {
            texts.push("non-histogram metrics should not have \"_bucket\" suffix".to_owned());
        }
        for ending in ["_count", "_sum"] {
            if !is_either && name.ends_with(ending) {
                texts.push(format!(
                    "non-histogram and non-summary metrics should not have \"{ending}\" suffix"
                ));
            }
        }
        let labels = family.metrics.iter().flat_map(|metric| &metric.labels);
        for (label, _) in labels {
            if !is_histogram && label == "le" {
                texts.push("non-histogram metrics should not have \"le\" label".to_owned());
            }
            if kind != Kind::Summary && label == "quantile" {
                texts.push("non-summary metrics should not have \"quantile\" label".to_owned());
            }
        }
    }
    let name = name.to_lowercase();
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Untyped) {
        if has_word(&name, kind.name()) {
            let kind = kind.name();
            texts.push(format!("metric name should not include type '{kind}'"));
        }
    }
}

fn names(family: &Family, texts: &mut Vec<String>) {
    if family.help.is_none() {
        texts.push("no help text".to_owned());
    }
    if family.name.contains(':') {
        texts.push("metric names should not contain ':'".to_owned());
    }
    if is_camel_case(&family.name) {
        texts.push("metric names should be written in 'snake_case' not 'camelCase'".to_owned());
    }
    let labels = family.metrics.iter().flat_map(|metric| &metric.labels);
    for _ in labels.filter(|(label, _)| is_camel_case(label)) {
        texts.push("label names should be written in 'snake_case' not 'camelCase'".to_owned());
    }
}

fn is_camel_case(name: &str) -> bool {
    let pairs = name.as_bytes().windows(2);
    let mut pairs = pairs.map(|pair| (pair[0], pair[1]));
    pairs.any(|(one, next)| one.is_ascii_lowercase() && next.is_ascii_uppercase())
}
