//! Lints of the group `alertmanager`.

pub mod deprecated_match;
pub mod env_placeholder;
pub mod inhibit_never_matches;
pub mod paging_unrouted;
pub mod route_label_never;
pub mod undefined_receiver;
pub mod undefined_time_interval;
