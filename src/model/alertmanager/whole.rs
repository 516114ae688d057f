//! What Alertmanager looks at when the whole file has been read, in its order.

use rustc_hash::FxHashMap;

use super::checks::SLACK_API;
use super::global::{GLOBAL, PAIRS};
use super::receivers::{Fallback, KINDS};
use super::{AlertmanagerConfig, Receiver, Route, TimeInterval};
use crate::diagnostic::nearest;
use crate::labels::quote;
use crate::model::decode::{Decoder, Fields, head};
use crate::model::part::{alternatives, is_set, said};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::text::Text;
use crate::model::wording::{Order, Stage};
use crate::source::Span;
use crate::target::Version;
use crate::yaml::Node;

impl<'t> Decoder<'t> {
    /// `Config.UnmarshalYAML` and `Load`. The first `mute` time intervals are those of `mute_time_intervals`.
    pub(super) fn whole(
        &mut self,
        root: Node<'t>,
        global: &Fields<'t>,
        config: &AlertmanagerConfig,
        mute: usize,
    ) {
        self.global_pairs(global);
        let mut names: FxHashMap<&str, Span> = FxHashMap::default();
        for receiver in &config.receivers {
            self.unique(
                &mut names,
                receiver.name.as_ref(),
                "receiver",
                "notification config name",
            );
            self.fallbacks(receiver, global);
            self.name_label(receiver);
        }
        let Some(route) = &config.route else {
            self.no_route(head(root), "no routes provided");
            return;
        };
        self.root_route(route);
        self.receivers_of(route, &names);
        let mut intervals: FxHashMap<&str, Span> = FxHashMap::default();
        for (index, TimeInterval { name, .. }) in config.time_intervals.iter().enumerate() {
            let said = if index < mute {
                "mute time interval"
            } else {
                "time interval"
            };
            self.unique(&mut intervals, name.as_ref(), "time interval", said);
        }
        self.empty_intervals(root);
        self.intervals_of(route, &intervals);
        if let Some(goes_on) = route.goes_on.filter(|goes_on| goes_on.value) {
            let said = "cannot have continue in root route";
            self.late(goes_on.span, "the root route cannot have `continue`", said)
                .help = Some("remove it: there is nothing beside the root".to_owned());
        }
    }

    /// A problem that is found when all has been read.
    pub(super) fn late(
        &mut self,
        span: Span,
        message: impl Into<String>,
        said: impl Into<String>,
    ) -> &mut Problem {
        let order = Order {
            group: self.count(),
            ..Order::default()
        };
        let places = Vec::new();
        let problem = self.schema(span, message);
        problem.worded(Stage::Validation { order, places }, said)
    }

    pub(super) fn no_route(&mut self, place: Span, said: &str) {
        self.late(place, "Alertmanager needs a `route`", said).help =
            Some("add `route: {receiver: …}` and the receiver below `receivers`".to_owned());
    }

    fn global_pairs(&mut self, global: &Fields<'t>) {
        let mut pairs: Vec<([&str; 2], String)> = PAIRS
            .iter()
            .map(|&[one, other]| {
                let said = format!("at most one of {one} & {other} must be configured");
                ([one, other], said)
            })
            .collect();
        let text = |name: &str| global.get(name).and_then(Node::scalar);
        let app_url = text("slack_app_url").unwrap_or(SLACK_API);
        // An address that is the one to which the token is sent says the same twice.
        if text("slack_api_url") != Some(app_url) {
            let said = "at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured";
            for token in ["slack_app_token", "slack_app_token_file"] {
                for url in ["slack_api_url", "slack_api_url_file"] {
                    pairs.insert(2, ([token, url], said.to_owned()));
                }
            }
        }
        for ([one, other], said) in pairs {
            let known = [one, other]
                .iter()
                .all(|name| GLOBAL.shape.knows(name, self.target));
            let both = is_set(global.get(one)) && is_set(global.get(other));
            if !known || !both {
                continue;
            }
            let places = [one, other].map(|name| global.key_span(name).unwrap_or(global.head));
            let (first, second) = (places[0].min(places[1]), places[0].max(places[1]));
            let message = format!("`{one}` and `{other}` exclude each other");
            let problem = self.late(second, message, said);
            problem.related.push((first, "the other one".to_owned()));
            problem.help = Some(format!("remove `{one}` or `{other}`"));
        }
    }

    fn unique<'n>(
        &mut self,
        names: &mut FxHashMap<&'n str, Span>,
        name: Option<&'n Text>,
        what: &str,
        said: &str,
    ) {
        let Some(name) = name else { return };
        if let Some(&first) = names.get(name.as_str()) {
            let message = format!("the {what} `{name}` is defined twice");
            let said = format!("{said} {} is not unique", quote(name.as_str()));
            let problem = self.late(name.span(), message, said);
            problem
                .related
                .push((first, "first defined here".to_owned()));
            problem.help = Some("give one of them another name".to_owned());
        } else {
            names.insert(name.as_str(), name.span());
        }
    }

    /// Empty items are intervals whose name is empty, of which there can be one.
    fn empty_intervals(&mut self, root: Node<'t>) {
        let lists = ["mute_time_intervals", "time_intervals"];
        let items = |name: &str| root.get(name).into_iter().flat_map(Node::items);
        let empty = lists.iter().flat_map(|&name| {
            let empty = items(name).filter(|item| item.is_null());
            empty.map(move |item| (name, item))
        });
        let second: Vec<_> = empty.skip(1).collect();
        for (name, item) in second {
            let what = name.trim_end_matches('s').replace('_', " ");
            let said = format!("{what} \"\" is not unique");
            self.late(item.span(), "a time interval needs a `name`", said)
                .help = Some("write the item, or remove its dash".to_owned());
        }
    }

    /// What the integrations of a receiver lack and `global` does not have either.
    fn fallbacks(&mut self, receiver: &Receiver, global: &Fields<'t>) {
        for kind in &KINDS {
            let integrations = receiver.integrations.iter();
            for integration in integrations.filter(|known| known.key.as_str() == kind.list) {
                let node = self.tree.node(integration.node);
                for fallback in kind.fallbacks {
                    self.fallback(node, kind.part.shape.what, fallback, global);
                }
            }
        }
    }

    fn fallback(&mut self, node: Node<'t>, what: &str, fallback: &Fallback, global: &Fields<'t>) {
        let version = self.target.alertmanager;
        let any_set = |names: &[&str], get: &dyn Fn(&str) -> Option<Node<'t>>| {
            names.iter().any(|name| is_set(get(name)))
        };
        let said = said(fallback.said, version);
        let own = any_set(fallback.own, &|name| node.get(name));
        let shared = any_set(fallback.global, &|name| global.get(name));
        let taken_away = |name: &&str| global.get(name).is_some();
        let has_default = fallback.has_default && !fallback.global.iter().any(taken_away);
        if own || shared || has_default || said.is_empty() {
            return;
        }
        let key = node.entries().map(|(key, _)| key);
        let mut empty = key.filter(|key| fallback.own.contains(&key.scalar().unwrap_or_default()));
        let place = empty.next().map_or_else(|| head(node), Node::span);
        let wanted = alternatives(&self.known(fallback.own));
        let (message, help) = match fallback.global.first() {
            Some(global) => (
                format!(
                    "{what} needs {wanted}, here or in `global` as {}",
                    alternatives(&self.known(fallback.global))
                ),
                format!("add `{}`, or `{global}` in `global`", fallback.own[0]),
            ),
            None => (format!("{what} needs {wanted}"), format!("add {wanted}")),
        };
        self.late(place, message, said).help = Some(help);
    }

    /// Of a value and its file only those that the target may know: the others are not worth a word.
    fn known(&self, names: &'static [&'static str]) -> Vec<&'static str> {
        let parts = KINDS.iter().map(|kind| kind.part).chain([&GLOBAL]);
        let shapes: Vec<_> = parts.map(|part| &part.shape).collect();
        let is_known = |name: &&str| shapes.iter().any(|shape| shape.knows(name, self.target));
        names.iter().copied().filter(is_known).collect()
    }

    /// The label `name` of a receiver is its name.
    fn name_label(&mut self, receiver: &Receiver) {
        let label = receiver
            .labels
            .iter()
            .find(|pair| pair.key.as_str() == "name");
        if let (Some(label), Some(name)) = (label, &receiver.name)
            && label.value != *name
        {
            let message = format!("the label `name` of the receiver `{name}` must be `{name}`");
            let span = label.value.span();
            self.schema(span, message).help = Some("leave it out: it is set by itself".to_owned());
        }
    }

    /// What the root route must have and must not have.
    fn root_route(&mut self, root: &Route) {
        let place = Span::new(root.span.start as usize, root.span.start as usize + 1);
        if root.receiver.is_none() {
            let said = "root route must specify a default receiver";
            self.late(place, "the root route needs a `receiver`", said)
                .help = Some("add `receiver`: it gets what no other route takes".to_owned());
        }
        if !root.matching.is_empty() {
            let first = root.matching.matchers.first().map(Text::span);
            let pairs = root.matching.equal.iter().chain(&root.matching.regex);
            let first = first.or_else(|| pairs.map(|pair| pair.key.span()).next());
            let message = "the root route takes every alert and cannot have matchers";
            let said = "root route must not have any matchers";
            self.late(first.unwrap_or(place), message, said).help =
                Some("put them into a route below `routes`".to_owned());
        }
        for (names, key, said) in [
            (&root.mute_time_intervals, "mute_time_intervals", "mute"),
            (
                &root.active_time_intervals,
                "active_time_intervals",
                "active",
            ),
        ] {
            if let Some(first) = names.first() {
                let message = format!("the root route cannot have `{key}`");
                let said = format!("root route must not have any {said} time intervals");
                self.late(first.span(), message, said).help =
                    Some("put it into a route below `routes`".to_owned());
            }
        }
    }

    /// Children first, as Alertmanager looks.
    fn receivers_of(&mut self, route: &Route, names: &FxHashMap<&str, Span>) {
        for child in &route.routes {
            self.receivers_of(child, names);
        }
        let Some(receiver) = &route.receiver else {
            return;
        };
        if names.contains_key(receiver.as_str()) {
            return;
        }
        let said = format!(
            "undefined receiver {} used in route",
            quote(receiver.as_str())
        );
        let message = format!("there is no receiver `{receiver}`");
        let help = undefined_help(receiver, names, "receivers");
        let problem = self.late(receiver.span(), message, said);
        problem.kind = ProblemKind::UndefinedReceiver;
        problem.help = Some(help);
    }

    /// Children first, and active before mute.
    fn intervals_of(&mut self, route: &Route, names: &FxHashMap<&str, Span>) {
        for child in &route.routes {
            self.intervals_of(child, names);
        }
        let used = route.active_time_intervals.iter();
        for interval in used.chain(&route.mute_time_intervals) {
            if names.contains_key(interval.as_str()) {
                continue;
            }
            let said = format!(
                "undefined time interval {} used in route",
                quote(interval.as_str())
            );
            let message = format!("there is no time interval `{interval}`");
            let list = match self.target.alertmanager < Version::new(0, 24) {
                true => "mute_time_intervals",
                false => "time_intervals",
            };
            let help = undefined_help(interval, names, list);
            let problem = self.late(interval.span(), message, said);
            problem.kind = ProblemKind::UndefinedInterval;
            problem.help = Some(help);
        }
    }
}

/// The way out of a name that does not exist: the nearest one that does, or all of them.
pub(super) fn undefined_help(name: &Text, names: &FxHashMap<&str, Span>, list: &str) -> String {
    let mut known: Vec<(&str, Span)> = names.iter().map(|(name, span)| (*name, *span)).collect();
    known.sort_by_key(|(_, span)| *span);
    let known: Vec<&str> = known.into_iter().map(|(name, _)| name).collect();
    match nearest(name.as_str(), known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if known.is_empty() => format!("add it under `{list}`"),
        None => format!("add it under `{list}`, which has: {}", known.join(", ")),
    }
}
