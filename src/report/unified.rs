//! What changes in a file as a unified diff, which `patch` and `git apply` take.

use std::path::Path;

use similar::TextDiff;

use super::finding::slashed;
use super::layout::Paint;
use super::text::Style;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// The unified diff of a file; its name is the same on both sides.
#[must_use]
pub fn unified_diff(path: &Path, old: &str, new: &str, style: Style) -> String {
    let name = slashed(path);
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    let text = unified
        .context_radius(CONTEXT)
        .header(&name, &name)
        .to_string();
    if !style.color {
        return text;
    }
    let paint = Paint::new(style);
    let painted = text.lines().map(|line| match line.as_bytes().first() {
        Some(b'-') => paint.red(line),
        Some(b'+') => paint.green(line),
        Some(b'@') => paint.dim(line),
        _ => line.to_owned(),
    });
    painted.map(|line| line + "\n").collect()
}
