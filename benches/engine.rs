//! How long fixtures take, from opening the files to the report, and how that grows: `cargo bench --bench engine`.

#[allow(dead_code, reason = "rule files are for the other benchmarks")]
mod generator;
mod project;

use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use rulecheck::harness::{self, Run};

use project::{open, write};

fn main() {
    divan::main();
}

/// Twenty rules over a hundred series each; a hundred jobs are 10,000 series.
#[divan::bench(args = [25, 50, 100, 200], sample_count = 5, sample_size = 1)]
fn jobs_of_100_series_with_1000_samples(bencher: Bencher, jobs: usize) {
    run(bencher, "many-series", generator::many_series(jobs), jobs);
}

/// Ten rules over all series; a hundred jobs are 10,000 series.
#[divan::bench(args = [25, 50, 100], sample_count = 3, sample_size = 1)]
fn jobs_of_100_series_all_read_by_ten_rules(bencher: Bencher, jobs: usize) {
    run(bencher, "all-series", generator::all_series(jobs), jobs);
}

#[divan::bench(args = [250, 500, 1_000, 2_000], sample_count = 5, sample_size = 1)]
fn small_test_groups(bencher: Bencher, tests: usize) {
    run(
        bencher,
        "many-tests",
        generator::fixture(0, 2, tests),
        tests,
    );
}

/// `sum by (le) (rate(latency_bucket[5m]))` every 15 seconds.
#[divan::bench(args = [1, 2, 4, 7, 14], sample_count = 5, sample_size = 1)]
fn days_at_15_seconds(bencher: Bencher, days: usize) {
    run(bencher, "long-time", generator::long_time(days), days);
}

/// Measures a folder's fixtures, which pass.
fn run<const N: usize>(bencher: Bencher, name: &str, files: [(String, String); N], size: usize) {
    let folder = write(&format!("{name}-{size}"), files.into());
    bencher
        .counter(ItemsCount::new(size))
        .bench(|| test(&folder));
}

/// Opens a folder and runs its fixtures, all of which pass.
fn test(folder: &Path) {
    let projects = open(folder);
    let fixtures: Vec<_> = projects
        .iter()
        .flat_map(|project| {
            project
                .environments
                .iter()
                .map(move |environment| (project, environment))
        })
        .flat_map(|(project, environment)| {
            environment.files.iter().map(|file| (file, project.target))
        })
        .collect();
    let report = harness::run(&Run {
        fixtures,
        only: Vec::new(),
        ..Run::default()
    });
    assert!(report.passed());
}
