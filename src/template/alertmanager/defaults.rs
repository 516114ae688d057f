//! Alertmanager's own templates, written anew after what its documentation says of them.

use crate::target::Version;

/// The first version that has them, and the templates.
const TEXTS: [(Version, &str); 4] = [
    (Version::new(0, 0), include_str!("defaults/since_0_25.tmpl")),
    (
        Version::new(0, 26),
        include_str!("defaults/since_0_26.tmpl"),
    ),
    (
        Version::new(0, 28),
        include_str!("defaults/since_0_28.tmpl"),
    ),
    (
        Version::new(0, 30),
        include_str!("defaults/since_0_30.tmpl"),
    ),
];

/// The texts of a version, in the order in which they are read.
pub(super) fn of(version: Version) -> impl Iterator<Item = &'static str> {
    let known = TEXTS.iter().filter(move |(since, _)| version >= *since);
    known.map(|(_, text)| *text)
}
