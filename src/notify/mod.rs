//! What Alertmanager does with an alert: the route tree, matchers and inhibit rules.

pub mod clock;
mod inhibit;
mod matchers;
pub mod message;
mod route;
mod time_interval;

pub use inhibit::{EqualLabel, InhibitRule};
pub use matchers::{PlacedMatcher, matchers_of, parse_matchers};
pub use route::{Grouping, Route, Timing};
pub use time_interval::{Window, zone};
