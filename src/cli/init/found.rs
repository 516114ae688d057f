use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::books::{self, Books};
use super::compose::Composed;
use crate::project::{self, Globs, Project, ProjectFile, Rule};
use crate::target::Dialect;

/// What lies in a folder, as far as settings can tell it. Paths are relative to it.
pub(super) struct Found {
    pub environments: Vec<Together>,
    /// Files that belong to none of several environments.
    pub loose: Vec<String>,
    /// Where the absolute paths of `prometheus.yml` are found.
    pub paths: BTreeMap<String, String>,
    pub dialect: Dialect,
    pub composed: Composed,
    /// Worst first.
    pub severities: Vec<String>,
    /// How many alerts have no severity.
    pub without_severity: usize,
    /// The annotations that all alerts have.
    pub annotations: Vec<String>,
    pub books: Option<Books>,
    counts: [usize; 4],
}

/// Files that run together.
#[derive(Default)]
pub(super) struct Together {
    pub name: Option<String>,
    pub prometheus: Vec<String>,
    pub alertmanager: Vec<String>,
    pub rules: Vec<String>,
    pub fixtures: Vec<String>,
}

/// Severities by how bad they are, as most people use the words.
const LADDER: [&[&str]; 6] = [
    &["emergency", "disaster", "fatal", "page", "p0", "sev0"],
    &["critical", "crit", "p1", "sev1"],
    &["high", "error", "major", "p2", "sev2"],
    &[
        "warning", "warn", "medium", "average", "ticket", "p3", "sev3",
    ],
    &["minor", "low", "p4", "sev4"],
    &[
        "notice",
        "notify",
        "info",
        "information",
        "informational",
        "none",
        "debug",
        "p5",
        "sev5",
    ],
];

impl Found {
    pub fn new(folder: &Path, projects: &[Project]) -> Self {
        let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let all = files(projects);
        let name = |file: &ProjectFile| {
            let below = file.identity.strip_prefix(&root).ok()?;
            below.to_str().map(str::to_owned)
        };
        let of_kind = |is: fn(&ProjectFile) -> bool| -> Vec<(String, &ProjectFile)> {
            let files = all.iter().filter(|file| is(file));
            files
                .filter_map(|file| Some((name(file)?, *file)))
                .collect()
        };
        let prometheus = of_kind(|file| file.prometheus.is_some());
        let alertmanager = of_kind(|file| file.alertmanager.is_some());
        let rules = of_kind(|file| !file.groups.is_empty());
        let fixtures = of_kind(|file| file.fixture.is_some());
        let counts = [&prometheus, &alertmanager, &rules, &fixtures].map(Vec::len);

        let mut paths = BTreeMap::new();
        let mut covered = BTreeSet::new();
        for (_, file) in &prometheus {
            covered.extend(rule_files(&root, file, &mut paths));
        }
        let names = |files: &[(String, &ProjectFile)]| -> Vec<String> {
            files.iter().map(|(name, _)| name.clone()).collect()
        };
        let further = rules
            .iter()
            .filter(|(_, file)| !covered.contains(&file.identity));
        let further = further.map(|(name, _)| name.clone()).collect();
        let (environments, loose) = together(
            names(&prometheus),
            names(&alertmanager),
            further,
            names(&fixtures),
        );

        let alerts: Vec<&Rule> = rules
            .iter()
            .flat_map(|(_, file)| file.groups.iter().flat_map(|group| &group.rules))
            .filter(|rule| rule.is_alert())
            .collect();
        Self {
            environments,
            loose,
            paths,
            dialect: dialect(&rules),
            composed: Composed::new(all.iter().copied()),
            severities: severities(&alerts),
            without_severity: alerts
                .iter()
                .filter(|alert| alert.label("severity").is_none())
                .count(),
            annotations: shared_annotations(&alerts),
            books: books::find(&root, &alerts),
            counts,
        }
    }

    /// What was found, in words.
    pub fn summary(&self) -> String {
        let kinds = [
            "prometheus.yml",
            "Alertmanager configuration",
            "rule file",
            "fixture",
        ];
        let parts: Vec<String> = self
            .counts
            .into_iter()
            .zip(kinds)
            .filter(|&(count, _)| count > 0)
            .map(|(count, kind)| match count {
                1 => format!("1 {kind}"),
                _ => format!("{count} {kind}s").replace(".ymls", ".yml"),
            })
            .collect();
        if parts.is_empty() {
            "no files of a known kind were found".to_owned()
        } else {
            format!("{} found", parts.join(", "))
        }
    }
}

fn files(projects: &[Project]) -> Vec<&ProjectFile> {
    let environments = projects.iter().flat_map(|project| &project.environments);
    environments
        .flat_map(|environment| &environment.files)
        .map(|file| &**file)
        .collect()
}

/// The files that the `rule_files` of a `prometheus.yml` mean. Of an absolute path, the end may lead to files beside the
/// configuration: then the beginning is noted in `paths`.
fn rule_files(
    root: &Path,
    file: &ProjectFile,
    paths: &mut BTreeMap<String, String>,
) -> Vec<PathBuf> {
    let folder = file.identity.parent().unwrap_or(root);
    let patterns = file.prometheus.iter().flat_map(|config| &config.rule_files);
    let mut found = Vec::new();
    for pattern in patterns {
        let pattern = pattern.as_str();
        if !pattern.starts_with('/') {
            found.extend(project::expand(folder, pattern, Globs::Go));
            continue;
        }
        // The shortest beginning that leads to something: `/etc/prometheus` rather than `/etc/prometheus/rules`.
        let cuts = pattern
            .match_indices('/')
            .map(|(at, _)| at)
            .filter(|&at| at > 0);
        let mapped = cuts
            .map(|at| {
                (
                    &pattern[..at],
                    project::expand(folder, &pattern[at + 1..], Globs::Go),
                )
            })
            .find(|(_, files)| !files.is_empty());
        if let Some((prefix, files)) = mapped {
            let below = folder.strip_prefix(root).ok().and_then(Path::to_str);
            let below = below.filter(|below| !below.is_empty()).unwrap_or(".");
            paths
                .entry(prefix.to_owned())
                .or_insert_with(|| below.to_owned());
            found.extend(files);
        }
    }
    found
        .iter()
        .filter_map(|path| project::identity(path).ok())
        .collect()
}

/// A list of an environment.
type List = fn(&mut Together) -> &mut Vec<String>;

/// What runs together: all of it, or each `prometheus.yml` with what lies in its folder. And what is left over.
fn together(
    prometheus: Vec<String>,
    alertmanager: Vec<String>,
    rules: Vec<String>,
    fixtures: Vec<String>,
) -> (Vec<Together>, Vec<String>) {
    if prometheus.is_empty() && alertmanager.is_empty() {
        return (Vec::new(), Vec::new());
    }
    if prometheus.len() <= 1 && alertmanager.len() <= 1 {
        let all = Together {
            name: None,
            prometheus,
            alertmanager,
            rules: folders(&rules),
            fixtures: folders(&fixtures),
        };
        return (vec![all], Vec::new());
    }
    let are_prometheus = !prometheus.is_empty();
    let heads = if are_prometheus {
        &prometheus
    } else {
        &alertmanager
    };
    let mut environments: Vec<Together> = heads
        .iter()
        .map(|head| Together {
            name: Some(environment_name(head, heads)),
            prometheus: are_prometheus.then(|| head.clone()).into_iter().collect(),
            ..Together::default()
        })
        .collect();
    let owner = |path: &str| {
        let holds = |head: &str| Path::new(path).starts_with(parent(head));
        let holding = heads.iter().enumerate().filter(|(_, head)| holds(head));
        // Of several in one folder the first.
        let deepest = holding.rev().max_by_key(|(_, head)| parent(head).len());
        deepest.map(|(place, _)| place)
    };
    let mut loose = Vec::new();
    let only_one = (alertmanager.len() == 1).then(|| alertmanager[0].clone());
    let lists: [(&[String], List); 3] = [
        (&alertmanager, |environment| &mut environment.alertmanager),
        (&rules, |environment| &mut environment.rules),
        (&fixtures, |environment| &mut environment.fixtures),
    ];
    for (paths, list) in lists {
        for path in paths {
            match owner(path) {
                Some(place) => list(&mut environments[place]).push(path.clone()),
                None => loose.push(path.clone()),
            }
        }
    }
    if let Some(only) = only_one {
        loose.retain(|path| *path != only);
        for environment in &mut environments {
            environment.alertmanager = vec![only.clone()];
        }
    }
    (environments, loose)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of its configuration, unless another one lies there too.
fn environment_name(head: &str, heads: &[String]) -> String {
    let folder = parent(head);
    let is_alone = heads.iter().filter(|other| parent(other) == folder).count() == 1;
    match folder {
        "" => head.to_owned(),
        folder if is_alone => folder.to_owned(),
        _ => head.to_owned(),
    }
}

/// Files, or the folder where several lie in one.
fn folders(paths: &[String]) -> Vec<String> {
    let several = |folder: &str| paths.iter().filter(|path| parent(path) == folder).count() > 1;
    let mut short: BTreeSet<String> = BTreeSet::new();
    for path in paths {
        let folder = parent(path);
        let is_folder = !folder.is_empty() && several(folder);
        short.insert(if is_folder {
            folder.to_owned()
        } else {
            path.clone()
        });
    }
    let is_below = |path: &str| {
        let mut others = short.iter();
        others.any(|other| other != path && Path::new(path).starts_with(other))
    };
    short
        .iter()
        .filter(|path| !is_below(path))
        .cloned()
        .collect()
}

/// Whose rule files they are, by the keys of the groups.
fn dialect(rules: &[(String, &ProjectFile)]) -> Dialect {
    let has = |key: &str| {
        rules.iter().any(|(_, file)| {
            let groups = file.tree.root(0).and_then(|root| root.get("groups"));
            let mut groups = groups.into_iter().flat_map(|groups| groups.items());
            groups.any(|group| group.get(key).is_some())
        })
    };
    if has("partial_response_strategy") {
        Dialect::Thanos
    } else if has("source_tenants") || has("align_evaluation_time_on_interval") {
        Dialect::Mimir
    } else {
        Dialect::Prometheus
    }
}

fn severities(alerts: &[&Rule]) -> Vec<String> {
    let labels = alerts
        .iter()
        .filter_map(|alert| alert.label("severity")?.fixed());
    let words: BTreeSet<&str> = labels.filter(|word| !word.is_empty()).collect();
    let mut words: Vec<&str> = words.into_iter().collect();
    // Words that nobody knows stand before those that mean the least.
    let rank = |word: &str| {
        let word = word.to_lowercase();
        let known = LADDER.iter().position(|rung| rung.contains(&word.as_str()));
        known.unwrap_or(LADDER.len() - 2)
    };
    words.sort_by_key(|word| rank(word));
    words.into_iter().map(str::to_owned).collect()
}

/// The annotations that no alert lacks. Of a few alerts nothing follows.
fn shared_annotations(alerts: &[&Rule]) -> Vec<String> {
    const FEW: usize = 3;
    let Some((first, others)) = alerts.split_first().filter(|_| alerts.len() >= FEW) else {
        return Vec::new();
    };
    let has = |alert: &Rule, name: &str| {
        let annotation = alert.annotation(name);
        annotation.is_some_and(|annotation| !annotation.value.as_str().trim().is_empty())
    };
    let names = first
        .annotations
        .iter()
        .map(|annotation| annotation.key.as_str());
    names
        .filter(|name| has(first, name) && others.iter().all(|alert| has(alert, name)))
        .map(str::to_owned)
        .collect()
}
