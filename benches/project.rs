//! Generated files as a project.

use std::path::{Path, PathBuf};

use rulecheck::project::{self, Choice, Project};

/// Opens a folder, without settings.
pub fn open(folder: &Path) -> Vec<Project> {
    let choice = Choice {
        isolated: true,
        ..Choice::default()
    };
    project::open(&[folder.to_owned()], None, &choice).expect("the folder was just written")
}

/// Writes the files into a folder of their own under `target/tmp`.
pub fn write(name: &str, files: Vec<(String, String)>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bench")
        .join(name);
    std::fs::create_dir_all(&folder).expect("target/tmp can be written");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("target/tmp can be written");
    }
    folder
}
