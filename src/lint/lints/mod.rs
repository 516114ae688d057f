//! One file a lint, in folders by subject.

pub mod alertmanager;
pub mod fixture;
pub mod labels;
pub mod loading;
pub mod promql;
pub mod rules;
