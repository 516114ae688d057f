use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::{duration, version};
use crate::target::{Duration, Version};

/// `rulecheck promtool`
#[derive(Args, Debug)]
pub(super) struct PromtoolArguments {
    #[command(subcommand)]
    pub command: Promtool,
    /// Feature flags of Prometheus, separated by commas
    #[arg(long, global = true, value_name = "FLAG", value_delimiter = ',')]
    pub enable_feature: Vec<String>,
    /// Pass over unknown keys of rule files and of the configuration
    #[arg(long, global = true)]
    pub ignore_unknown_fields: bool,
    /// Version of Prometheus to stand in for; promtool has no such flag
    #[arg(long, global = true, value_name = "VERSION", value_parser = version)]
    pub target_prometheus: Option<Version>,
}

#[derive(Subcommand, Debug)]
pub(super) enum Promtool {
    /// Check rule files and configuration
    Check(CheckArguments),
    /// Unit-test rules
    Test(TestArguments),
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(subcommand)]
    pub command: Check,
    /// With `metrics`: show how many series each metric makes
    #[arg(long, global = true)]
    pub extended: bool,
    /// With `config`: from which scrape interval on `--lint=too-long-scrape-interval` finds it too long
    #[arg(
        long = "query.lookback-delta",
        global = true,
        value_name = "DURATION",
        default_value = "5m",
        value_parser = duration
    )]
    pub lookback: Duration,
}

#[derive(Args, Debug)]
pub(super) struct TestArguments {
    #[command(subcommand)]
    pub command: Test,
    /// File to write the results to, as JUnit XML
    #[arg(long, global = true, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(super) enum Check {
    /// Whether rule files are valid
    Rules(CheckRules),
    /// Whether configurations of Prometheus, and the rule files that they name, are valid
    Config(CheckConfig),
    /// Whether metrics, read from standard input, are well named
    Metrics,
}

#[derive(Subcommand, Debug)]
pub(super) enum Test {
    /// Run unit tests
    Rules(TestRules),
}

#[derive(Args, Debug)]
pub(super) struct CheckRules {
    /// Rule files; standard input where there are none
    #[arg(value_name = "RULE-FILE")]
    pub rule_files: Vec<PathBuf>,
    #[command(flatten)]
    pub lints: Lints,
}

#[derive(Args, Debug)]
pub(super) struct CheckConfig {
    /// Configurations of Prometheus
    #[arg(value_name = "CONFIG-FILE", required = true)]
    pub config_files: Vec<PathBuf>,
    #[command(flatten)]
    pub lints: Lints,
    /// Look at the configuration only, not at the files that it names
    #[arg(long)]
    pub syntax_only: bool,
    /// The Prometheus runs in agent mode
    #[arg(long)]
    pub agent: bool,
}

/// What is looked for in rule files.
#[derive(Args, Debug)]
pub(super) struct Lints {
    /// Lints to apply: all, duplicate-rules, none
    #[arg(
        long,
        value_name = "LINT",
        value_delimiter = ',',
        default_value = "duplicate-rules"
    )]
    pub lint: Vec<String>,
    /// Exit with 3 when a lint finds something
    #[arg(long)]
    pub lint_fatal: bool,
}

#[derive(Args, Debug)]
pub(super) struct TestRules {
    /// Unit-test files
    #[arg(value_name = "TEST-RULE-FILE", required = true)]
    pub test_rule_files: Vec<PathBuf>,
    /// Run only test groups whose name matches (unanchored; may be repeated)
    #[arg(long, value_name = "REGEX")]
    pub run: Vec<String>,
    /// Show alerts that differ as one coloured document
    #[arg(long)]
    pub diff: bool,
    /// Write all samples of each test to standard error
    #[arg(long)]
    pub debug: bool,
}
