//! `promtool check metrics`.

use std::path::Path;

use super::{FAILURE, LINTS_ONLY};
use crate::cli::output::Output;
use crate::exposition;
use crate::report::promtool;
use crate::source::read_stdin;
use crate::target::Target;

pub(super) fn check(extended: bool, target: &Target, output: &Output) -> u8 {
    let source = read_stdin(Path::new("<stdin>")).map_err(|error| error.to_string());
    let families = source.and_then(|source| {
        exposition::read(source.text(), target.utf8_names()).map_err(|error| error.to_string())
    });
    let families = match families {
        Ok(families) => families,
        Err(error) => {
            output.complain(&format!("error while linting: {error}\n"));
            return FAILURE;
        }
    };
    let findings = exposition::lint(&families);
    if !findings.is_empty() {
        output.complain(&promtool::findings(&findings));
        return LINTS_ONLY;
    }
    if extended {
        let found = exposition::cardinality(&families);
        output.print(&promtool::cardinalities(&found));
    }
    0
}
