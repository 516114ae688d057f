//! What changes with a newer Prometheus.

pub mod v3_migration;
