//! Writes what `compare.sh` measures: `generate FOLDER RULES` puts a rule file with so many rules into the folder.

#[allow(dead_code, reason = "fixtures are for the benchmarks")]
mod generator;

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rules] = arguments.as_slice() else {
        return Err("usage: generate FOLDER RULES".into());
    };
    std::fs::create_dir_all(folder)?;
    std::fs::write(
        Path::new(folder).join("rules.yml"),
        generator::rule_file(rules.parse()?),
    )?;
    Ok(())
}
