//! The keys that a mapping may have, and since when.

use super::dialect;
use super::part::Value;
use crate::target::{Target, Version};

/// Who reads the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Product {
    Prometheus,
    Alertmanager,
}

/// A mapping and its keys.
pub(super) struct Shape {
    /// With its article: `a rule group`.
    pub what: &'static str,
    /// The type that Prometheus reads it into, by which its errors name it.
    pub go: &'static str,
    pub product: Product,
    pub keys: &'static [Key],
    /// Keys of relatives of the product that it refuses, with the relative's name.
    pub foreign: &'static [(&'static str, &'static str)],
    /// Whether other keys are none of our business.
    pub open: bool,
}

/// A key and the first version that knows it.
pub(super) struct Key {
    pub name: &'static str,
    pub since: Option<Version>,
    /// Whether it is one of rulecheck's own, which no other program knows.
    pub is_own: bool,
    /// What it holds, where the table says it.
    pub value: Value,
}

/// A key that every version knows.
pub(super) const fn key(name: &'static str) -> Key {
    Key {
        name,
        since: None,
        is_own: false,
        value: Value::Elsewhere,
    }
}

/// A key that every version knows, and what it holds.
pub(super) const fn holding(name: &'static str, value: Value) -> Key {
    Key { value, ..key(name) }
}

/// A key of rulecheck's own.
pub(super) const fn own(name: &'static str) -> Key {
    Key {
        is_own: true,
        ..key(name)
    }
}

/// A key known since `major.minor`.
pub(super) const fn since(name: &'static str, major: u16, minor: u16) -> Key {
    key(name).since(major, minor)
}

impl Key {
    /// The same, known since `major.minor` only.
    pub const fn since(self, major: u16, minor: u16) -> Self {
        Self {
            since: Some(Version::new(major, minor)),
            ..self
        }
    }
}

impl Product {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "Prometheus",
            Self::Alertmanager => "Alertmanager",
        }
    }

    pub const fn version(self, target: &Target) -> Version {
        match self {
            Self::Prometheus => target.prometheus,
            Self::Alertmanager => target.alertmanager,
        }
    }
}

impl Shape {
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether the target has a key.
    pub fn knows(&self, name: &str, target: &Target) -> bool {
        let version = self.product.version(target);
        let known = self.find(name);
        known.is_some_and(|key| key.since.is_none_or(|since| since <= version))
    }

    /// The usable key that an unknown one must have been meant to be: no other one is near.
    pub fn only_meant(
        &self,
        unknown: &str,
        is_usable: impl Fn(&&Key) -> bool,
    ) -> Option<&'static str> {
        if self.foreign.iter().any(|(name, _)| *name == unknown) {
            return None;
        }
        let meant = did_you_mean(unknown, self.keys.iter().map(|key| key.name))?;
        let others = self.keys.iter().filter(|key| key.name != meant);
        let is_alone = did_you_mean(unknown, others.map(|key| key.name)).is_none();
        let known = self.find(meant).filter(is_usable)?;
        is_alone.then_some(known.name)
    }

    /// A way out of an unknown key.
    pub fn advice(&self, unknown: &str) -> String {
        if let Some(meant) = did_you_mean(unknown, self.keys.iter().map(|key| key.name)) {
            return format!("did you mean `{meant}`?");
        }
        if let Some((_, owner)) = self.foreign.iter().find(|(name, _)| *name == unknown) {
            let product = self.product.name();
            let fact = format!("`{unknown}` belongs to {owner}; {product} refuses the file");
            return match dialect::advice(unknown) {
                Some(way_out) => format!("{fact}; {way_out}"),
                None => fact,
            };
        }
        let names: Vec<String> = self
            .keys
            .iter()
            .map(|key| format!("`{}`", key.name))
            .collect();
        match names.as_slice() {
            [one] => format!("the only key here is {one}"),
            names if names.len() <= 12 => format!("the keys here are {}", names.join(", ")),
            _ => format!("{} does not know it here", self.product.name()),
        }
    }
}

/// How many slips of the pen a name may be from what was meant: one for every three letters.
fn slips(name: &str) -> usize {
    (name.chars().count() / 3).clamp(1, 3)
}

/// The name as it is compared with known ones.
fn lowered(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// The known name that `unknown` was probably meant to be.
pub(super) fn did_you_mean<'n>(
    unknown: &str,
    known: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let lower = lowered(unknown);
    let slips = slips(&lower);
    known
        .map(|name| (strsim::damerau_levenshtein(&lower, name), name))
        .filter(|&(distance, name)| distance <= slips && distance < name.len())
        .min()
        .map(|(_, name)| name)
}
