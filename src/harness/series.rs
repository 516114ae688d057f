//! Input series of a test group, ready to be loaded.

use crate::diagnostic::Diagnostic;
use crate::model::TestGroup;
pub(super) use crate::project::Series;
use crate::project::read_input;
use crate::target::Target;

/// Reads the input series of a test group. What cannot be read keeps it from running.
pub(super) fn read<'f>(
    test: &'f TestGroup,
    target: &Target,
) -> Result<Vec<Series<'f>>, Vec<Diagnostic>> {
    let input = read_input(test, target);
    if input.problems.is_empty() {
        Ok(input.series)
    } else {
        Err(input.problems)
    }
}
