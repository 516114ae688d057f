use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::version;
use crate::target::Version;

/// `rulecheck amtool`
#[derive(Args, Debug)]
pub(super) struct AmtoolArguments {
    #[command(subcommand)]
    pub command: Amtool,
    /// Feature flags of Alertmanager: classic-mode, utf8-strict-mode
    #[arg(long, global = true, value_name = "FLAG", value_delimiter = ',')]
    pub enable_feature: Vec<String>,
    /// Version of Alertmanager to stand in for; amtool has no such flag
    #[arg(long, global = true, value_name = "VERSION", value_parser = version)]
    pub target_alertmanager: Option<Version>,
    #[command(flatten)]
    pub unused: Unused,
}

/// What amtool takes everywhere and has no meaning without a server.
#[derive(Args, Debug)]
pub(super) struct Unused {
    /// Taken as by amtool, without effect
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Taken as by amtool, without effect
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = ["simple", "extended", "json"])]
    output: Option<String>,
    /// Taken as by amtool, without effect: nothing is asked over the network
    #[arg(long = "alertmanager.url", global = true, value_name = "URL")]
    pub url: Option<String>,
    /// Taken as by amtool, without effect
    #[arg(long = "http.config.file", global = true, value_name = "FILE")]
    http_config: Option<PathBuf>,
    /// Taken as by amtool, without effect
    #[arg(long, global = true, value_name = "DURATION")]
    timeout: Option<String>,
    /// Taken as by amtool, without effect
    #[arg(long = "date.format", global = true, value_name = "FORMAT")]
    date_format: Option<String>,
    /// Taken as by amtool, without effect
    #[arg(long, global = true)]
    version_check: bool,
    /// Taken as by amtool, without effect
    #[arg(long, global = true)]
    no_version_check: bool,
}

#[derive(Subcommand, Debug)]
pub(super) enum Amtool {
    /// Check configurations of Alertmanager, and the templates that they name
    CheckConfig(CheckConfig),
    /// Look at a configuration
    Config(ConfigArguments),
    /// Render templates of notifications
    Template(TemplateArguments),
}

#[derive(Args, Debug)]
pub(super) struct CheckConfig {
    /// Configurations; standard input where there are none
    #[arg(value_name = "CHECK-FILE")]
    pub check_files: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ConfigArguments {
    #[command(subcommand)]
    pub command: Config,
}

#[derive(Subcommand, Debug)]
pub(super) enum Config {
    /// The routing tree
    Routes(RoutesArguments),
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = false)]
pub(super) struct RoutesArguments {
    #[command(subcommand)]
    pub command: Option<Routes>,
    /// Configuration to look at
    #[arg(long = "config.file", global = true, value_name = "FILE")]
    pub config_file: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(super) enum Routes {
    /// Print the routing tree
    Show,
    /// Tell which receivers an alert with these labels goes to
    Test(TestRoutes),
}

#[derive(Args, Debug)]
pub(super) struct TestRoutes {
    /// Labels of the alert, each as name=value
    #[arg(value_name = "LABEL")]
    pub labels: Vec<String>,
    /// The receivers that are expected, in order, with commas between them
    #[arg(
        long = "verify.receivers",
        value_name = "RECEIVERS",
        default_value = "",
        hide_default_value = true
    )]
    pub receivers: String,
    /// Print the routes that match, as a tree
    #[arg(long)]
    pub tree: bool,
}

#[derive(Args, Debug)]
pub(super) struct TemplateArguments {
    #[command(subcommand)]
    pub command: Template,
}

#[derive(Subcommand, Debug)]
pub(super) enum Template {
    /// Print what a text becomes
    Render(Render),
}

#[derive(Args, Debug)]
pub(super) struct Render {
    /// Template files that the text may call, as a pattern; may be repeated
    #[arg(long = "template.glob", required = true, value_name = "PATTERN")]
    pub globs: Vec<String>,
    /// The text to render
    #[arg(
        long = "template.text",
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub text: String,
    /// Whether the text is escaped for HTML
    #[arg(
        long = "template.type",
        value_name = "TYPE",
        value_parser = ["text", "html"],
        default_value = "text"
    )]
    pub kind: String,
    /// The data of a notification, in JSON; those of an example where there is no file
    #[arg(long = "template.data", value_name = "FILE")]
    pub data: Option<PathBuf>,
}
