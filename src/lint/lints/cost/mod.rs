//! Expressions that cost more than they look.

pub mod selector_unbounded;
pub mod subquery_blowup;
