//! The JSON Schemas in `schemas/` are made from the types that are read and printed.

use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use crate::model::Settings;
use crate::model::fixture_schema::FixtureSchema;
use crate::report::json::{CheckReport, TestRun, VerifyReport};
use crate::report::json_lints::LintsReport;
use crate::report::json_route::JsonRoutes;
use crate::report::json_simulation::SimulationReport;

#[test]
fn the_schemas_are_current() {
    let printed = || SchemaSettings::draft2020_12().for_serialize();
    let read = || SchemaSettings::draft07().for_deserialize();
    check::<CheckReport>(
        "check",
        "What `rulecheck check --format json` prints",
        printed(),
    );
    check::<TestRun>(
        "test",
        "What `rulecheck test --format json` prints",
        printed(),
    );
    check::<VerifyReport>(
        "verify",
        "What `rulecheck verify --format json` prints",
        printed(),
    );
    check::<LintsReport>(
        "explain",
        "What `rulecheck explain --format json` prints",
        printed(),
    );
    check::<SimulationReport>(
        "simulate",
        "What `rulecheck simulate --format json` prints",
        printed(),
    );
    check::<JsonRoutes>(
        "route",
        "What `rulecheck route --format json` prints",
        printed(),
    );
    check::<Settings>("settings", "Settings of rulecheck: rulecheck.yaml", read());
    check::<FixtureSchema>(
        "fixture",
        "Unit tests of Prometheus rules, as promtool and rulecheck read them",
        read(),
    );
}

/// Fails where a schema is not current; with `RULECHECK_BLESS=1` writes it.
fn check<T: JsonSchema>(name: &str, title: &str, settings: SchemaSettings) {
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let file = format!("schemas/{name}.schema.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    if std::env::var_os("RULECHECK_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        held == text,
        "{file} is not current: run the tests once with RULECHECK_BLESS=1"
    );
}
