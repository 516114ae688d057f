//! What Alertmanager does with an alert: the route tree, matchers and inhibit rules.

pub mod clock;
mod inhibit;
mod matchers;
pub mod message;
mod path;
mod route;
mod sender;
mod time_interval;

pub use inhibit::{EqualLabel, InhibitRule};
pub use matchers::{
    PlacedMatcher, matchers_of, parse_matcher, parse_matchers, parse_utf8_matchers,
};
pub use path::{Dead, Path};
pub use route::{Grouping, Route, Timing};
pub use sender::Sender;
pub use time_interval::Window;
