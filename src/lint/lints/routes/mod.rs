//! Lints of the group `routes`.

pub mod paging_unrouted;
pub mod route_continue_last;
pub mod route_contradiction;
pub mod route_label_never;
pub mod route_shadowed;

use crate::lint::Context;
use crate::notify::{Dead, Path, Route};
use crate::project::{Alertmanager, Located};

/// The routes that no alert can come to, whatever the rules are, and why; what is below them is not told.
fn dead_routes<'c>(context: &Context<'c>) -> Vec<(Located<'c, Alertmanager>, &'c Route, Dead<'c>)> {
    let mut found = Vec::new();
    for alertmanager in context.environment.alertmanagers() {
        let root = alertmanager.item.route.as_ref();
        let mut open: Vec<_> = root.map(Path::root).into_iter().collect();
        while let Some(path) = open.pop() {
            for below in path.children() {
                match below.dead() {
                    Some(dead) => found.push((alertmanager, below.route, dead)),
                    None => open.push(below),
                }
            }
        }
    }
    found
}
