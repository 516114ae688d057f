use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::amtool_arguments::AmtoolArguments;
use super::promtool_arguments::PromtoolArguments;
use crate::diagnostic::Level;
use crate::harness::Shard;
use crate::target::{Duration, Version};

const AFTER_HELP: &str = "\
Exit codes: 0 all is well; 1 findings or failed tests; 2 the arguments, settings
or files cannot be used. `rulecheck explain` describes the lints.";

/// Lints Prometheus alert rules and Alertmanager configuration, and unit-tests them, offline.
#[derive(Parser, Debug)]
#[command(name = "rulecheck", version, about, max_term_width = 80, after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// When to colour the output
    #[arg(
        long,
        value_enum,
        default_value_t = Color::Auto,
        global = true,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: Color,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Lint rules, Alertmanager configuration and fixtures
    Check(CheckArguments),
    /// Run unit tests in promtool's format
    Test(TestArguments),
    /// Check and test the whole project
    Verify(VerifyArguments),
    /// Tell what becomes of the alerts of a fixture, and who is told of them when
    Simulate(SimulateArguments),
    /// Tell which receivers an alert goes to, why, and when
    Route(RouteArguments),
    /// Write settings for the files of a folder
    Init(InitArguments),
    /// Work out a fixture for an alert
    New(NewArguments),
    /// Tell what a lint finds and why it matters, or list all lints
    Explain(ExplainArguments),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write those of all commands
    Man(ManArguments),
    /// Take promtool's place: its arguments, output and exit codes
    Promtool(PromtoolArguments),
    /// Take amtool's place: its arguments, output and exit codes
    Amtool(AmtoolArguments),
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    /// Files and folders to check; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Name of what standard input holds, to show it and to find its settings
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Mend what can be mended for certain, and tell the rest; of standard
    /// input the new text is printed
    #[arg(long, conflicts_with = "write_baseline")]
    pub fix: bool,
    /// Show what --fix would change, and write nothing; exit with 1 where there
    /// is anything
    #[arg(long, conflicts_with_all = ["fix", "write_baseline", "format", "output"])]
    pub diff: bool,
    #[command(flatten)]
    pub settings: SettingsArguments,
    #[command(flatten)]
    pub lints: LintArguments,
    #[command(flatten)]
    pub known: KnownArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

#[derive(Args, Debug)]
pub(super) struct TestArguments {
    /// Fixtures, folders with fixtures, or globs with `**`; `-` reads standard
    /// input; without any, those of the project
    #[arg(value_name = "FIXTURE")]
    pub fixtures: Vec<PathBuf>,
    /// Name of what standard input holds: its rule files are relative to it
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Run only test groups whose name matches (unanchored; may be repeated)
    #[arg(long, value_name = "REGEX")]
    pub run: Vec<String>,
    /// Fail on traps and on warnings of Prometheus too
    #[arg(long)]
    pub strict: bool,
    /// Run one of several shares of the fixtures, such as 1/4
    #[arg(long, value_name = "NUMBER/COUNT", value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// Show why this alert does or does not fire, at every evaluation
    #[arg(long, value_name = "ALERT")]
    pub trace: Option<String>,
    /// With --trace: only at this time from the start of the test, such as 12m
    #[arg(long, value_name = "TIME", requires = "trace", value_parser = duration)]
    pub at: Option<Duration>,
    /// Write what came out into the fixtures as what is expected, after showing the changes
    #[arg(long, conflicts_with = "trace")]
    pub update: bool,
    /// With --update: do not ask before writing
    #[arg(long, requires = "update")]
    pub yes: bool,
    /// Run again whenever fixtures or their rule files change
    #[arg(long, conflicts_with_all = ["update", "shard"])]
    pub watch: bool,
    #[command(flatten)]
    pub coverage: CoverageArguments,
    #[command(flatten)]
    pub settings: SettingsArguments,
    #[command(flatten)]
    pub output: TestOutputArguments,
}

#[derive(Args, Debug)]
pub(super) struct SimulateArguments {
    /// Fixtures, or folders with fixtures; their Alertmanager is that of their
    /// environment, or the one that they name under `rulecheck:`
    #[arg(value_name = "FIXTURE", required = true)]
    pub fixtures: Vec<PathBuf>,
    /// Only test groups whose name matches (unanchored; may be repeated)
    #[arg(long, value_name = "REGEX")]
    pub run: Vec<String>,
    /// Go on until this time from the start, such as 2h; without it to the last
    /// assertion
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub until: Option<Duration>,
    #[command(flatten)]
    pub settings: SettingsArguments,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub format: Format,
}

#[derive(Args, Debug)]
pub(super) struct RouteArguments {
    /// The labels of an alert, such as severity=critical; without any, all
    /// alerts of the rules are listed with their receivers
    #[arg(value_name = "LABEL=VALUE")]
    pub labels: Vec<String>,
    /// Take the labels that the alerts of this rule have
    #[arg(long, value_name = "NAME", conflicts_with = "labels")]
    pub alert: Option<String>,
    /// An annotation of the alert, for the message; may be repeated
    #[arg(long, value_name = "NAME=TEXT", requires = "labels")]
    pub annotation: Vec<String>,
    /// Show the whole tree, and where the alert comes by
    #[arg(long)]
    pub tree: bool,
    /// Tell how long it takes from a breach to the notification
    #[arg(long, conflicts_with_all = ["labels", "tree"])]
    pub latency: bool,
    /// Files and folders with the rules and the configuration of Alertmanager
    /// [default: .]
    #[arg(long, value_name = "PATH")]
    pub path: Vec<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsArguments,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub format: Format,
}

/// How well the tests look at the rules.
#[derive(Args, Debug)]
#[command(next_help_heading = "Coverage")]
pub(super) struct CoverageArguments {
    /// Tell which rules, and which parts of them, no test looks at
    #[arg(long)]
    pub coverage: bool,
    /// Write the coverage as an LCOV file
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Fail when fewer rules than that, in percent, fire in a test
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub fail_under: Option<f64>,
}

#[derive(Args, Debug)]
pub(super) struct VerifyArguments {
    #[command(flatten)]
    pub settings: SettingsArguments,
    #[command(flatten)]
    pub lints: LintArguments,
    #[command(flatten)]
    pub known: KnownArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// Folder of the project
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// Show the settings instead of writing them
    #[arg(long, visible_alias = "dry-run")]
    pub stdout: bool,
    /// Write over settings that are there
    #[arg(long)]
    pub force: bool,
}

#[derive(Args, Debug)]
pub(super) struct NewArguments {
    /// Name of the alert
    #[arg(value_name = "ALERT")]
    pub alert: String,
    /// Files and folders with the rules
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Write the fixture to this file instead of showing it
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsArguments,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    /// Name of the lint; without one, all are listed
    #[arg(value_name = "LINT")]
    pub lint: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub format: Format,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Args, Debug)]
pub(super) struct ManArguments {
    /// Write a page for each command to this folder
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Where settings come from, and what goes over them.
#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
pub(super) struct SettingsArguments {
    /// Settings file to use instead of the `rulecheck.yaml` above each file
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Use no settings file at all
    #[arg(long)]
    pub isolated: bool,
    /// Version of Prometheus that the rules run on
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub target_prometheus: Option<Version>,
    /// Version of Alertmanager that the routes run on
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub target_alertmanager: Option<Version>,
}

/// Which findings are told.
#[derive(Args, Debug)]
#[command(next_help_heading = "Findings")]
pub(super) struct KnownArguments {
    /// Hide the findings that FILE lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the present findings to the baseline, so that only new ones are
    /// told from now on
    #[arg(long, conflicts_with_all = ["format", "output"])]
    pub write_baseline: bool,
    /// Tell known findings too, whatever the settings say
    #[arg(long, conflicts_with_all = ["baseline", "write_baseline"])]
    pub no_baseline: bool,
    /// Tell the findings too that comments such as `# rulecheck: ignore[LINT]`
    /// keep from being told
    #[arg(long)]
    pub no_suppress: bool,
    /// Tell only findings in lines that differ from this revision of git
    #[arg(long, value_name = "REVISION", conflicts_with = "write_baseline")]
    pub changed_since: Option<String>,
}

/// Which lints run, how bad they are, and what makes the run fail.
#[derive(Args, Debug)]
#[command(next_help_heading = "Lints")]
pub(super) struct LintArguments {
    /// Run only these lints
    #[arg(long, value_name = "LINT", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not run these lints
    #[arg(long, value_name = "LINT", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Give a lint another level: off, info, warning or error
    #[arg(long, value_name = "LINT=LEVEL", value_parser = lint_level, value_delimiter = ',')]
    pub level: Vec<(String, Level)>,
    /// Exit with 1 when there is a finding of this level or worse
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    pub fail_on: FailOn,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArguments {
    /// How to show the results on standard output [default: text]
    #[arg(long, value_enum)]
    pub format: Option<FindingFormat>,
    /// Write the results to a file in a format, such as sarif=out.sarif (may be
    /// repeated)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = Sink::parse)]
    pub output: Vec<Sink>,
    /// Show only what is wrong
    #[arg(long, short)]
    pub quiet: bool,
}

/// A format, and the file that it is written to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sink {
    pub format: FindingFormat,
    /// `-` is standard output.
    pub file: PathBuf,
}

impl Sink {
    fn parse(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or("expected FORMAT=FILE, as in sarif=rulecheck.sarif")?;
        let format = FindingFormat::from_str(format, false).map_err(|_| {
            let known = FindingFormat::value_variants().iter();
            let known = known.filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!(
                "unknown format `{format}`: expected one of {}",
                known.join(", ")
            )
        })?;
        let file = file.into();
        Ok(Self { format, file })
    }
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct TestOutputArguments {
    /// How to show the results
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    pub format: TestFormat,
    /// Show only what is wrong
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum TestFormat {
    Text,
    Json,
    Junit,
    Tap,
    Github,
}

/// The formats of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FindingFormat {
    Text,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
    Checkstyle,
    Junit,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl FailOn {
    /// Whether a finding of that level fails the run.
    pub fn is_reached_by(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Info => level >= Level::Info,
            Self::Never => false,
        }
    }
}

pub(super) fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| "expected a version such as 2.53 or 3.14".to_owned())
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text)
        .map_err(|error| format!("{error}; expected a duration such as 12m or 1h30m"))
}

fn percent(text: &str) -> Result<f64, String> {
    let value = text.trim_end_matches('%').trim().parse::<f64>().ok();
    value
        .filter(|value| (0.0..=100.0).contains(value))
        .ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

impl CoverageArguments {
    /// Whether coverage is wanted at all.
    pub fn is_wanted(&self) -> bool {
        self.coverage || self.lcov.is_some() || self.fail_under.is_some()
    }
}

fn lint_level(text: &str) -> Result<(String, Level), String> {
    let (lint, level) = text
        .split_once('=')
        .ok_or("expected LINT=LEVEL, as in severity-label=error")?;
    let level = Level::parse(level)
        .ok_or_else(|| format!("unknown level `{level}`: expected off, info, warning or error"))?;
    Ok((lint.to_owned(), level))
}
