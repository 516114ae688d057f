//! What is known of metrics: from dumps of `/metrics`, and from the catalogue.

use std::path::Path;

use rustc_hash::FxHashMap;

use crate::catalogue::{self, Part};
use crate::exposition::{Family, Kind};
use crate::labels::BUCKET;
use crate::project::{Dump, Environment};

/// The metrics that the dumps of an environment have; the catalogue is behind them.
#[derive(Debug, Default)]
pub struct Metrics<'e> {
    by_name: FxHashMap<&'e str, Vec<(&'e Dump, &'e Family)>>,
    dumps: &'e [Dump],
    /// The jobs of `prometheus.yml`; nothing where there is none.
    jobs: Option<Vec<&'e str>>,
}

/// What is known of one series name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetricFact<'e> {
    /// The type of the values: a bucket, count or sum of a histogram or summary is a counter.
    pub kind: Kind,
    /// Where it is known from.
    pub source: MetricSource<'e>,
}

/// Where something is known from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MetricSource<'e> {
    /// A dump of the project.
    Dump(&'e Path),
    /// The table of a program: its name and versions.
    Catalogue(&'static str, &'static str),
}

/// Series of one name in a dump.
#[derive(Clone, Copy, Debug)]
pub struct Dumped<'e> {
    /// The dump.
    pub dump: &'e Dump,
    /// The family that they belong to.
    pub family: &'e Family,
    /// Which part of it they are.
    pub part: Part,
}

impl Dumped<'_> {
    fn has_parts(&self) -> bool {
        matches!(
            self.family.kind,
            Some(Kind::Histogram | Kind::Summary | Kind::GaugeHistogram)
        )
    }
}

impl<'e> Metrics<'e> {
    /// Those of an environment.
    #[must_use]
    pub fn new(environment: &'e Environment) -> Self {
        let mut by_name: FxHashMap<&str, Vec<_>> = FxHashMap::default();
        for dump in &environment.dumps {
            for family in &dump.families {
                let of_name = by_name.entry(family.name.as_str());
                of_name.or_default().push((dump, family));
            }
        }
        let mut configs = environment.prometheuses();
        let jobs = match (configs.next(), configs.next()) {
            (Some(config), None) => Some(config.item),
            _ => None,
        };
        let jobs = jobs.map(|config| {
            let names = config
                .scrape_configs
                .iter()
                .filter_map(|job| job.job_name.as_ref());
            names.map(|name| name.as_str()).collect()
        });
        Self {
            by_name,
            dumps: &environment.dumps,
            jobs,
        }
    }

    /// The scrape jobs, where one `prometheus.yml` tells them.
    #[must_use]
    pub fn jobs(&self) -> Option<&[&'e str]> {
        self.jobs.as_deref()
    }

    /// Whether everything that is scraped is known: each scrape job has a complete dump.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        let jobs = self.jobs.as_deref().unwrap_or_default();
        !jobs.is_empty() && jobs.iter().all(|job| self.complete_for(job).is_some())
    }

    /// What is known of the series of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<MetricFact<'e>> {
        if let Some(Dumped { dump, family, part }) = self.dumped(name).first() {
            return Some(MetricFact {
                kind: kind_of(family.kind.unwrap_or(Kind::Untyped), *part),
                source: MetricSource::Dump(&dump.path),
            });
        }
        let (program, family, part) = catalogue::find(name)?;
        Some(MetricFact {
            kind: kind_of(family.kind, part),
            source: MetricSource::Catalogue(program.name, program.version),
        })
    }

    /// Whether some dump has series of that name.
    #[must_use]
    pub fn is_dumped(&self, name: &str) -> bool {
        !self.dumped(name).is_empty()
    }

    /// What each of the dumps shows of the series of that name.
    #[must_use]
    pub fn dumped(&self, name: &str) -> Vec<Dumped<'e>> {
        let whole = |name: &str| self.by_name.get(name).into_iter().flatten().copied();
        let of_part = |part| move |(dump, family)| Dumped { dump, family, part };
        let found: Vec<_> = whole(name).map(of_part(Part::Whole)).collect();
        if !found.is_empty() {
            return found;
        }
        let parts = Part::SUFFIXES.into_iter().filter_map(|(suffix, part)| {
            let base = name.strip_suffix(suffix)?;
            Some(whole(base).map(of_part(part)))
        });
        parts.flatten().filter(Dumped::has_parts).collect()
    }

    /// The complete dump of a job.
    #[must_use]
    pub fn complete_for(&self, job: &str) -> Option<&'e Dump> {
        self.dumps
            .iter()
            .find(|dump| dump.is_complete && dump.job.as_deref() == Some(job))
    }

    /// The labels that series of that name can have, those of the target included, where complete dumps have them.
    #[must_use]
    pub fn labels(&self, name: &str) -> Option<Vec<&'e str>> {
        if OF_TARGETS.contains(&name) {
            return self.labels_of_targets();
        }
        let dumped = self.dumped(name);
        if dumped.is_empty() || dumped.iter().any(|dumped| !dumped.dump.is_complete) {
            return None;
        }
        let labels = dumped.iter().flat_map(|Dumped { dump, family, part }| {
            let metrics = family.metrics.iter();
            let exposed =
                metrics.flat_map(|metric| metric.labels.iter().map(|(label, _)| label.as_str()));
            let of_part = match (part, family.kind) {
                (Part::Bucket, _) => Some(BUCKET),
                (Part::Whole, Some(Kind::Summary)) => Some("quantile"),
                _ => None,
            };
            let of_target = dump.target_labels.iter().map(String::as_str);
            exposed.chain(of_part).chain(of_target)
        });
        Some(labels.chain(["job", "instance"]).collect())
    }

    /// The labels that series have which Prometheus writes about each of its targets, such as `up`: those of the target. It can
    /// be said where everything that is scraped is known.
    fn labels_of_targets(&self) -> Option<Vec<&'e str>> {
        let dumps = self.dumps.iter().filter(|_| self.are_complete());
        let labels = dumps.flat_map(|dump| dump.target_labels.iter().map(String::as_str));
        let labels: Vec<_> = labels.chain(["job", "instance"]).collect();
        self.are_complete().then_some(labels)
    }

    /// Whether it is certain that nothing exposes series of that name.
    #[must_use]
    pub fn exclude(&self, name: &str) -> bool {
        self.are_complete()
            && !name.contains(':')
            && !is_of_prometheus(name)
            && !self.is_dumped(name)
    }

    /// The names of all dumps.
    pub fn names<'m>(&'m self) -> impl Iterator<Item = &'e str> + 'm {
        self.by_name.keys().copied()
    }
}

/// Series that Prometheus writes itself about each scrape.
const OF_TARGETS: [&str; 8] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

/// Series that Prometheus writes itself.
#[must_use]
pub fn is_of_prometheus(name: &str) -> bool {
    OF_TARGETS.contains(&name) || matches!(name, "ALERTS" | "ALERTS_FOR_STATE")
}

/// The parts of a histogram or summary count up.
fn kind_of(family: Kind, part: Part) -> Kind {
    match (family, part) {
        (Kind::Histogram | Kind::Summary, Part::Bucket | Part::Count | Part::Sum) => Kind::Counter,
        (Kind::Summary, Part::Whole) => Kind::Gauge,
        (kind, _) => kind,
    }
}
