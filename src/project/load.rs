use std::path::PathBuf;
use std::sync::Arc;

use super::embedded::{self, Embedded};
use super::file::{Alertmanager, Issue, IssueKind, ProjectFile};
use super::rules::parse_groups;
use super::templates::{Templates, responder_problems};
use crate::model::{self, Kind, Problem, ProblemKind, RuleFile};
use crate::notify::{InhibitRule, Route};
use crate::source::{SourceFile, Span};
use crate::suppression;
use crate::target::Target;
use crate::yaml::Tree;

/// Reads everything there is to read in a file. What is wrong is in [`ProjectFile::issues`].
///
/// With `must_be_known` a file of no known kind is an issue itself; otherwise [`ProjectFile::is_known`] tells.
#[must_use]
pub fn load(
    file: &Arc<SourceFile>,
    identity: PathBuf,
    target: &Target,
    must_be_known: bool,
) -> ProjectFile {
    let tree = Arc::new(Tree::parse(file));
    let is_unknown = |kind: &Kind| *kind == Kind::Unknown;
    if model::detect(&tree).iter().all(is_unknown)
        && let Some(embedded) = embedded::alertmanager(&tree)
    {
        return load_embedded(file, &embedded, identity, target);
    }
    load_with(file, tree, identity, target, |loader| {
        loader.documents(must_be_known)
    })
}

/// Reads a configuration that stands in a Kubernetes object, and nothing else of the file.
fn load_embedded(
    file: &Arc<SourceFile>,
    embedded: &Embedded,
    identity: PathBuf,
    target: &Target,
) -> ProjectFile {
    let tree = Arc::new(Tree::parse(&embedded.source));
    let shown = match embedded.in_place {
        true => file,
        false => &embedded.source,
    };
    let mut loaded = load_with(shown, tree, identity, target, |loader| {
        loader.alertmanager()
    });
    loaded.is_decoded = !embedded.in_place;
    loaded
}

/// Reads a file as what it is said to be, whatever is in it, as promtool does.
#[must_use]
pub fn load_as(
    kind: Kind,
    file: &Arc<SourceFile>,
    identity: PathBuf,
    target: &Target,
) -> ProjectFile {
    let tree = Arc::new(Tree::parse(file));
    load_with(file, tree, identity, target, |loader| {
        loader.document(kind, true);
    })
}

fn load_with(
    file: &Arc<SourceFile>,
    tree: Arc<Tree>,
    identity: PathBuf,
    target: &Target,
    read: impl FnOnce(&mut Loader<'_>),
) -> ProjectFile {
    let mut loader = Loader {
        tree: &tree,
        target,
        loaded: ProjectFile {
            file: Arc::clone(file),
            tree: Arc::clone(&tree),
            identity,
            groups: Vec::new(),
            alertmanager: None,
            prometheus: None,
            fixture: None,
            compose: None,
            is_known: false,
            is_decoded: false,
            directives: suppression::read(&tree),
            issues: Vec::new(),
        },
    };
    read(&mut loader);
    let mut loaded = loader.loaded;
    loaded.issues.sort_by_key(|issue| issue.span);
    loaded
}

struct Loader<'a> {
    tree: &'a Arc<Tree>,
    target: &'a Target,
    loaded: ProjectFile,
}

impl Loader<'_> {
    /// Prometheus and Alertmanager read the first document of a file only; Kubernetes reads all.
    fn documents(&mut self, must_be_known: bool) {
        let kinds = model::detect(self.tree);
        let is_object = |kind| matches!(kind, Kind::PrometheusRules | Kind::AlertmanagerConfigs);
        if kinds.iter().any(|&kind| is_object(kind)) {
            for (document, kind) in kinds.into_iter().enumerate() {
                match kind {
                    Kind::PrometheusRules => self.prometheus_rules(document),
                    Kind::AlertmanagerConfigs => self.alertmanager_configs(document),
                    _ => {}
                }
            }
            return;
        }
        let kind = kinds.first().copied().unwrap_or(Kind::Unknown);
        if kind == Kind::Unknown
            && let Some(compose) = model::decode_compose(self.tree)
        {
            self.loaded.is_known = true;
            self.loaded.compose = Some(compose);
            return;
        }
        self.document(kind, must_be_known);
    }

    fn document(&mut self, kind: Kind, must_be_known: bool) {
        match kind {
            Kind::Rules => self.rules(),
            Kind::Alertmanager => self.alertmanager(),
            Kind::Prometheus => self.prometheus(),
            Kind::Fixture => self.fixture(),
            Kind::Settings => self.loaded.is_known = true,
            Kind::RuleList
            | Kind::GroupList
            | Kind::Unknown
            | Kind::PrometheusRules
            | Kind::AlertmanagerConfigs => {
                if must_be_known {
                    self.unknown(kind);
                }
            }
        }
    }

    fn rules(&mut self) {
        let (rules, problems) = model::decode_rules(self.tree, 0, self.target);
        self.loaded.is_known = true;
        self.problems(problems);
        self.groups(rules);
    }

    fn prometheus_rules(&mut self, document: usize) {
        let (objects, problems) = model::decode_prometheus_rules(self.tree, document, self.target);
        self.loaded.is_known = true;
        self.problems(problems);
        for object in objects {
            let known = self.loaded.issues.len();
            self.groups(object.rules);
            if object.is_vmalert {
                self.loaded.issues[known..]
                    .iter_mut()
                    .for_each(judged_by_vmalert);
            }
        }
    }

    fn alertmanager_configs(&mut self, document: usize) {
        self.loaded.is_known = true;
        let problems = model::check_alertmanager_configs(self.tree, document, self.target);
        self.problems(problems);
    }

    fn groups(&mut self, rules: RuleFile) {
        let groups = parse_groups(rules.groups, self.target, &mut self.loaded.issues);
        self.loaded.groups.extend(groups);
    }

    fn alertmanager(&mut self) {
        let (config, problems) = model::decode_alertmanager(self.tree, 0, self.target);
        self.loaded.is_known = true;
        self.problems(problems);
        self.problems(responder_problems(&config, self.tree, self.target));
        let mut problems = Vec::new();
        let route = config
            .route
            .as_ref()
            .map(|root| Route::new(root, self.target, &mut problems));
        let inhibit_rules = config
            .inhibit_rules
            .iter()
            .map(|rule| InhibitRule::new(rule, self.target, &mut problems))
            .collect();
        let has_all_matchers = problems.is_empty();
        self.problems(problems);
        let templates = Templates::read(&config.templates, self.tree.file(), self.target);
        self.loaded.alertmanager = Some(Alertmanager {
            config,
            templates,
            route,
            inhibit_rules,
            has_all_matchers,
        });
    }

    fn prometheus(&mut self) {
        let (config, problems) = model::decode_prometheus(self.tree, 0, self.target);
        self.loaded.is_known = true;
        self.problems(problems);
        self.loaded.prometheus = Some(config);
    }

    fn fixture(&mut self) {
        let (fixture, problems) = model::decode_fixture(self.tree, 0, self.target);
        self.loaded.is_known = true;
        self.problems(problems);
        self.loaded.fixture = Some(fixture);
    }

    /// A file that was named, so that it is meant, but that nobody can read.
    fn unknown(&mut self, kind: Kind) {
        if let Some(problem) = model::unwrapped_list_problem(self.tree, 0, kind) {
            self.problems(vec![problem]);
            return;
        }
        let errors = self.tree.errors().iter();
        let syntax: Vec<Problem> = errors
            .map(|error| Problem::syntax(self.tree, error))
            .collect();
        if !syntax.is_empty() {
            self.problems(syntax);
            return;
        }
        if self.tree.root(0).is_none_or(|root| root.is_null()) {
            // Prometheus takes it as a rule file without groups.
            self.loaded.is_known = true;
            let empty = Problem::new(ProblemKind::Notice, Span::empty(0), "the file is empty");
            self.problems(vec![empty]);
            return;
        }
        let problem = Problem::new(
            ProblemKind::Schema,
            Span::empty(0),
            "this is no rule file, Alertmanager configuration, `prometheus.yml` or fixture",
        )
        .with_help("a rule file has the key `groups`, Alertmanager's configuration `route`, a fixture `tests`");
        self.problems(vec![problem]);
    }

    fn problems(&mut self, problems: Vec<Problem>) {
        self.loaded
            .issues
            .extend(problems.into_iter().map(Issue::from));
    }
}

/// MetricsQL and vmalert's templates are more than those of Prometheus: what these do not know may be right.
fn judged_by_vmalert(issue: &mut Issue) {
    let what = match issue.kind {
        IssueKind::Promql | IssueKind::Feature => "PromQL",
        IssueKind::Template => "template of Prometheus",
        _ => return,
    };
    issue.kind = IssueKind::Other;
    issue.message = format!(
        "this is no {what}, only vmalert can tell: {}",
        issue.message
    );
    issue.help = None;
    issue.wording = None;
}

impl From<Problem> for Issue {
    fn from(problem: Problem) -> Self {
        Self {
            kind: match problem.kind {
                ProblemKind::Syntax | ProblemKind::Schema => IssueKind::Schema,
                ProblemKind::Duration => IssueKind::Duration,
                ProblemKind::Placeholder => IssueKind::Placeholder,
                ProblemKind::UndefinedReceiver => IssueKind::UndefinedReceiver,
                ProblemKind::UndefinedInterval => IssueKind::UndefinedInterval,
                ProblemKind::Notice => IssueKind::Notice,
            },
            span: problem.span,
            message: problem.message,
            help: problem.help,
            related: problem.related,
            wording: problem.wording,
            fix: problem.fix,
        }
    }
}
