//! Lints of the group `loading`.

pub mod duration_invalid;
pub mod promql_syntax;
pub mod template_invalid;
pub mod yaml_schema;
