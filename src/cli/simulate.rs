use super::Verdict;
use super::arguments::{Format, SimulateArguments};
use super::fixtures::{Opened, environments, rules_of_fixtures};
use super::output::Output;
use super::test::chosen;
use crate::harness::{self, Run};
use crate::report;

/// `rulecheck simulate`: what becomes of the alerts of a fixture, and what Alertmanager does about them.
pub(super) fn run(arguments: &SimulateArguments, output: &Output) -> Verdict {
    let only = match chosen(&arguments.run) {
        Ok(only) => only,
        Err(error) => {
            output.error(&error);
            return Verdict::Unusable;
        }
    };
    let opened = Opened::named(&arguments.fixtures, None, &arguments.settings, output);
    let opened = match opened {
        Ok(opened) => opened,
        Err(verdict) => return verdict,
    };
    let report = harness::run(&Run {
        only,
        rules: rules_of_fixtures(&opened.projects),
        environments: environments(&opened.projects),
        simulate: true,
        until: arguments.until,
        ..Run::new(opened.fixtures(None))
    });
    let problems: Vec<_> = report
        .files
        .iter()
        .flat_map(|file| file.problems.iter().cloned())
        .collect();
    if !problems.is_empty() {
        output.print(&report::diagnostics_text(&problems, output.style()));
        return Verdict::Unusable;
    }
    output.print(&match arguments.format {
        Format::Text => report::simulations_text(&report, output.style()),
        Format::Json => report::json::print(&report::json_simulation::simulation_report(&report)),
    });
    Verdict::Clean
}
