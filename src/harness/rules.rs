//! From loaded rule files to rule groups that can run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::alerting::{Rule, RuleGroup, RuleKind, RuleText};
use crate::engine::{Options, PlanError, Query};
use crate::model::Text;
use crate::project::{self, Group, ProjectFile};
use crate::source::{ReadError, read_file};
use crate::target::Target;

/// The rule files of a run, each loaded once for each target.
#[derive(Debug, Default)]
pub(super) struct RuleFiles {
    loaded: Mutex<FxHashMap<(PathBuf, String), Arc<ProjectFile>>>,
}

impl RuleFiles {
    /// What is loaded already. A pipe can be read once only, so that it must be among these.
    pub fn new(known: &[(&Arc<ProjectFile>, Target)]) -> Self {
        let known = known.iter().filter(|(file, _)| file.is_known);
        let known = known.map(|(file, target)| (key(&file.identity, target), Arc::clone(file)));
        Self {
            loaded: Mutex::new(known.collect()),
        }
    }

    pub fn load(&self, path: &Path, target: &Target) -> Result<Arc<ProjectFile>, ReadError> {
        let identity = project::identity(path).map_err(ReadError::Io)?;
        let key = key(&identity, target);
        // A panic elsewhere leaves the map whole.
        let known = |files: &Mutex<FxHashMap<_, Arc<ProjectFile>>>| {
            let files = files.lock().unwrap_or_else(PoisonError::into_inner);
            files.get(&key).cloned()
        };
        if let Some(file) = known(&self.loaded) {
            return Ok(file);
        }
        let source = read_file(path)?;
        let file = Arc::new(project::load(&source, identity, target, true));
        let mut files = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(files.entry(key.clone()).or_insert(file)))
    }
}

fn key(identity: &Path, target: &Target) -> (PathBuf, String) {
    (identity.to_owned(), format!("{target:?}"))
}

/// A rule that parses but cannot be evaluated.
#[derive(Debug)]
pub(super) struct Uncompiled<'p> {
    pub file: &'p ProjectFile,
    pub rule: &'p project::Rule,
    pub error: PlanError,
}

/// Makes every group ready to run. Rules that cannot be evaluated are left out of their group and told.
pub(super) fn compile(
    files: &[Arc<ProjectFile>],
    options: Options,
) -> (Vec<RuleGroup>, Vec<Uncompiled<'_>>) {
    let mut uncompiled = Vec::new();
    let mut groups = Vec::new();
    for file in files {
        for group in &file.groups {
            let mut rules = Vec::with_capacity(group.rules.len());
            for rule in &group.rules {
                let (Some(expr), Some(text)) = (&rule.expr, &rule.model.expr) else {
                    continue;
                };
                match Query::new(expr, options) {
                    Ok(query) => rules.push(compiled(rule, text.clone(), query)),
                    Err(error) => uncompiled.push(Uncompiled { file, rule, error }),
                }
            }
            groups.push(compiled_group(group, rules));
        }
    }
    (groups, uncompiled)
}

fn compiled_group(group: &Group, rules: Vec<Rule>) -> RuleGroup {
    RuleGroup {
        name: group.name.as_ref().map_or("", |name| name.as_str()).into(),
        limit: group.limit.map_or(0, |limit| limit.value),
        query_offset_ms: group.query_offset.map_or(0, |offset| offset.value.ms),
        rules,
    }
}

fn compiled(rule: &project::Rule, expr: Text, query: Query) -> Rule {
    let kind = if rule.is_alert() {
        RuleKind::Alerting {
            for_ms: rule.model.hold.map_or(0, |hold| hold.value.ms),
            keep_firing_for_ms: rule.model.keep_firing_for.map_or(0, |keep| keep.value.ms),
            annotations: texts(&rule.annotations),
        }
    } else {
        RuleKind::Recording
    };
    Rule {
        name: rule.name().into(),
        expr,
        query,
        labels: texts(&rule.labels),
        kind,
    }
}

fn texts(texts: &[project::RuleText]) -> Vec<RuleText> {
    texts
        .iter()
        .map(|text| RuleText {
            name: text.key.as_str().into(),
            text: text.value.as_str().into(),
            source: text.value.clone(),
            template: text.template.clone(),
        })
        .collect()
}
