//! Where alerts go: which classes come to which route, without knowing any alert.

use super::facts::RuleFacts;
use super::label_class::{LabelClass, Truth};
use crate::notify::{PlacedMatcher, Route};
use crate::project::{Alertmanager, Located};

/// A configuration of Alertmanager, and where the alerts of all rules go in it.
#[derive(Debug)]
pub struct Routing<'e> {
    /// The configuration.
    pub alertmanager: Located<'e, Alertmanager>,
    /// The root of its tree.
    pub root: &'e Route,
    /// Every class of alerts of every rule at every route that notifies about it, in the order of rules and routes.
    pub arrivals: Vec<Arrival<'e>>,
}

/// A class of alerts at a route that notifies about it.
#[derive(Clone, Debug)]
pub struct Arrival<'e> {
    /// The rule that raises them.
    pub rule: RuleFacts<'e>,
    /// The number of the class among those of the rule.
    pub number: usize,
    /// The route.
    pub route: &'e Route,
    /// Whether all alerts of the class come here; only some may, otherwise.
    pub is_certain: bool,
    /// What is known of those that do.
    pub class: LabelClass,
}

/// A route that alerts of a class are tried at.
#[derive(Clone, Debug)]
pub struct Step<'r> {
    /// The route.
    pub route: &'r Route,
    /// Whether they are tried there: an earlier route may have taken them.
    pub asked: Truth,
    /// The matchers of the route, and whether those that are tried satisfy them.
    pub matchers: Vec<(&'r PlacedMatcher, Truth)>,
    /// Whether they satisfy all of them.
    pub takes: Truth,
    /// Whether the route itself notifies about those that it takes, rather than one below it.
    pub notifies: Truth,
    /// What is known of those that it notifies about; nothing where there are none.
    pub class: Option<LabelClass>,
}

impl<'e> Routing<'e> {
    /// Sends every class of the rules through the tree of a configuration; nothing where it has none.
    #[must_use]
    pub fn new(
        alertmanager: Located<'e, Alertmanager>,
        rules: impl Iterator<Item = RuleFacts<'e>>,
    ) -> Option<Self> {
        let root = alertmanager.item.route.as_ref()?;
        let mut arrivals = Vec::new();
        for rule in rules {
            for (number, class) in rule.classes().iter().enumerate() {
                let steps = steps(root, class).into_iter();
                arrivals.extend(steps.filter_map(|step| {
                    Some(Arrival {
                        rule,
                        number,
                        route: step.route,
                        is_certain: step.notifies == Truth::Always,
                        class: step.class?,
                    })
                }));
            }
        }
        Some(Self {
            alertmanager,
            root,
            arrivals,
        })
    }

    /// What comes to a route or to one below it.
    pub fn below(&self, route: &Route) -> impl Iterator<Item = &Arrival<'e>> {
        let arrivals = self.arrivals.iter();
        arrivals.filter(move |arrival| route.holds(arrival.route))
    }
}

/// The routes that alerts of a class are tried at, in document order, as `Route.Match` of Alertmanager tries them: a route
/// whose matchers hold gives them to its children in turn, until one without `continue` has taken them, and notifies itself
/// where no child has.
#[must_use]
pub fn steps<'r>(root: &'r Route, class: &LabelClass) -> Vec<Step<'r>> {
    let mut steps = Vec::new();
    visit(root, class, Truth::Always, &mut steps);
    steps
}

/// Tells whether the route takes those that are tried.
fn visit<'r>(
    route: &'r Route,
    class: &LabelClass,
    asked: Truth,
    steps: &mut Vec<Step<'r>>,
) -> Truth {
    let takes = class.satisfies_all(matchers(route));
    let place = steps.len();
    steps.push(Step {
        route,
        asked,
        matchers: held(route, class),
        takes,
        notifies: Truth::Never,
        class: None,
    });
    if takes == Truth::Never {
        return takes;
    }
    let mut own = class.clone();
    for matcher in matchers(route) {
        own.narrow(matcher);
    }
    let mut left = own.clone();
    let mut still_asked = asked.and(takes);
    let mut notifies = still_asked;
    for child in &route.routes {
        if still_asked == Truth::Never {
            break;
        }
        let taken = visit(child, &left, still_asked, steps);
        notifies = notifies.and(taken.not());
        exclude(&mut own, child);
        if !child.goes_on {
            still_asked = still_asked.and(taken.not());
            exclude(&mut left, child);
        }
    }
    if own.is_impossible() {
        notifies = Truth::Never;
    }
    steps[place].notifies = notifies;
    steps[place].class = Some(own).filter(|_| notifies != Truth::Never);
    takes
}

/// The matchers of a route, and whether alerts of a class satisfy them.
#[must_use]
pub fn held<'r>(route: &'r Route, class: &LabelClass) -> Vec<(&'r PlacedMatcher, Truth)> {
    let placed = route.matchers.iter();
    placed
        .map(|placed| (placed, class.satisfies(&placed.matcher)))
        .collect()
}

fn matchers(route: &Route) -> impl Iterator<Item = &crate::labels::Matcher> {
    let placed = route.matchers.iter();
    placed.map(|placed: &PlacedMatcher| &placed.matcher)
}

/// Narrows a class to what a route leaves of it. That can be said where only one of its matchers is open.
fn exclude(class: &mut LabelClass, route: &Route) {
    let mut open = matchers(route).filter(|matcher| class.satisfies(matcher) != Truth::Always);
    if let (Some(only), None) = (open.next(), open.next()) {
        class.narrow(&only.negated());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{ExternalLabels, Shape, classes_of};
    use crate::labels::Labels;
    use crate::model::decode_alertmanager;
    use crate::source::SourceFile;
    use crate::target::Target;
    use crate::yaml::Tree;

    fn route(text: &str) -> Route {
        let file = SourceFile::new("alertmanager.yml", text);
        let tree = std::sync::Arc::new(Tree::parse(&file));
        let (config, problems) = decode_alertmanager(&tree, 0, &Target::default());
        assert!(problems.is_empty(), "{problems:?}");
        let mut problems = Vec::new();
        Route::new(&config.route.unwrap(), &Target::default(), &mut problems)
    }

    /// `severity` from the list, everything else unknown.
    fn class(severities: &[&str]) -> LabelClass {
        let mut shape = Shape::open();
        let values = severities.iter().map(|&value| value.into()).collect();
        shape.set("severity", crate::analysis::LabelValues::Only(values));
        let external = ExternalLabels::Known(Labels::default());
        classes_of("A", &[shape], &[], &external).remove(0)
    }

    fn reached(root: &Route, class: &LabelClass) -> Vec<String> {
        let steps = steps(root, class).into_iter();
        let steps = steps.filter(|step| step.notifies != Truth::Never);
        steps
            .map(|step| {
                let receiver = step.route.receiver.as_ref().unwrap();
                match step.notifies {
                    Truth::Always => receiver.to_string(),
                    _ => format!("{receiver}?"),
                }
            })
            .collect()
    }

    const TREE: &str = "\
route:
  receiver: root
  routes:
    - matchers: [severity=a]
      receiver: a
    - matchers: [severity=b, team=web]
      receiver: b
      continue: true
    - matchers: [severity=~\"b|c\"]
      receiver: c
receivers: [{name: root}, {name: a}, {name: b}, {name: c}]
";

    #[test]
    fn known_labels_come_where_they_must() {
        let root = route(TREE);
        assert_eq!(reached(&root, &class(&["a"])), ["a"]);
        assert_eq!(reached(&root, &class(&["c"])), ["c"]);
        assert_eq!(reached(&root, &class(&["d"])), ["root"]);
    }

    #[test]
    fn an_alert_with_all_its_labels_goes_where_the_tree_sends_it() {
        let root = route(TREE);
        for severity in ["", "a", "b", "c", "d"] {
            for team in ["", "web", "db"] {
                let labels = Labels::from_pairs([("severity", severity), ("team", team)]);
                let exact = root.routes_for(&labels).into_iter();
                let exact: Vec<_> = exact.map(|route| route.span).collect();
                let found = steps(&root, &LabelClass::of_labels(&labels));
                assert!(found.iter().all(|step| step.notifies != Truth::Maybe));
                let found = found.iter().filter(|step| step.notifies == Truth::Always);
                let found: Vec<_> = found.map(|step| step.route.span).collect();
                assert_eq!(found, exact, "{severity} {team}");
            }
        }
    }

    #[test]
    fn a_route_that_goes_on_leaves_the_rest_to_the_next() {
        // Whoever has team=web goes to b and, as b goes on, to c as well.
        assert_eq!(reached(&route(TREE), &class(&["b"])), ["b?", "c"]);
    }

    #[test]
    fn what_earlier_routes_took_is_gone() {
        // a or c, each by the value it has; the root gets none of them.
        assert_eq!(reached(&route(TREE), &class(&["a", "c"])), ["a?", "c?"]);
        let root = route(TREE);
        let arrivals = steps(&root, &class(&["a", "c"]));
        let last = arrivals.last().unwrap();
        let class = last.class.as_ref().unwrap();
        let values = class.get("severity").known().unwrap().clone();
        assert_eq!(values.into_iter().collect::<Vec<_>>(), ["c".into()]);
    }
}
