//! What can be proved of a route from the matchers of the tree alone.

use std::rc::Rc;
use std::sync::Arc;

use super::matchers::PlacedMatcher;
use super::route::Route;
use crate::regex::{Containment, Language, Witness};
use crate::source::Span;

/// Of the routes beside one only so many are looked at: their number times that of the routes is the time it takes.
const MOST_EARLIER: usize = 1000;

/// A route and the way to it: what holds for every alert that comes there, and who may take it before.
#[derive(Debug)]
pub struct Path<'r> {
    /// The way to the route above.
    above: Option<Rc<Path<'r>>>,
    /// Where it leads.
    pub route: &'r Route,
    /// The routes beside it that are tried before.
    earlier: &'r [Route],
}

/// Why no alert comes to a route.
#[derive(Clone, Debug)]
pub enum Dead<'r> {
    /// No value of a label satisfies all the matchers.
    Contradiction {
        /// The matchers of that label, from the outermost route inwards.
        matchers: Vec<&'r PlacedMatcher>,
    },
    /// Earlier routes take every alert.
    Shadowed {
        /// The routes that do.
        by: Vec<&'r Route>,
        /// A label with a value that the route is meant for, where the route has any matchers.
        example: Option<(Arc<str>, String)>,
    },
}

impl<'r> Path<'r> {
    /// The way to the root.
    #[must_use]
    pub fn root(root: &'r Route) -> Rc<Self> {
        Rc::new(Self {
            above: None,
            route: root,
            earlier: &[],
        })
    }

    /// The ways to the routes below this one, in order.
    pub fn children(self: &Rc<Self>) -> impl DoubleEndedIterator<Item = Rc<Self>> {
        let above = Rc::clone(self);
        let routes = self.route.routes.as_slice();
        routes.iter().enumerate().map(move |(index, route)| {
            Rc::new(Self {
                above: Some(Rc::clone(&above)),
                route,
                earlier: &routes[..index.min(MOST_EARLIER)],
            })
        })
    }

    /// This way and those above it, from the root on.
    fn steps(&self) -> Vec<&Self> {
        let mut steps: Vec<&Self> =
            std::iter::successors(Some(self), |path| path.above.as_deref()).collect();
        steps.reverse();
        steps
    }

    /// All that an alert must satisfy to come here, from the root on.
    fn matchers(&self) -> Vec<&'r PlacedMatcher> {
        let steps = self.steps().into_iter();
        steps.flat_map(|path| &path.route.matchers).collect()
    }

    /// The routes that are tried before, here and further up, and let nothing go on. One with matchers that could not be read
    /// takes nobody knows what.
    fn before(&self) -> Vec<&'r Route> {
        let steps = self.steps().into_iter();
        let earlier = steps.flat_map(|path| path.earlier);
        let takes = |route: &&Route| !route.goes_on && !route.is_partial;
        earlier.filter(takes).collect()
    }

    /// Why no alert comes here; nothing where one may.
    #[must_use]
    pub fn dead(&self) -> Option<Dead<'r>> {
        let matchers = self.matchers();
        let of_path = || matchers.iter().copied();
        let labels: Vec<Label<'r>> = names(of_path())
            .into_iter()
            .map(|name| Label::new(name, values(of_path(), name)))
            .collect();
        if let Some(impossible) = labels.iter().find(|label| label.witness == Witness::Empty) {
            let matchers = of_path().filter(|placed| &placed.matcher.name == impossible.name);
            return Some(Dead::Contradiction {
                matchers: matchers.collect(),
            });
        }
        let by = self.takers(&labels)?;
        let example = labels.into_iter().find_map(|label| match label.witness {
            Witness::Example(value) => Some((Arc::clone(label.name), value)),
            Witness::Empty | Witness::Unknown => None,
        });
        Some(Dead::Shadowed { by, example })
    }

    /// Whether an alert that comes here may satisfy the matchers of another route too.
    #[must_use]
    pub fn meets(&self, other: &Route) -> bool {
        let matchers = self.matchers();
        names(other.matchers.iter()).into_iter().all(|name| {
            let here = values(matchers.iter().copied(), name);
            here.overlap(&values(other.matchers.iter(), name)) != Witness::Empty
        })
    }

    /// Earlier routes that take every alert: one alone, or several that differ from here in one label only and take each of
    /// its values, which are few.
    fn takers(&self, labels: &[Label<'r>]) -> Option<Vec<&'r Route>> {
        // Routes for which the path leaves a choice in one label.
        let mut nearly: Vec<(&'r Arc<str>, &'r Route)> = Vec::new();
        for route in self.before() {
            let wanted = names(route.matchers.iter()).into_iter();
            let mut open = wanted.filter(|name| {
                let wanted = values(route.matchers.iter(), name);
                let label = labels.iter().find(|label| label.name == *name);
                !label.map_or_else(|| is_everything(&wanted), |label| label.is_within(&wanted))
            });
            match (open.next(), open.next()) {
                (None, _) => return Some(vec![route]),
                (Some(only), None) => nearly.push((only, route)),
                (Some(_), Some(_)) => {}
            }
        }
        labels.iter().find_map(|label| {
            let texts = label.values.texts()?;
            let mut by: Vec<&'r Route> = Vec::new();
            for text in &texts {
                let takes = |route: &Route| {
                    let of_label = route.matchers.iter();
                    let mut of_label = of_label.filter(|placed| &placed.matcher.name == label.name);
                    of_label.all(|placed| placed.matcher.matches(text))
                };
                let (_, taker) = nearly
                    .iter()
                    .find(|(name, route)| *name == label.name && takes(route))?;
                if !by.iter().any(|known| std::ptr::eq(*known, *taker)) {
                    by.push(taker);
                }
            }
            Some(by)
        })
    }
}

/// A label on which a path has conditions.
struct Label<'r> {
    name: &'r Arc<str>,
    values: Language,
    witness: Witness,
}

impl<'r> Label<'r> {
    fn new(name: &'r Arc<str>, values: Language) -> Self {
        Self {
            name,
            witness: values.witness(),
            values,
        }
    }

    /// Whether all its values are among the wanted ones. Most often one value shows that they are not.
    fn is_within(&self, wanted: &Language) -> bool {
        if let Witness::Example(value) = &self.witness
            && !wanted.contains(value)
        {
            return false;
        }
        self.values.is_subset_of(wanted) == Containment::Yes
    }
}

/// Whether alerts with any value of the label satisfy the condition. That without the label is the one that most often does
/// not; the other text is as good as any.
fn is_everything(wanted: &Language) -> bool {
    ["", "value"].iter().all(|text| wanted.contains(text))
        && Language::everything().is_subset_of(wanted) == Containment::Yes
}

impl Dead<'_> {
    /// The bytes to point at in the route that is dead: one of its own matchers, where it has any that matter.
    #[must_use]
    pub fn place(&self, route: &Route) -> Span {
        let own = |span: Span| route.span.start <= span.start && span.end <= route.span.end;
        let matter = match self {
            Self::Contradiction { matchers } => matchers
                .iter()
                .map(|placed| placed.span)
                .rev()
                .find(|span| own(*span)),
            Self::Shadowed { .. } => None,
        };
        let first = route.matchers.first().map(|placed| placed.span);
        let start = route.span.start as usize;
        matter.or(first).unwrap_or(Span::new(start, start + 1))
    }
}

fn names<'r>(matchers: impl Iterator<Item = &'r PlacedMatcher>) -> Vec<&'r Arc<str>> {
    let mut found: Vec<&Arc<str>> = Vec::new();
    for placed in matchers {
        if !found.contains(&&placed.matcher.name) {
            found.push(&placed.matcher.name);
        }
    }
    found
}

fn values<'r>(matchers: impl Iterator<Item = &'r PlacedMatcher>, name: &str) -> Language {
    let of_label = matchers.filter(|placed| &*placed.matcher.name == name);
    Language::All(of_label.map(|placed| placed.matcher.language()).collect())
}
