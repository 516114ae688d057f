//! The documents that rulecheck knows, as plain shapes: one file a kind.
//!
//! Decoding collects every problem of a document and never stops at the first. What is accepted and refused follows the
//! strict YAML decoding of Prometheus (`rulefmt`), promtool and Alertmanager; expressions, templates and matchers stay
//! [`Text`] that knows its place.

mod alertmanager;
mod compose;
mod crd;
mod decode;
mod dialect;
mod duplicates;
mod extension;
mod fixture;
#[cfg(test)]
pub mod fixture_schema;
mod fixture_times;
mod kind;
mod names;
mod notifications;
mod one_or_many;
mod part;
mod problem;
mod prometheus;
mod prometheus_keys;
mod relabel;
mod rules;
mod scalar;
mod settings;
mod settings_error;
mod shape;
mod text;
mod wording;

pub use alertmanager::{
    AlertmanagerConfig, InhibitRule, Integration, IntervalSpec, Matching, Receiver, Route,
    TimeInterval, TimeRange, check_alertmanager_configs, decode_alertmanager,
};
pub use compose::{Compose, FlagUse, Mount, Service, decode_compose};
pub use crd::{PrometheusRule, decode_prometheus_rules};
pub use extension::{Compare, Condition, ConditionKind, ExpectedState, Extension, Tolerance};
pub use fixture::{
    AlertTest, ExpectedAlert, ExpectedSample, ExprTest, Fixture, InputSeries, TestGroup,
    decode_fixture,
};
pub use kind::{Kind, detect, unwrapped_list_problem};
pub use notifications::{
    ExpectedCause, ExpectedMessage, ExpectedNotification, ExpectedTime, FieldCondition, FieldTest,
    NotificationTest, RouteTest,
};
pub use one_or_many::OneOrMany;
pub use problem::{Problem, ProblemKind};
pub use prometheus::{PrometheusConfig, ScrapeConfig, decode_prometheus};
pub use rules::{Rule, RuleFile, RuleGroup, RuleKind, decode_rules};
pub use scalar::truth_of;
pub use settings::{
    Bounds, DumpSettings, EnvironmentSettings, Flag, Keep, MetricsSettings, Override, Requirement,
    RunbookSettings, Setting, Settings, TargetSettings, Written, name_fits, read_settings,
};
pub use settings_error::SettingsError;
pub use text::{Field, Pair, Text, scalars};
pub use wording::{Order, RulePlace, Stage, Step, Wording, start};

#[cfg(test)]
mod tests;
