use super::Verdict;
use super::arguments::{ExplainArguments, Format};
use super::output::Output;
use crate::lint::{self, Lint, UnknownLint};
use crate::report;

/// `rulecheck explain`: what a lint says of itself, or all lints in a list.
pub(super) fn run(arguments: &ExplainArguments, output: &Output) -> Verdict {
    let lint = match arguments.lint.as_deref().map(named).transpose() {
        Ok(lint) => lint,
        Err(unknown) => {
            output.error(&unknown.to_string());
            return Verdict::Unusable;
        }
    };
    let shown = match (arguments.format, lint) {
        (Format::Json, Some(lint)) => report::json::print(&report::json_lints::report(&[lint])),
        (Format::Json, None) => report::json::print(&report::json_lints::report(lint::all())),
        (Format::Text, Some(lint)) => report::lint_text(lint, output.style()),
        (Format::Text, None) => report::lints_text(output.style()),
    };
    output.print(&shown);
    Verdict::Clean
}

fn named(name: &str) -> Result<&'static Lint, UnknownLint> {
    let name = name.trim();
    lint::find(name).ok_or_else(|| UnknownLint {
        name: name.to_owned(),
    })
}
