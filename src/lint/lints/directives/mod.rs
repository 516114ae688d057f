//! Lints of the group `directives`.

pub mod directive_problem;
