//! Lints of the group `inhibition`.

pub mod inhibit_never_matches;
