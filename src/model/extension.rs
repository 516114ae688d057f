//! The key `rulecheck` of fixtures: what promtool's format cannot say. promtool refuses a fixture that has it.

use super::decode::{Decoder, Fields, head};
use super::notifications::{NotificationTest, RouteTest};
use super::shape::{Product, Shape, key};
use super::text::Text;
use crate::regex::{Anchoring, Pattern};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// What stands under `rulecheck` in one place. What an assertion does not say, its test group says, and then the file.
#[derive(Clone, Debug, Default)]
pub struct Extension {
    /// Whether labels and annotations that are not listed may be there.
    pub compare: Option<Spanned<Compare>>,
    /// Which alerts an assertion is about.
    pub state: Option<Spanned<ExpectedState>>,
    /// Whether no alerts may fire but those that are asserted at the same time.
    pub nothing_else_fires: Option<Spanned<bool>>,
    /// Labels that are not compared as text.
    pub labels: Vec<Condition>,
    /// Annotations that are not compared as text.
    pub annotations: Vec<Condition>,
    /// The warnings of Prometheus that must come up, and no others may.
    pub warnings: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// The same for infos.
    pub infos: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// How far a value may be from the one expected.
    pub tolerance: Option<Spanned<Tolerance>>,
    /// Whether NaN is equal to NaN.
    pub nan_equals_nan: Option<Spanned<bool>>,
    /// The configuration of Alertmanager that routes and notifications are judged by, relative to the fixture; that of the
    /// environment where it is not said. Of a file.
    pub alertmanager: Option<Text>,
    /// Where alerts must go. Of a file.
    pub routes: Vec<RouteTest>,
    /// What must be sent, or kept back. Of a test group.
    pub notifications: Vec<NotificationTest>,
}

/// How labels and annotations are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compare {
    /// Those listed and no others, as promtool does.
    Exact,
    /// Those listed; others may be there.
    Subset,
}

/// The state of the alerts that an assertion is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectedState {
    /// Alerts that fire, as in promtool.
    Firing,
    /// Alerts that are pending.
    Pending,
}

/// What a label or annotation must be.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its name.
    pub name: Text,
    /// What it must be.
    pub is: ConditionKind,
}

/// The kinds of conditions.
#[derive(Clone, Debug)]
pub enum ConditionKind {
    /// It is there, whatever it is.
    Present,
    /// It is not there.
    Absent,
    /// The whole of it matches.
    Matches(Pattern),
}

/// How far a value may be from the one expected: by the greater of both.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tolerance {
    /// As a share of the greater value.
    pub relative: f64,
    /// By so much.
    pub absolute: f64,
}

const fn shape(what: &'static str, keys: &'static [super::shape::Key]) -> Shape {
    Shape {
        what,
        // promtool knows none of these.
        go: "",
        product: Product::Prometheus,
        keys,
        foreign: &[],
        open: false,
    }
}

/// `rulecheck` of a file.
pub(super) static OF_FILE: Shape = shape(
    "`rulecheck` of a file",
    &[
        key("compare"),
        key("nothing_else_fires"),
        key("warnings"),
        key("infos"),
        key("tolerance"),
        key("nan_equals_nan"),
        key("alertmanager"),
        key("routes"),
    ],
);

/// `rulecheck` of a test group.
pub(super) static OF_TEST: Shape = shape(
    "`rulecheck` of a test group",
    &[
        key("compare"),
        key("nothing_else_fires"),
        key("warnings"),
        key("infos"),
        key("tolerance"),
        key("nan_equals_nan"),
        key("notifications"),
    ],
);

/// `rulecheck` of an alert test.
pub(super) static OF_ALERT_TEST: Shape = shape(
    "`rulecheck` of an alert test",
    &[
        key("compare"),
        key("state"),
        key("nothing_else_fires"),
        key("labels"),
        key("annotations"),
    ],
);

/// `rulecheck` of an expected alert.
pub(super) static OF_ALERT: Shape = shape(
    "`rulecheck` of an expected alert",
    &[key("compare"), key("labels"), key("annotations")],
);

/// `rulecheck` of an expression test.
pub(super) static OF_EXPR_TEST: Shape = shape(
    "`rulecheck` of an expression test",
    &[
        key("compare"),
        key("warnings"),
        key("infos"),
        key("tolerance"),
        key("nan_equals_nan"),
    ],
);

static REGEX: Shape = shape("what a label or annotation must be", &[key("regex")]);

static TOLERANCE: Shape = shape("`tolerance`", &[key("relative"), key("absolute")]);

impl Extension {
    /// This, and where it does not say, what `outer` says. Conditions are not inherited: they are about one alert.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        Self {
            compare: self.compare.or(outer.compare),
            state: self.state.or(outer.state),
            nothing_else_fires: self.nothing_else_fires.or(outer.nothing_else_fires),
            labels: self.labels.clone(),
            annotations: self.annotations.clone(),
            warnings: self.warnings.clone().or_else(|| outer.warnings.clone()),
            infos: self.infos.clone().or_else(|| outer.infos.clone()),
            tolerance: self.tolerance.or(outer.tolerance),
            nan_equals_nan: self.nan_equals_nan.or(outer.nan_equals_nan),
            alertmanager: self.alertmanager.clone(),
            routes: self.routes.clone(),
            notifications: self.notifications.clone(),
        }
    }

    /// Whether labels and annotations that are not listed may be there.
    #[must_use]
    pub fn is_subset(&self) -> bool {
        self.compare
            .is_some_and(|compare| compare.value == Compare::Subset)
    }

    /// Whether the assertion is about pending alerts.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.state
            .is_some_and(|state| state.value == ExpectedState::Pending)
    }

    /// Where it says that nothing else may fire.
    #[must_use]
    pub fn forbids_others(&self) -> Option<Span> {
        let said = self.nothing_else_fires.filter(|forbids| forbids.value);
        said.map(|forbids| forbids.span)
    }
}

impl<'t> Decoder<'t> {
    /// The key `rulecheck` of a mapping.
    pub(super) fn extension(&mut self, holder: &Fields<'t>, shape: &'static Shape) -> Extension {
        let Some(node) = holder.get("rulecheck") else {
            return Extension::default();
        };
        let fields = self.fields(node, shape);
        Extension {
            compare: self.word(
                &fields,
                "compare",
                &[("exact", Compare::Exact), ("subset", Compare::Subset)],
            ),
            state: self.word(
                &fields,
                "state",
                &[
                    ("firing", ExpectedState::Firing),
                    ("pending", ExpectedState::Pending),
                ],
            ),
            nothing_else_fires: self.bool(&fields, "nothing_else_fires"),
            labels: self.conditions(&fields, "labels"),
            annotations: self.conditions(&fields, "annotations"),
            warnings: self.patterns(&fields, "warnings"),
            infos: self.patterns(&fields, "infos"),
            tolerance: self.tolerance(&fields),
            nan_equals_nan: self.bool(&fields, "nan_equals_nan"),
            alertmanager: self.text(&fields, "alertmanager"),
            routes: self.route_tests(&fields),
            notifications: self.notification_tests(&fields),
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        fields: &Fields<'t>,
        name: &str,
        words: &[(&str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.text(fields, name)?;
        let found = words.iter().find(|(word, _)| *word == text.as_str());
        if found.is_none() {
            let names: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!("`{name}` must be {}, not `{text}`", names.join(" or "));
            self.schema(text.span(), message);
        }
        found.map(|(_, value)| Spanned::new(*value, text.span()))
    }

    fn conditions(&mut self, fields: &Fields<'t>, name: &str) -> Vec<Condition> {
        let Some(node) = fields.get(name).filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if !node.is_mapping() {
            let message = format!("`{name}` must be a mapping from names to conditions");
            self.schema(head(node), message);
            return Vec::new();
        }
        self.check_duplicates(node, None);
        let entries: Vec<(Node<'t>, Node<'t>)> = node.pairs().collect();
        entries
            .into_iter()
            .filter_map(|(key, value)| {
                Some(Condition {
                    name: Text::new(self.tree, key.id()),
                    is: self.condition(value)?,
                })
            })
            .collect()
    }

    fn condition(&mut self, node: Node<'t>) -> Option<ConditionKind> {
        match node.scalar() {
            Some("present") => return Some(ConditionKind::Present),
            Some("absent") => return Some(ConditionKind::Absent),
            Some(other) => {
                let message = format!("`{other}` is no condition");
                self.schema(node.span(), message).help = Some(
                    "a condition is `present`, `absent` or `{regex: …}`; a text to be equal to stands in `exp_labels` or `exp_annotations`"
                        .to_owned(),
                );
                return None;
            }
            None => {}
        }
        let fields = self.fields(node, &REGEX);
        let text = self.text(&fields, "regex")?;
        let pattern = self.pattern(&text, Anchoring::Prometheus)?;
        Some(ConditionKind::Matches(pattern))
    }

    pub(super) fn pattern(&mut self, text: &Text, anchoring: Anchoring) -> Option<Pattern> {
        match Pattern::parse(text.as_str(), anchoring) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.schema(text.span(), error.to_string());
                None
            }
        }
    }

    /// A list of regular expressions that match anywhere.
    fn patterns(
        &mut self,
        fields: &Fields<'t>,
        name: &str,
    ) -> Option<Spanned<Vec<Spanned<Pattern>>>> {
        let node = fields.get(name)?;
        let texts = self.texts(Some(node), &format!("`{name}`"));
        let patterns = texts.iter().filter_map(|text| {
            let pattern = self.pattern(text, Anchoring::None)?;
            Some(Spanned::new(pattern, text.span()))
        });
        let patterns = patterns.collect();
        let span = fields.key_span(name).unwrap_or_else(|| node.span());
        Some(Spanned::new(patterns, span))
    }

    /// A number is relative.
    fn tolerance(&mut self, fields: &Fields<'t>) -> Option<Spanned<Tolerance>> {
        let node = fields.get("tolerance")?;
        let tolerance = if node.is_mapping() {
            let parts = self.fields(node, &TOLERANCE);
            Tolerance {
                relative: self
                    .float(&parts, "relative")
                    .map_or(0.0, |part| part.value),
                absolute: self
                    .float(&parts, "absolute")
                    .map_or(0.0, |part| part.value),
            }
        } else {
            Tolerance {
                relative: self.float(fields, "tolerance")?.value,
                absolute: 0.0,
            }
        };
        // NaN is not at least zero either.
        if !(tolerance.relative >= 0.0 && tolerance.absolute >= 0.0) {
            self.schema(node.span(), "a tolerance cannot be negative");
            return None;
        }
        Some(Spanned::new(tolerance, node.span()))
    }
}
