//! Dumps of `/metrics` that the settings name.

use std::path::PathBuf;

use super::files::Files;
use super::open::{OpenError, Project};
use super::settings;
use super::walk::{self, PatternError};
use crate::exposition::{self, Family};
use crate::model::DumpSettings;
use crate::source::read_file;

/// What a program exposes, as scraped once.
#[derive(Clone, PartialEq, Debug)]
pub struct Dump {
    /// The file as shown to people.
    pub path: PathBuf,
    /// The scrape job.
    pub job: Option<String>,
    /// Whether the job exposes nothing else.
    pub is_complete: bool,
    /// The labels of its targets beside `job` and `instance`.
    pub target_labels: Vec<String>,
    /// The metrics.
    pub families: Vec<Family>,
}

/// Reads dumps; those that cannot be read are errors of the settings.
pub(super) fn read<'s>(
    project: &Project,
    wanted: impl Iterator<Item = &'s DumpSettings>,
    files: &mut Files<'_>,
) -> Vec<Dump> {
    let Some(settings_file) = &project.settings_file else {
        return Vec::new();
    };
    let mut dumps = Vec::new();
    for wanted in wanted {
        let wrong = |message: String| {
            let wrong = settings::wrong_dump(settings_file, &wanted.file, message);
            OpenError::Settings(Box::new(wrong))
        };
        let paths = match walk::matching(&project.root, &wanted.file) {
            Ok(paths) => paths,
            Err(PatternError::Walk(error)) => {
                files.errors.push(error.into());
                continue;
            }
            Err(PatternError::Pattern(message)) => {
                files.errors.push(wrong(message));
                continue;
            }
        };
        for path in paths {
            let text = match read_file(&path) {
                Ok(file) => file.text().to_owned(),
                Err(error) => {
                    files.errors.push(OpenError::Read { path, error });
                    continue;
                }
            };
            match exposition::read(&text, true) {
                Ok(families) => dumps.push(Dump {
                    path,
                    job: wanted.job.clone(),
                    is_complete: wanted.complete,
                    target_labels: wanted.labels.clone(),
                    families,
                }),
                Err(error) => {
                    let message = format!("{} is no dump of metrics: {error}", path.display());
                    files.errors.push(wrong(message));
                }
            }
        }
    }
    dumps
}
