//! How long a check takes, from opening the files to the findings: `cargo bench --bench check`.

#[allow(dead_code, reason = "fixtures are for the other benchmarks")]
mod generator;
mod project;

use std::path::Path;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rulecheck::diagnostic::Level;
use rulecheck::lint::{self, Levels};

use project::{open, write};

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
