//! `rulecheck.yaml`: what belongs together, what it runs on, and what the team demands.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::one_or_many::OneOrMany;
use super::settings_error::SettingsError;
use crate::diagnostic::Level;
use crate::source::SourceFile;
use crate::target::{Dialect, Duration, Features, Version};

/// The settings of a project. Paths and globs are relative to the folder of the settings file.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What runs together. Without this everything below the settings file is one environment.
    pub environments: OneOrMany<EnvironmentSettings>,
    /// Where absolute paths of the configuration are found here: prefix → folder, as `/etc/prometheus: rules`.
    pub paths: BTreeMap<String, String>,
    /// The versions and feature flags that the configuration runs on.
    pub target: TargetSettings,
    /// The severities in use, worst first.
    pub severities: Vec<String>,
    /// How soon after a breach alerts must be told, by severity.
    pub notify_within: BTreeMap<String, Setting<Duration>>,
    /// Names and texts of labels and annotations that are spelt right, though they look like a slip for others.
    pub vocabulary: Vec<String>,
    /// What every alerting rule, or those of some severity or label, must have.
    pub require: OneOrMany<Requirement>,
    /// Which labels the results of rules must keep or must not have, by name.
    pub keep: OneOrMany<Keep>,
    /// How recorded series are to be called.
    pub records: RecordSettings,
    /// What is known of metrics.
    pub metrics: MetricsSettings,
    /// Where the pages that annotations link to lie here.
    pub runbooks: OneOrMany<RunbookSettings>,
    /// The level of each lint by name.
    pub lints: BTreeMap<String, Setting<Level>>,
    /// Other levels for some paths; later entries win.
    pub overrides: Vec<Override>,
    /// What is demanded of directives such as `# rulecheck: ignore[…]`.
    pub suppression: SuppressionSettings,
    /// The file that lists findings that are known and not told, as `--write-baseline` makes it.
    pub baseline: Option<String>,
}

/// What is demanded of directives.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SuppressionSettings {
    /// Whether each must have a reason.
    pub require_reason: bool,
}

/// Files that run together: one Prometheus (or several of one kind) and its Alertmanager.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EnvironmentSettings {
    /// Name shown to people.
    pub name: Option<String>,
    /// `prometheus.yml`; the files of its `rule_files` belong to the environment.
    pub prometheus: OneOrMany<String>,
    /// Alertmanager's configuration.
    pub alertmanager: OneOrMany<String>,
    /// Rule files, folders or globs.
    pub rules: OneOrMany<String>,
    /// Unit tests, folders or globs.
    pub fixtures: OneOrMany<String>,
    /// Compose files that start the programs; without it those that lie beside the settings.
    pub compose: OneOrMany<String>,
    /// Dumps of `/metrics`, beside those of `metrics: dumps:`.
    pub metrics: OneOrMany<DumpSettings>,
}

/// What the configuration runs on.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TargetSettings {
    /// Who reads the rule files: prometheus, thanos or mimir.
    pub dialect: Option<Setting<Dialect>>,
    /// Version of Prometheus, such as `"2.53"`.
    pub prometheus: Option<Setting<Version>>,
    /// Version of Alertmanager, such as `"0.27"`.
    pub alertmanager: Option<Setting<Version>>,
    /// Feature flags of Prometheus, such as `promql-experimental-functions`.
    pub flags: Vec<Setting<Flag>>,
    /// How many samples a query may hold in memory, as `--query.max-samples` of Prometheus.
    pub max_samples: Option<NonZeroU64>,
    /// How often rules are evaluated, where no `prometheus.yml` tells it or other than it tells.
    pub evaluation_interval: Option<Setting<Duration>>,
    /// How often targets are scraped, in the same way.
    pub scrape_interval: Option<Setting<Duration>>,
    /// How far back an instant selector looks, as `--query.lookback-delta` of Prometheus; 0 is the default of 5 minutes, as it
    /// is there.
    pub lookback: Option<Setting<Duration>>,
    /// How long samples are kept, as `--storage.tsdb.retention.time` of Prometheus.
    pub retention: Option<Setting<Duration>>,
}

/// A demand on alerting rules.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Requirement {
    /// Only rules of these severities.
    pub severity: OneOrMany<String>,
    /// Only rules with these labels.
    pub label: BTreeMap<String, String>,
    /// Annotations that must be there and not empty.
    pub annotations: Vec<String>,
    /// Labels that must be there and not empty.
    pub labels: Vec<String>,
    /// Bounds of `for`.
    #[serde(rename = "for")]
    pub for_bounds: Bounds,
}

/// A demand on the labels of results.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// Names of recorded series or alerts; `*` stands for any text.
    pub rules: OneOrMany<String>,
    /// Labels that the result must be able to have.
    pub labels: Vec<String>,
    /// Labels that the result must not have.
    pub without: Vec<String>,
}

/// How recorded series are to be called.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RecordSettings {
    /// What may stand behind the last colon of a name, without the time that may follow: `rate` allows `rate5m`, with `sum`
    /// also `sum_rate5m`. Empty: anything.
    pub operations: Vec<String>,
}

/// What is known of metrics beside what the files say.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSettings {
    /// Files as scraped from `/metrics`: what they expose is known.
    pub dumps: OneOrMany<DumpSettings>,
    /// Metrics that are 0 where there is no limit, so that nothing may be divided by them.
    pub zero: Vec<String>,
    /// Recorded names that come from another Prometheus; `*` stands for any text.
    pub elsewhere: Vec<String>,
}

/// A file as scraped from `/metrics`; a path, or more about it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DumpSettings {
    /// The file, or a pattern of files.
    pub file: String,
    /// The scrape job that exposes it.
    pub job: Option<String>,
    /// Whether the job exposes nothing else, so that a name or a label that is not there does not exist.
    pub complete: bool,
    /// The labels that its targets have beside `job` and `instance`.
    pub labels: Vec<String>,
}

impl<'de> Deserialize<'de> for DumpSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Keys {
            file: String,
            job: Option<String>,
            #[serde(default)]
            complete: bool,
            #[serde(default)]
            labels: Vec<String>,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = DumpSettings;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or `file` with `job` and `complete`")
            }
            fn visit_str<E: de::Error>(self, file: &str) -> Result<DumpSettings, E> {
                Ok(DumpSettings {
                    file: file.to_owned(),
                    ..DumpSettings::default()
                })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<DumpSettings, A::Error> {
                let keys = Keys::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(DumpSettings {
                    file: keys.file,
                    job: keys.job,
                    complete: keys.complete,
                    labels: keys.labels,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for DumpSettings {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Dump".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            { "type": "string" },
            {
                "type": "object",
                "properties": {
                    "file": { "type": "string" },
                    "job": { "type": ["string", "null"] },
                    "complete": { "type": "boolean" },
                    "labels": { "type": "array", "items": { "type": "string" } }
                },
                "required": ["file"],
                "additionalProperties": false
            }
        ] })
    }
}

/// A folder of pages, and the address under which people read them.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RunbookSettings {
    /// What the addresses begin with, such as `https://wiki.example.org/runbooks`.
    pub prefix: String,
    /// The folder in which their pages lie.
    pub folder: String,
}

/// Whether a name fits a pattern in which `*` stands for any text.
#[must_use]
pub fn name_fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// A span of allowed durations, both ends allowed.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Bounds {
    /// Shortest.
    pub min: Option<Setting<Duration>>,
    /// Longest.
    pub max: Option<Setting<Duration>>,
}

/// Levels that hold for some paths only.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// Globs relative to the settings file.
    pub paths: OneOrMany<String>,
    /// The level of each lint by name.
    pub lints: BTreeMap<String, Setting<Level>>,
}

/// A value that is written as text, such as a duration.
pub trait Written: Sized {
    /// What is expected, with an example.
    const EXPECTED: &'static str;

    /// Reads the text, or says why it cannot.
    fn read(text: &str) -> Result<Self, String>;

    /// The keyword of the JSON Schema that says which values there are.
    #[cfg(test)]
    fn schema() -> (&'static str, serde_json::Value) {
        ("type", serde_json::json!(["string", "number"]))
    }
}

/// A setting that is written as text. Numbers and booleans count as the text they stand for: `2.53`, `off`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Setting<T>(pub T);

/// A name of a feature flag of Prometheus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flag(pub &'static str);

impl Written for Level {
    const EXPECTED: &'static str = "a level: off, info, warning or error";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .ok_or_else(|| format!("unknown level `{text}`: expected off, info, warning or error"))
    }

    #[cfg(test)]
    fn schema() -> (&'static str, serde_json::Value) {
        // `off` is false to some editors.
        (
            "enum",
            serde_json::json!(["off", "info", "warning", "error", false]),
        )
    }
}

impl Written for Version {
    const EXPECTED: &'static str =
        "a version such as \"2.53\"; quotes keep \"2.50\" from being read as 2.5";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("not a version: `{text}`; write it as \"2.53\""))
    }
}

impl Written for Dialect {
    const EXPECTED: &'static str = "a dialect: prometheus, thanos or mimir";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| {
            format!("unknown dialect `{text}`: expected prometheus, thanos or mimir")
        })
    }

    #[cfg(test)]
    fn schema() -> (&'static str, serde_json::Value) {
        ("enum", serde_json::json!(Self::ALL.map(Self::name)))
    }
}

impl Written for Duration {
    const EXPECTED: &'static str = "a duration such as 5m";

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

impl Written for Flag {
    const EXPECTED: &'static str = "a feature flag such as promql-experimental-functions";

    fn read(text: &str) -> Result<Self, String> {
        let known = Features::NAMES.into_iter().find(|name| *name == text);
        known.map(Self).ok_or_else(|| {
            format!(
                "unknown flag `{text}`: expected one of {}",
                Features::NAMES.join(", ")
            )
        })
    }

    #[cfg(test)]
    fn schema() -> (&'static str, serde_json::Value) {
        ("enum", serde_json::json!(Features::NAMES))
    }
}

impl<'de, T: Written> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(std::marker::PhantomData<T>);
        impl<T: Written> Visitor<'_> for Text<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
                T::read(text).map_err(E::custom)
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
                self.visit_str(if value { "on" } else { "off" })
            }
        }
        deserializer
            .deserialize_any(Text(std::marker::PhantomData))
            .map(Self)
    }
}

#[cfg(test)]
impl<T: Written> schemars::JsonSchema for Setting<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::EXPECTED.into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = schemars::json_schema!({ "description": T::EXPECTED });
        let (key, value) = T::schema();
        schema.insert(key.to_owned(), value);
        schema
    }
}

/// Reads settings. An empty file is valid and sets nothing.
pub fn read_settings(source: &SourceFile) -> Result<Settings, SettingsError> {
    let text = source.text().trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Ok(Settings::default());
    }
    let read: Result<Option<Settings>, serde_yaml::Error> = serde_yaml::from_str(text);
    read.map(Option::unwrap_or_default)
        .map_err(|error| SettingsError::new(source, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, SettingsError> {
        read_settings(&SourceFile::new("rulecheck.yaml", text))
    }

    #[test]
    fn every_key_is_read() {
        let settings = read(concat!(
            "environments:\n  prometheus: rules/prometheus.yml\n  rules: [a.yml, b]\n",
            "paths: {/etc/prometheus: rules}\n",
            "target: {prometheus: 2.42, alertmanager: \"0.25\", flags: [promql-experimental-functions]}\n",
            "severities: [critical, info]\nvocabulary: [warming]\n",
            "require:\n  - severity: critical\n    annotations: [runbook_url]\n    for: {min: 1m}\n",
            "lints: {severity-label: error, for-bounds: off}\n",
            "overrides:\n  - paths: vendor/**\n    lints: {required-metadata: off}\n",
        ))
        .unwrap();
        assert_eq!(settings.environments.len(), 1);
        assert_eq!(&*settings.environments[0].rules, ["a.yml", "b"]);
        assert_eq!(
            settings.target.prometheus,
            Some(Setting(Version::new(2, 42)))
        );
        assert_eq!(
            settings.require[0].for_bounds.min,
            Some(Setting(Duration::from_ms(60_000)))
        );
        assert_eq!(settings.lints["severity-label"], Setting(Level::Error));
        assert_eq!(settings.lints["for-bounds"], Setting(Level::Off));
        assert_eq!(read("# nothing\n").unwrap(), Settings::default());
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b", "ab", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(name_fits(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn errors_say_where() {
        let text = "severities: [a]\nlints:\n  promql-syntax: loud\n";
        let error = read(text).unwrap_err();
        assert!(
            error.message.contains("unknown level `loud`"),
            "{}",
            error.message
        );
        assert_eq!(&text[error.span.range()], "loud");
    }
}
