use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::open::OpenError;
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::model::{Settings, read_settings};
use crate::source::{SourceFile, read_file};

/// The names under which settings are found, the usual one first.
const NAMES: [&str; 3] = ["rulecheck.yaml", "rulecheck.yml", ".rulecheck.yaml"];

/// The settings file that holds for what lies in `folder`: the nearest one upwards.
#[must_use]
pub fn settings_for(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find_map(|ancestor| {
        NAMES
            .iter()
            .map(|name| ancestor.join(name))
            .find(|path| path.is_file())
    })
}

/// Reads a settings file.
pub(super) fn read(path: &Path, shown: &Path) -> Result<(Arc<SourceFile>, Settings), OpenError> {
    let file = read_file(path).map_err(|error| OpenError::Read {
        path: shown.to_owned(),
        error,
    })?;
    let file = SourceFile::new(shown, file.text());
    match read_settings(&file) {
        Ok(settings) => Ok((file, settings)),
        Err(error) => {
            let location = Location::new(&file, error.span);
            let diagnostic = Diagnostic::new("settings", Level::Error, location, error.message);
            Err(OpenError::Settings(Box::new(diagnostic)))
        }
    }
}
