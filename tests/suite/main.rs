//! All integration tests in one program, so that they are linked once and run side by side.
//! One file alone: `cargo test --release --test suite NAME::`. What looks at the clock is in `daemons` and `limits`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
mod promql_corpus;

mod alertmanager_objects;
mod amtool_check;
mod amtool_routes;
mod architecture;
mod baseline;
mod changed_since;
mod cli;
mod corpus_lints;
mod corpus_rules;
mod coverage;
mod dialects;
mod engine_promtool;
mod explain;
mod extension;
mod finding_formats;
mod fixes;
mod fixture_lints;
mod fixture_mutations;
mod fixtures_corpus;
mod fixtures_promtool;
mod init;
mod json_output;
mod lints;
mod model_corpus;
mod model_laws;
mod never_firing;
mod new;
mod notification_corpus;
mod notifications;
mod output_files;
mod pack;
mod program_flags;
mod promql_laws;
mod promql_oracle;
mod promql_parse;
mod promql_series;
mod promqltest;
mod promtool_config;
mod promtool_drop_in;
mod promtool_metrics;
mod promtool_test_flags;
mod promtool_words;
mod regex_go;
mod remarks;
mod routing_laws;
mod runbooks;
mod seed;
mod shell;
mod suppression;
mod template_amtool;
mod template_corpus;
mod template_promtool;
mod test_formats;
mod test_inputs;
mod trace;
mod update;
mod watch;
mod witnesses;
mod yaml_corpus;
mod yaml_laws;
