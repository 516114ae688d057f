//! What Alertmanager does with an alert: the route tree, matchers and inhibit rules.

mod matchers;

pub use matchers::{old_style_matcher, parse_matchers};
