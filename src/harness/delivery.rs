//! The Alertmanager that stands behind the rules of a fixture.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outcome::{Happening, Simulation, Transition};
use crate::alerting::{AlertState, GroupRun};
use crate::analysis::{ExternalLabels, external_labels};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::labels::Labels;
use crate::model::{Fixture, Kind, TestGroup};
use crate::notify::clock::{self, Post, Setup};
use crate::notify::message::Texts;
use crate::notify::{Route, Sender};
use crate::project::{self, Environment, IssueKind, ProjectFile, folder_of};
use crate::source::{Span, read_file};
use crate::target::{Duration, Target};
use crate::template::alertmanager::Templates;

/// The configuration of Alertmanager that a fixture is judged by.
#[derive(Clone, Debug)]
pub(super) struct Behind {
    pub config: Arc<ProjectFile>,
    /// The external labels of the Prometheus of the environment.
    external_labels: Labels,
    templates: Templates,
    target: Target,
}

impl Behind {
    /// What the fixture names, or what its environment has. `None` where nothing asks for it and none is there; an error
    /// where it is asked for and cannot be had.
    pub fn of(
        file: &ProjectFile,
        fixture: &Fixture,
        environments: &[&Environment],
        target: &Target,
        is_wanted: bool,
    ) -> Result<Option<Self>, Vec<Diagnostic>> {
        let asks = is_wanted || asks(fixture);
        let contains = |environment: &&&Environment| {
            let mut files = environment.files.iter();
            files.any(|member| member.identity == file.identity)
        };
        let around: Vec<&Environment> = environments.iter().filter(contains).copied().collect();
        let labels = around
            .iter()
            .find_map(|environment| match external_labels(environment) {
                ExternalLabels::Known(labels) => Some(labels),
                ExternalLabels::Unknown | ExternalLabels::Relabelled => None,
            });
        let config = match &fixture.extension.alertmanager {
            Some(path) => named(file, path, target).map(Some)?,
            None if asks => Some(only(file, fixture, &around)?),
            None => None,
        };
        let Some(config) = config else {
            return Ok(None);
        };
        let refusals: Vec<Diagnostic> = config.refusals().collect();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let templates = templates_of(&config, target)?;
        Ok(Some(Self {
            config,
            external_labels: labels.unwrap_or_default(),
            templates,
            target: *target,
        }))
    }

    /// Its route tree, if it has one.
    pub fn route(&self) -> Option<&Route> {
        self.config.alertmanager.as_ref()?.route.as_ref()
    }

    /// What decides on the words.
    fn texts(&self) -> Option<Texts<'_>> {
        Some(Texts {
            config: &self.config.alertmanager.as_ref()?.config,
            tree: &self.config.tree,
            templates: &self.templates,
            target: &self.target,
        })
    }

    /// What decides what is sent when.
    pub fn setup(&self) -> Option<Setup<'_>> {
        let alertmanager = self.config.alertmanager.as_ref()?;
        let route = alertmanager.route.as_ref()?;
        Some(Setup::new(
            &alertmanager.config,
            &self.config.tree,
            route,
            &alertmanager.inhibit_rules,
        ))
    }
}

/// Alertmanager's own templates and those of the files that the configuration names; or what is wrong with these.
pub fn templates_of(config: &ProjectFile, target: &Target) -> Result<Templates, Vec<Diagnostic>> {
    let none = project::Templates::default();
    let alertmanager = config.alertmanager.as_ref();
    let named = alertmanager.map_or(&none, |alertmanager| &alertmanager.templates);
    named.set(target).map_err(|errors| {
        let errors = errors.into_iter();
        let problems = errors.map(|error| {
            let file = error.file.and_then(|file| named.files.get(file));
            let location = match file {
                Some(file) => Location::new(&file.source, error.span),
                None => config.location(Span::default()),
            };
            problem(location, error.to_string())
        });
        problems.collect()
    })
}

/// Whether a fixture has something to say about routes or notifications.
fn asks(fixture: &Fixture) -> bool {
    let mut tests = fixture.tests.iter();
    !fixture.extension.routes.is_empty()
        || tests.any(|test| !test.extension.notifications.is_empty())
}

fn named(
    file: &ProjectFile,
    path: &crate::model::Text,
    target: &Target,
) -> Result<Arc<ProjectFile>, Vec<Diagnostic>> {
    let at = folder_of(file.file.path()).join(path.as_str());
    let refused = |reason: String| {
        let message = format!("cannot read the configuration of Alertmanager: {reason}");
        vec![problem(file.location(path.span()), message)]
    };
    let source = read_file(&at).map_err(|error| refused(error.to_string()))?;
    let identity = project::identity(&at).map_err(|error| refused(error.to_string()))?;
    let loaded = project::load_as(Kind::Alertmanager, &source, identity, target);
    Ok(Arc::new(loaded))
}

/// The only configuration of the environments around the fixture.
fn only(
    file: &ProjectFile,
    fixture: &Fixture,
    around: &[&Environment],
) -> Result<Arc<ProjectFile>, Vec<Diagnostic>> {
    let files = around.iter().flat_map(|environment| &environment.files);
    let mut configs: Vec<&Arc<ProjectFile>> =
        files.filter(|file| file.alertmanager.is_some()).collect();
    configs.dedup_by_key(|config| &config.identity);
    if let [config] = configs.as_slice() {
        return Ok(Arc::clone(config));
    }
    let routes = fixture.extension.routes.first().map(|test| test.span);
    let mut tests = fixture.tests.iter();
    let notifications = || {
        let test = tests.find_map(|test| test.extension.notifications.first());
        test.map(|test| test.span)
    };
    let span = routes.or_else(notifications).unwrap_or_default();
    let message = match configs.as_slice() {
        [] => "there is no configuration of Alertmanager to judge this by".to_owned(),
        configs => format!(
            "there are {} configurations of Alertmanager to judge this by",
            configs.len()
        ),
    };
    let mut problem = problem(file.location(span), message);
    problem.help = Some("name it under `rulecheck: alertmanager:`".to_owned());
    Err(vec![problem])
}

fn problem(location: Location, message: String) -> Diagnostic {
    Diagnostic::new(IssueKind::Schema.lint(), Level::Error, location, message)
}

/// Takes the alerts of a test to Alertmanager while it runs.
#[derive(Debug)]
pub(super) struct Delivery<'b> {
    texts: Option<Texts<'b>>,
    setup: Setup<'b>,
    sender: Sender,
    posts: Vec<Post>,
    states: States,
}

impl<'b> Delivery<'b> {
    pub fn new(behind: &'b Behind, test: &TestGroup) -> Option<Self> {
        let own = test.external_labels.iter();
        let own = own.map(|pair| (pair.key.as_str(), pair.value.as_str()));
        let mut labels = behind.external_labels.edit();
        for (name, value) in own {
            labels.set(name, value);
        }
        let url = test.external_url.as_ref().map_or("", |url| url.as_str());
        Some(Self {
            texts: behind.texts(),
            setup: behind.setup()?,
            sender: Sender::new(labels.build(), url.into()),
            posts: Vec::new(),
            states: States::default(),
        })
    }

    /// Sends what the groups have to say after they were evaluated.
    pub fn send(&mut self, groups: &[GroupRun<'_>], now: i64, step: Duration) {
        let mut alerts = Vec::new();
        for (place, group) in groups.iter().enumerate() {
            alerts.extend(self.sender.send(place, group, now, step));
        }
        if !alerts.is_empty() {
            self.posts.push(Post { at: now, alerts });
        }
        self.states.note(groups, now);
    }

    /// What Alertmanager makes of it. Times are in Unix milliseconds.
    pub fn finish(self, start: i64, until: i64) -> Simulation {
        let (events, too_much) = match clock::run(&self.setup, &self.posts, start, until) {
            Ok(events) => (events, None),
            Err(too_much) => (Vec::new(), Some(too_much)),
        };
        let events = events.into_iter().map(|event| Happening {
            message: self
                .texts
                .as_ref()
                .and_then(|texts| texts.of(&event, &self.setup)),
            event,
        });
        Simulation {
            start,
            events: events.collect(),
            transitions: self.states.seen,
            too_much,
        }
    }
}

/// When alerts have become what.
#[derive(Debug, Default)]
struct States {
    current: BTreeMap<Labels, AlertState>,
    seen: Vec<Transition>,
}

impl States {
    fn note(&mut self, groups: &[GroupRun<'_>], now: i64) {
        let alerts = groups.iter().flat_map(GroupRun::alerts);
        let there: BTreeMap<Labels, AlertState> = alerts
            .map(|(_, alert)| (alert.labels.clone(), alert.state))
            .collect();
        let ended = self
            .current
            .keys()
            .filter(|labels| !there.contains_key(*labels));
        for labels in ended {
            self.seen.push(Transition {
                at: now,
                labels: labels.clone(),
                state: None,
            });
        }
        for (labels, state) in &there {
            if self.current.get(labels) != Some(state) {
                self.seen.push(Transition {
                    at: now,
                    labels: labels.clone(),
                    state: Some(*state),
                });
            }
        }
        self.current = there;
    }
}
