//! The pages that annotations link to.

pub mod runbook_orphan;
pub mod runbook_target;
