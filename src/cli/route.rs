use std::path::PathBuf;

use super::Verdict;
use super::amtool::routes::labels as labels_from;
use super::arguments::{Format, RouteArguments};
use super::check::{choice, inputs, refuse};
use super::output::Output;
use crate::analysis::{Answer, EnvironmentFacts, LabelClass, Row, RuleFacts, Subject};
use crate::diagnostic::nearest;
use crate::harness;
use crate::labels::Labels;
use crate::notify::Route;
use crate::notify::clock::{self, Notified, Setup};
use crate::notify::message::Texts;
use crate::project::{self, Alertmanager, Environment, Located, Project, ProjectFile};
use crate::report::route::{RouteReport, Sent};
use crate::report::{self, json_route, route_text};

/// `rulecheck route`: where alerts go, why, and when.
pub(super) fn run(arguments: &RouteArguments, output: &Output) -> Verdict {
    let paths = match arguments.path.as_slice() {
        [] => vec![PathBuf::from(".")],
        paths => paths.to_vec(),
    };
    let paths = match inputs(&paths, None) {
        Ok((paths, _)) => paths,
        Err(error) => return refuse(&[error], output),
    };
    let projects = match project::open(&paths, None, &choice(&arguments.settings)) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let report = the_only(&projects, &arguments.path).and_then(|(project, environment, file)| {
        let facts = EnvironmentFacts::new(environment, &project.settings, project.target);
        let report = report(arguments, project, &facts, file)?;
        Ok(match arguments.format {
            Format::Json => report::json::print(&json_route::report(&report)),
            Format::Text => route_text::route_text(&report, output.style()),
        })
    });
    match report {
        Ok(text) => {
            output.print(&text);
            Verdict::Clean
        }
        Err(error) => {
            output.error(&error);
            Verdict::Unusable
        }
    }
}

type Configured<'p> = (&'p Project, &'p Environment, Located<'p, Alertmanager>);

/// The one configuration of Alertmanager that there is; or the one that was named, where there are several.
fn the_only<'p>(projects: &'p [Project], named: &[PathBuf]) -> Result<Configured<'p>, String> {
    let mut found: Vec<Configured<'p>> = Vec::new();
    for project in projects {
        for environment in &project.environments {
            let configs = environment.alertmanagers();
            found.extend(configs.map(|config| (project, environment, config)));
        }
    }
    let is_named = |file: &ProjectFile| {
        let mut named = named.iter().filter_map(|path| project::identity(path).ok());
        named.any(|identity| identity == file.identity)
    };
    if found.iter().any(|(_, _, config)| is_named(config.file)) {
        found.retain(|(_, _, config)| is_named(config.file));
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(
            "no configuration of Alertmanager is here: name it with --path, or in the settings \
             under `environments`, as `alertmanager: alertmanager.yml`"
                .to_owned(),
        ),
        several => {
            let paths = several.iter().map(|(_, environment, config)| {
                let path = config.file.file.path().display();
                match &environment.name {
                    Some(name) => format!("{path} ({name})"),
                    None => path.to_string(),
                }
            });
            let paths: Vec<String> = paths.collect();
            Err(format!(
                "several configurations of Alertmanager are here: {}; name one of them with --path",
                paths.join(", ")
            ))
        }
    }
}

fn report<'e>(
    arguments: &RouteArguments,
    project: &'e Project,
    facts: &'e EnvironmentFacts<'e>,
    config: Located<'e, Alertmanager>,
) -> Result<RouteReport<'e>, String> {
    let shown = config.file.file.path().display().to_string();
    let Some(root) = &config.item.route else {
        return Err(format!("{shown} has no route"));
    };
    if !config.item.has_all_matchers {
        return Err(format!(
            "a matcher in {shown} cannot be read: `rulecheck check {shown}` tells which"
        ));
    }
    let mut report = RouteReport {
        config,
        root,
        shows_tree: arguments.tree,
        shows_latency: arguments.latency,
        answers: Vec::new(),
        rows: Vec::new(),
        messages: Vec::new(),
    };
    let rules: Vec<RuleFacts<'e>> = match &arguments.alert {
        Some(name) => named(facts, name)?,
        None => facts.alerts().collect(),
    };
    if !arguments.labels.is_empty() {
        let labels = labels_from(&arguments.labels, &project.target)
            .map_err(|error| format!("{error}; expected LABEL=VALUE, as in severity=critical"))?;
        let class = LabelClass::of_labels(&labels);
        if !arguments.tree {
            report.messages = messages(arguments, project, config, root, &labels)?;
        }
        let answer = Answer::new(config, root, facts, Subject::Labels(labels), &class);
        report.answers.push(answer);
    } else if arguments.alert.is_some() && !arguments.latency {
        for rule in rules {
            for class in rule.classes() {
                let answer = Answer::new(config, root, facts, Subject::Rule(rule), class);
                report.answers.push(answer);
            }
        }
    } else if !arguments.tree {
        let rows = rules.into_iter();
        let budgets = &project.settings.notify_within;
        report.rows = rows
            .flat_map(|rule| Row::of_rule(rule, root, facts, budgets))
            .collect();
    }
    Ok(report)
}

/// What each integration would send about a single alert with these labels that begins to fire.
fn messages(
    arguments: &RouteArguments,
    project: &Project,
    config: Located<'_, Alertmanager>,
    root: &Route,
    labels: &Labels,
) -> Result<Vec<Sent>, String> {
    let annotations = labels_from(&arguments.annotation, &project.target)
        .map_err(|error| format!("--annotation: {error}"))?;
    let templates = harness::templates_of(config.file, &project.target)
        .map_err(|problems| problems[0].message.clone())?;
    let texts = Texts {
        config: &config.item.config,
        tree: &config.file.tree,
        templates: &templates,
        target: &project.target,
    };
    let rules = &config.item.inhibit_rules;
    let setup = Setup::new(&config.item.config, &config.file.tree, root, rules);
    let alert = Notified {
        labels: labels.clone(),
        annotations,
        starts_at: 0,
        ended_at: None,
        generator_url: "".into(),
    };
    let events = clock::first(&setup, &alert).into_iter();
    let sent = events.filter_map(|event| {
        Some(Sent {
            receiver: event.receiver.to_string(),
            message: texts.of(&event, &setup)?,
        })
    });
    Ok(sent.collect())
}

/// The alerting rules of that name.
fn named<'e>(facts: &'e EnvironmentFacts<'e>, name: &str) -> Result<Vec<RuleFacts<'e>>, String> {
    let rules: Vec<_> = facts
        .alerts()
        .filter(|rule| rule.at.rule.name() == name)
        .collect();
    if !rules.is_empty() {
        return Ok(rules);
    }
    let names = facts.alerts().map(|rule| rule.at.rule.name());
    Err(match nearest(name, names) {
        Some(similar) => format!("no rule raises an alert `{name}`; did you mean `{similar}`?"),
        None => {
            format!("no rule raises an alert `{name}`: name the files with the rules with --path")
        }
    })
}
