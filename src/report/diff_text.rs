//! What changes in a file, for people.

use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::layout::{Paint, line};
use super::text::Style;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// The changed lines of a file with those around them.
#[must_use]
pub fn diff_text(path: &Path, old: &str, new: &str, style: Style) -> String {
    let paint = Paint::new(style);
    let mut out = String::new();
    line(&mut out, &paint.bold(&path.display().to_string()));
    let diff = TextDiff::from_lines(old, new);
    for group in diff.grouped_ops(CONTEXT) {
        let first = group.first().map_or(0, |op| op.old_range().start);
        line(&mut out, &paint.dim(&format!("  line {}", first + 1)));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n');
            let shown = match change.tag() {
                ChangeTag::Delete => paint.red(&format!("  - {text}")),
                ChangeTag::Insert => paint.green(&format!("  + {text}")),
                ChangeTag::Equal => format!("    {text}"),
            };
            line(&mut out, &shown);
        }
    }
    out
}
