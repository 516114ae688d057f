//! The metrics that well-known programs expose: names, types and labels.
//!
//! One table a program, made from its own `/metrics` where that was possible and from its documentation otherwise; each
//! says so in its head.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::exposition::Kind;

/// The tables.
const TABLES: &[&str] = &[
    include_str!("alertmanager.tsv"),
    include_str!("cadvisor.tsv"),
    include_str!("go-client.tsv"),
    include_str!("grafana.tsv"),
    include_str!("kube-state-metrics.tsv"),
    include_str!("loki.tsv"),
    include_str!("node_exporter.tsv"),
    include_str!("otelcol.tsv"),
    include_str!("prometheus.tsv"),
    include_str!("promtail.tsv"),
    include_str!("redis_exporter.tsv"),
];

/// A program and what it exposes.
#[derive(Debug)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// The versions that the table was made from.
    pub version: &'static str,
    /// Where the rows come from.
    pub sources: Vec<&'static str>,
    /// Beginnings of names that are this program's alone.
    pub prefixes: Vec<&'static str>,
    /// Beginnings below which there are more names than the table has.
    pub open: Vec<&'static str>,
    /// Its metrics, in order of their names.
    pub families: Vec<Known>,
}

/// A metric family.
#[derive(Debug)]
pub struct Known {
    /// Name; that of a histogram or summary is without `_bucket`, `_count` and `_sum`.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// The labels that it can have beside those of the target; nothing where they are not known.
    pub labels: Option<Vec<&'static str>>,
    /// Whether it can have other labels too.
    pub has_more_labels: bool,
    /// Whether it was seen in a real `/metrics`.
    pub is_seen: bool,
}

/// All programs.
#[must_use]
pub fn programs() -> &'static [Program] {
    &CATALOGUE.programs
}

/// The family that a metric belongs to, by the name as it stands in expressions, and the part of it.
#[must_use]
pub fn find(name: &str) -> Option<(&'static Program, &'static Known, Part)> {
    let whole = CATALOGUE.by_name.get(name).map(|&at| (at, Part::Whole));
    let (at, part) = whole.or_else(|| {
        Part::SUFFIXES.into_iter().find_map(|(suffix, part)| {
            let at = *CATALOGUE.by_name.get(name.strip_suffix(suffix)?)?;
            let kind = CATALOGUE.family(at).1.kind;
            let has_parts = match part {
                Part::Bucket => kind == Kind::Histogram,
                _ => matches!(kind, Kind::Histogram | Kind::Summary),
            };
            has_parts.then_some((at, part))
        })
    })?;
    let (program, family) = CATALOGUE.family(at);
    Some((program, family, part))
}

/// The program whose names begin like this one, if every name that it exposes there is known.
#[must_use]
pub fn owner(name: &str) -> Option<&'static Program> {
    let begins_as = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    CATALOGUE
        .programs
        .iter()
        .find(|program| begins_as(&program.prefixes) && !begins_as(&program.open))
}

/// What of a family a series is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// A counter, a gauge, a quantile of a summary.
    Whole,
    /// A bucket of a histogram.
    Bucket,
    /// The number of observations.
    Count,
    /// The sum of observations.
    Sum,
}

impl Part {
    /// What the names of the parts of a histogram or summary end in.
    pub const SUFFIXES: [(&'static str, Self); 3] = [
        ("_bucket", Self::Bucket),
        ("_count", Self::Count),
        ("_sum", Self::Sum),
    ];
}

struct Catalogue {
    programs: Vec<Program>,
    by_name: FxHashMap<&'static str, (usize, usize)>,
}

impl Catalogue {
    fn family(&self, (program, family): (usize, usize)) -> (&Program, &Known) {
        let program = &self.programs[program];
        (program, &program.families[family])
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let programs: Vec<Program> = TABLES.iter().map(|table| read(table)).collect();
    let mut by_name = FxHashMap::default();
    for (at, program) in programs.iter().enumerate() {
        for (row, family) in program.families.iter().enumerate() {
            by_name.entry(family.name).or_insert((at, row));
        }
    }
    Catalogue { programs, by_name }
});

fn read(table: &'static str) -> Program {
    let mut program = Program {
        name: "",
        version: "",
        sources: Vec::new(),
        prefixes: Vec::new(),
        open: Vec::new(),
        families: Vec::new(),
    };
    let list = |text: &'static str| {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect()
    };
    for line in table.lines() {
        let head = line
            .strip_prefix("# ")
            .and_then(|head| head.split_once(": "));
        match head {
            Some(("program", value)) => program.name = value,
            Some(("version", value)) => program.version = value,
            Some(("source", value)) => program.sources.push(value),
            Some(("prefixes", value)) => program.prefixes = list(value),
            Some(("open", value)) => program.open = list(value),
            _ => program.families.extend(row(line)),
        }
    }
    program
}

fn row(line: &'static str) -> Option<Known> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let (name, kind, labels, source) = (
        columns.next()?,
        columns.next()?,
        columns.next()?,
        columns.next()?,
    );
    let kind = Kind::ALL.into_iter().find(|known| known.name() == kind)?;
    let listed: Vec<&str> = labels
        .split(',')
        .filter(|label| !matches!(*label, "-" | "*" | "?"))
        .collect();
    Some(Known {
        name,
        kind,
        labels: (labels != "?").then_some(listed),
        has_more_labels: labels.split(',').any(|label| label == "*"),
        is_seen: source == "m",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_table_is_read() {
        for (table, program) in TABLES.iter().zip(programs()) {
            let rows = table
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
                .count();
            assert_eq!(program.families.len(), rows, "{}", program.name);
            assert!(
                !program.name.is_empty()
                    && !program.version.is_empty()
                    && !program.sources.is_empty()
            );
            let names: Vec<&str> = program.families.iter().map(|family| family.name).collect();
            assert!(
                names.is_sorted_by(|a, b| a < b),
                "{}: sorted, each once",
                program.name
            );
        }
    }

    #[test]
    fn names_are_found_by_what_they_are() {
        let (program, family, part) = find("node_memory_MemFree_bytes").unwrap();
        assert_eq!(
            (program.name, family.kind, part),
            ("node_exporter", Kind::Gauge, Part::Whole)
        );
        let (_, family, part) = find("prometheus_http_request_duration_seconds_bucket").unwrap();
        assert_eq!((family.kind, part), (Kind::Histogram, Part::Bucket));
        assert!(find("node_memory_MemFree_bytes_bucket").is_none());
        assert_eq!(owner("prometheus_tsdb_nothing").unwrap().name, "prometheus");
        assert!(owner("my_app_requests_total").is_none());
    }
}
