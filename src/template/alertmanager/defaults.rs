//! Alertmanager's own templates, written anew after what its documentation says of them.

/// In the order in which they are read.
pub(super) const TEXTS: [&str; 2] = [
    include_str!("defaults/default.tmpl"),
    include_str!("defaults/email.tmpl"),
];
