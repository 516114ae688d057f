//! The shape of fixtures for editors: `schemas/fixture.schema.json` is made from these types. They are no part of the
//! program, whose own reader knows places and tells all problems at once; a test holds both to the same keys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A unit-test file of `promtool test rules`, with the key `rulecheck`, which promtool refuses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixtureSchema {
    /// Paths and globs of rule files, relative to the fixture. `**` matches folders of any depth; promtool does not know it.
    pub rule_files: Option<Vec<String>>,
    /// How often the groups are evaluated; a minute where it is not said.
    pub evaluation_interval: Option<Duration>,
    /// Names of groups in the order of their evaluation.
    pub group_eval_order: Option<Vec<Scalar>>,
    /// Whether values may differ in their last bit. Since Prometheus 3.5.
    pub fuzzy_compare: Option<bool>,
    /// The test groups.
    pub tests: Option<Vec<TestSchema>>,
    /// What promtool's format cannot say.
    pub rulecheck: Option<OfFileSchema>,
}

/// Series and what must follow from them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestSchema {
    /// The name, by which `--run` chooses.
    pub name: Option<Scalar>,
    /// Time between two samples of the input series; the evaluation interval where it is not said.
    pub interval: Option<Duration>,
    /// The series loaded.
    pub input_series: Option<Vec<SeriesSchema>>,
    /// Expectations about alerts.
    pub alert_rule_test: Option<Vec<AlertTestSchema>>,
    /// Expectations about expressions.
    pub promql_expr_test: Option<Vec<ExprTestSchema>>,
    /// Labels for `$externalLabels`.
    pub external_labels: Option<BTreeMap<String, Option<Scalar>>>,
    /// The URL for `$externalURL`.
    pub external_url: Option<Scalar>,
    /// When the test starts: seconds since 1970, or a time such as `2024-05-01T12:00:00Z`. Since Prometheus 3.9.
    pub start_timestamp: Option<Scalar>,
    /// What promtool's format cannot say.
    pub rulecheck: Option<OfTestSchema>,
}

/// An input series.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesSchema {
    /// The series, such as `up{job="api"}`.
    pub series: Option<String>,
    /// Its values in series notation, such as `0+10x20 _x5 stale`.
    pub values: Option<Scalar>,
}

/// What alerts must fire at a time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertTestSchema {
    /// When; the start where it is not said.
    pub eval_time: Option<Duration>,
    /// Which alert.
    pub alertname: Scalar,
    /// The alerts that fire; none where the list is empty or missing.
    pub exp_alerts: Option<Vec<Option<AlertSchema>>>,
    /// What promtool's format cannot say.
    pub rulecheck: Option<OfAlertTestSchema>,
}

/// One alert that must fire.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertSchema {
    /// All its labels but `alertname`.
    pub exp_labels: Option<BTreeMap<String, Option<Scalar>>>,
    /// All its annotations.
    pub exp_annotations: Option<BTreeMap<String, Option<Scalar>>>,
    /// What promtool's format cannot say.
    pub rulecheck: Option<OfAlertSchema>,
}

/// What an expression must result in at a time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExprTestSchema {
    /// The expression.
    pub expr: Option<Scalar>,
    /// When; the start where it is not said.
    pub eval_time: Option<Duration>,
    /// The samples of the result.
    pub exp_samples: Option<Vec<SampleSchema>>,
    /// What promtool's format cannot say.
    pub rulecheck: Option<OfExprTestSchema>,
}

/// One sample of a result.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleSchema {
    /// Its labels, such as `up{job="api"}`; empty means none.
    pub labels: Option<String>,
    /// Its value; zero where it is not said.
    pub value: Option<f64>,
    /// Its value as a native histogram in series notation. Since Prometheus 2.48.
    pub histogram: Option<String>,
}

/// What holds for all assertions of a file, unless they say otherwise, and where its alerts go.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfFileSchema {
    /// Whether labels and annotations that are not listed may be there.
    pub compare: Option<CompareSchema>,
    /// Whether, at the time of an assertion, no alerts may fire but those asserted.
    pub nothing_else_fires: Option<bool>,
    /// Regular expressions for the warnings of Prometheus that must come up; no others may.
    pub warnings: Option<Vec<String>>,
    /// The same for infos.
    pub infos: Option<Vec<String>>,
    /// How far a value may be from the one expected.
    pub tolerance: Option<ToleranceSchema>,
    /// Whether NaN is equal to NaN.
    pub nan_equals_nan: Option<bool>,
    /// The configuration of Alertmanager that routes and notifications are judged by, relative to the fixture.
    pub alertmanager: Option<String>,
    /// Where alerts must go.
    pub routes: Option<Vec<RouteTestSchema>>,
}

/// What holds for all assertions of a test group, unless they say otherwise, and what is sent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfTestSchema {
    /// Whether labels and annotations that are not listed may be there.
    pub compare: Option<CompareSchema>,
    /// Whether, at the time of an assertion, no alerts may fire but those asserted.
    pub nothing_else_fires: Option<bool>,
    /// Regular expressions for the warnings of Prometheus that must come up; no others may.
    pub warnings: Option<Vec<String>>,
    /// The same for infos.
    pub infos: Option<Vec<String>>,
    /// How far a value may be from the one expected.
    pub tolerance: Option<ToleranceSchema>,
    /// Whether NaN is equal to NaN.
    pub nan_equals_nan: Option<bool>,
    /// What must be sent, or kept back.
    pub notifications: Option<Vec<NotificationSchema>>,
}

/// Where alerts with these labels must go.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteTestSchema {
    /// The labels.
    pub labels: Option<BTreeMap<String, Option<Scalar>>>,
    /// The receivers, in the order in which Alertmanager comes to them.
    pub receivers: ReceiversSchema,
}

/// One receiver, or several.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ReceiversSchema {
    /// One.
    One(String),
    /// Several, in order.
    Several(Vec<String>),
}

/// A message that must be sent, an alert that must be kept back, or nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationSchema {
    /// When, from the start of the test.
    pub at: Option<Duration>,
    /// When at the latest.
    pub by: Option<Duration>,
    /// Who is told.
    pub receiver: Option<String>,
    /// The kind of integration, such as `slack`.
    pub integration: Option<String>,
    /// Whether some alert of the message fires.
    pub status: Option<StatusSchema>,
    /// The alerts of the message, each by labels that it has.
    pub alerts: Option<Vec<BTreeMap<String, Option<Scalar>>>>,
    /// The fields of the message.
    pub message: Option<BTreeMap<String, FieldSchema>>,
    /// Labels of an alert that is kept back.
    pub alert: Option<BTreeMap<String, Option<Scalar>>>,
    /// Labels of the alert that inhibits it.
    pub inhibited_by: Option<BTreeMap<String, Option<Scalar>>>,
    /// The time interval in which its route is mute.
    pub muted_by: Option<String>,
    /// Whether its route is active in other times only.
    pub inactive: Option<bool>,
    /// Nothing is sent.
    pub nothing_sent: Option<NothingSchema>,
}

/// A time in which nothing is sent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingSchema {
    /// From when on; the start where it is not said.
    pub from: Option<Duration>,
    /// Until when.
    pub until: Duration,
    /// To whom; to anybody where it is not said.
    pub receiver: Option<String>,
    /// Labels of alerts that no message has.
    pub alert: Option<BTreeMap<String, Option<Scalar>>>,
}

/// The status of a message.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusSchema {
    /// Some alert fires.
    Firing,
    /// None does any more.
    Resolved,
}

/// What a field of a message must be.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FieldSchema {
    /// This text.
    Equal(Scalar),
    /// Less exactly.
    Like(FieldConditionSchema),
}

/// What a field must have, or match as a whole.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldConditionSchema {
    /// A part of it.
    pub contains: Option<String>,
    /// A regular expression for the whole.
    pub regex: Option<String>,
}

/// What holds for one alert assertion.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfAlertTestSchema {
    /// Whether labels and annotations that are not listed may be there.
    pub compare: Option<CompareSchema>,
    /// The state of the alerts that it is about.
    pub state: Option<StateSchema>,
    /// Whether no alerts may fire at this time but those asserted.
    pub nothing_else_fires: Option<bool>,
    /// Labels of each alert that are not compared as text.
    pub labels: Option<BTreeMap<String, ConditionSchema>>,
    /// Annotations of each alert that are not compared as text.
    pub annotations: Option<BTreeMap<String, ConditionSchema>>,
}

/// What holds for one expected alert.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfAlertSchema {
    /// Whether labels and annotations that are not listed may be there.
    pub compare: Option<CompareSchema>,
    /// Labels that are not compared as text.
    pub labels: Option<BTreeMap<String, ConditionSchema>>,
    /// Annotations that are not compared as text.
    pub annotations: Option<BTreeMap<String, ConditionSchema>>,
}

/// What holds for one expression assertion.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfExprTestSchema {
    /// Whether labels that are not listed may be there.
    pub compare: Option<CompareSchema>,
    /// Regular expressions for the warnings of Prometheus that must come up; no others may.
    pub warnings: Option<Vec<String>>,
    /// The same for infos.
    pub infos: Option<Vec<String>>,
    /// How far a value may be from the one expected.
    pub tolerance: Option<ToleranceSchema>,
    /// Whether NaN is equal to NaN.
    pub nan_equals_nan: Option<bool>,
}

/// How labels and annotations are compared.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompareSchema {
    /// Those listed and no others.
    Exact,
    /// Those listed; others may be there.
    Subset,
}

/// The state of alerts.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StateSchema {
    /// Alerts that fire.
    Firing,
    /// Alerts that are pending.
    Pending,
}

/// What a label or annotation must be.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConditionSchema {
    /// It is there, whatever it is.
    Present,
    /// It is not there.
    Absent,
    /// The whole of it matches.
    #[serde(untagged)]
    Matches(RegexSchema),
}

/// A regular expression that must match the whole text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegexSchema {
    /// In the syntax of Prometheus.
    pub regex: String,
}

/// How far a value may be from the one expected: a share of the greater value, or more exactly said.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ToleranceSchema {
    /// As a share of the greater value.
    Relative(f64),
    /// By the greater of both.
    Both(BothSchema),
}

/// A tolerance of two kinds.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BothSchema {
    /// As a share of the greater value.
    pub relative: Option<f64>,
    /// By so much.
    pub absolute: Option<f64>,
}

/// A duration such as `30s`, `5m` or `1h30m`.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Duration {
    /// With units.
    Text(String),
    /// Only 0 needs none.
    Zero(u8),
}

/// Any scalar: its text counts as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
}

mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::FixtureSchema;
    use crate::model::shape::Shape;
    use crate::model::{extension, fixture, notifications};

    #[test]
    fn the_schema_has_the_keys_of_the_reader() {
        let schema = schemars::schema_for!(FixtureSchema).to_value();
        let general: [(&str, &Shape); 9] = [
            ("RouteTestSchema", &notifications::ROUTE_TEST),
            ("NotificationSchema", &notifications::NOTIFICATION),
            ("NothingSchema", &notifications::NOTHING),
            ("FieldConditionSchema", &notifications::FIELD),
            ("OfFileSchema", &extension::OF_FILE),
            ("OfTestSchema", &extension::OF_TEST),
            ("OfAlertTestSchema", &extension::OF_ALERT_TEST),
            ("OfAlertSchema", &extension::OF_ALERT),
            ("OfExprTestSchema", &extension::OF_EXPR_TEST),
        ];
        for (name, shape) in fixture::SHAPES.iter().chain(&general) {
            let described = match *name {
                "FixtureSchema" => &schema,
                name => &schema["$defs"][name],
            };
            let properties = described["properties"].as_object().unwrap();
            let described: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
            let read: BTreeSet<&str> = shape.keys.iter().map(|key| key.name).collect();
            assert_eq!(described, read, "{name}");
        }
    }

    /// What real fixtures say, the schema allows.
    #[test]
    fn the_schema_takes_real_fixtures() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = root.join("fixtures");
        let mut paths: Vec<PathBuf> = std::fs::read_dir(own)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        let corpus = std::env::var_os("RULECHECK_CORPUS")
            .map_or_else(|| root.join("../shared/corpus"), PathBuf::from)
            .join("given");
        if let Ok(table) = std::fs::read_to_string(corpus.join("EXPECTED.tsv")) {
            for line in table.lines() {
                let cells: Vec<&str> = line.split('\t').collect();
                if cells[1] == "unit" && cells[4] == "0" {
                    paths.push(corpus.join(cells[0]));
                }
            }
        }
        assert!(paths.len() > 3);
        for path in paths {
            let text = std::fs::read_to_string(&path).unwrap();
            // Only the first document counts.
            let first = serde_yaml::Deserializer::from_str(&text).next();
            let read = <Option<FixtureSchema> as serde::Deserialize>::deserialize(first.unwrap());
            assert!(read.is_ok(), "{}: {}", path.display(), read.err().unwrap());
        }
    }
}
