//! Tests against a running Prometheus and Alertmanager. Times matter to them, so that they are a program of their own, beside
//! which nothing else runs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../suite/common/mod.rs"]
mod common;

mod alertmanager;
mod notification_messages;
mod whole_chain;
