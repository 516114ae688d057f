//! Writes what `compare.sh` measures into a folder: `generate FOLDER CASE SIZE`.

mod generator;

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, what, size] = arguments.as_slice() else {
        return Err(
            "usage: generate FOLDER check|one-file|many-series|all-series|many-tests|long-time SIZE"
                .into(),
        );
    };
    let size: usize = size.parse()?;
    let files = match what.as_str() {
        "check" => vec![("rules.yml".to_owned(), generator::rule_file(size))],
        "one-file" => project(size),
        "many-series" => generator::many_series(size).into(),
        "all-series" => generator::all_series(size).into(),
        "many-tests" => generator::fixture(0, 2, size).into(),
        "long-time" => generator::long_time(size).into(),
        _ => return Err(format!("no such input: {what}").into()),
    };
    std::fs::create_dir_all(folder)?;
    for (name, text) in files {
        std::fs::write(Path::new(folder).join(name), text)?;
    }
    Ok(())
}

/// A project of `size` rules, 20 a file, whose settings say that they run together.
fn project(size: usize) -> Vec<(String, String)> {
    let settings = "environments:\n  - name: all\n    rules: rules-*.yml\n";
    let mut files = generator::rule_files(size / 20, 20);
    files.push(("rulecheck.yaml".to_owned(), settings.to_owned()));
    files
}
