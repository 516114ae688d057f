use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::baseline::files;
use super::check::Checked;
use crate::changes;
use crate::diagnostic::{Diagnostic, Location};
use crate::project::{Project, identity};

/// Keeps the findings that are about lines which have changed since a revision, be it by a related place.
pub(super) fn keep(
    revision: &str,
    projects: &[Project],
    checked: &mut Checked,
) -> Result<(), String> {
    let asked: FxHashMap<PathBuf, PathBuf> = projects.iter().flat_map(files).collect();
    let mut identities: Vec<PathBuf> = asked.values().cloned().collect();
    identities.sort();
    identities.dedup();
    if let Some(missing) = identities.iter().find(|path| !path.is_file()) {
        let missing = missing.display();
        return Err(format!("{missing} is no file that git could know"));
    }
    let changes = changes::since(revision, &identities)?;
    let path_of = |location: &Location| {
        let path = location.file.path();
        let known = asked.get(path).cloned();
        known.or_else(|| identity(path).ok())
    };
    let is_changed = |location: &Location| {
        let path = path_of(location);
        path.is_some_and(|path| changes.touch(&path, &location.file, location.span))
    };
    let is_whole_changed = |found: &Diagnostic| {
        let whole = path_of(&found.location).zip(found.extent);
        whole.is_some_and(|(path, span)| changes.touch_whole(&path, &found.location.file, span))
    };
    let before = checked.diagnostics.len();
    checked.diagnostics.retain(|found| {
        let related = found.related.iter().map(|related| &related.location);
        let mut places = std::iter::once(&found.location).chain(related);
        places.any(is_changed) || is_whole_changed(found)
    });
    checked.unchanged = before - checked.diagnostics.len();
    Ok(())
}
