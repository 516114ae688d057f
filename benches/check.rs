//! How long a check and a test run take, from opening the files to the findings: `cargo bench`.

mod generator;

use std::path::{Path, PathBuf};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rulecheck::diagnostic::Level;
use rulecheck::harness::{self, Run};
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice, Project};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn check_10000_rules_in_one_file(bencher: Bencher) {
    let files = vec![("rules.yml".to_owned(), generator::rule_file(10_000))];
    let folder = write("one-file", files);
    bencher
        .counter(ItemsCount::new(10_000_usize))
        .bench(|| check(&folder));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn check_10000_rules_in_1000_files(bencher: Bencher) {
    let folder = write("many-files", generator::rule_files(1_000, 10));
    bencher
        .counter(ItemsCount::new(10_000_usize))
        .bench(|| check(&folder));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn run_1000_tests_in_100_fixtures(bencher: Bencher) {
    let files = (0..100)
        .flat_map(|number| generator::fixture(number, 10, 10))
        .collect();
    let folder = write("fixtures", files);
    bencher
        .counter(ItemsCount::new(1_000_usize))
        .bench(|| test(&folder));
}

/// Opens and lints a folder. Findings of level error would be a fault of the generator.
fn check(folder: &Path) {
    for project in open(folder) {
        let found = lint::run(&project, &Levels::default());
        assert!(
            found.iter().all(|finding| finding.level < Level::Error),
            "{found:?}"
        );
        black_box(found);
    }
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
    });
    let tests = report
        .files
        .iter()
        .map(|file| file.tests.len())
        .sum::<usize>();
    assert!(report.passed() && tests == 1_000, "{tests} tests");
}

fn open(folder: &Path) -> Vec<Project> {
    let choice = Choice {
        isolated: true,
        ..Choice::default()
    };
    project::open(&[folder.to_owned()], None, &choice).expect("the folder was just written")
}

/// Writes the files into a folder of their own under `target/tmp`.
fn write(name: &str, files: Vec<(String, String)>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bench")
        .join(name);
    std::fs::create_dir_all(&folder).expect("target/tmp can be written");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("target/tmp can be written");
    }
    folder
}
