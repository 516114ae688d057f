//! Limits on work. A watchdog sees that they hold, so that they are a program of their own, beside which nothing else runs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../suite/common/mod.rs"]
mod common;

mod engine;
