//! What sets of label values have in common: is there a text that both accept, does one hold the other.
//!
//! A question becomes "is there a text in this `Language`?", answered by walking the product of the automata of its
//! patterns, nearest texts first, so that the answer is a shortest example.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::{Dot, Hir, Look, Repetition};
use rustc_hash::FxHashSet;

use super::Pattern;

/// A set of texts, put together from texts and patterns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Language {
    /// This text only.
    Text(Arc<str>),
    /// What the pattern matches.
    Pattern(Pattern),
    /// All texts but these.
    Not(Box<Language>),
    /// What all of these hold; without members every text.
    All(Vec<Language>),
    /// What any of these holds; without members no text.
    Any(Vec<Language>),
}

/// Whether a language holds a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Witness {
    /// It is empty.
    Empty,
    /// A shortest text in it.
    Example(String),
    /// The automata are too large to tell.
    Unknown,
}

/// Whether one language lies within another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Containment {
    /// It does.
    Yes,
    /// It does not: a shortest text that only the first holds.
    No(String),
    /// The automata are too large to tell.
    Unknown,
}

impl Language {
    /// Every text.
    #[must_use]
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// All texts but those of this language.
    #[must_use]
    pub fn complement(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// All texts of the language, where they are few and can be seen without an automaton.
    #[must_use]
    pub fn texts(&self) -> Option<Vec<Arc<str>>> {
        let mut candidates = self.candidates()?;
        candidates.retain(|text| self.contains(text));
        Some(candidates)
    }

    /// Whether `text` is in the language.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        match self {
            Self::Text(one) => &**one == text,
            Self::Pattern(pattern) => pattern.is_match(text),
            Self::Not(inner) => !inner.contains(text),
            Self::All(parts) => parts.iter().all(|part| part.contains(text)),
            Self::Any(parts) => parts.iter().any(|part| part.contains(text)),
        }
    }

    /// A shortest text of the language, if there is one. Among texts of one length letters come before digits and
    /// both before anything else.
    #[must_use]
    pub fn witness(&self) -> Witness {
        if let Some(candidates) = self.candidates() {
            return candidates
                .into_iter()
                .filter(|text| self.contains(text))
                .min_by_key(|text| text.len())
                .map_or(Witness::Empty, |text| Witness::Example(text.to_string()));
        }
        match Product::new(self) {
            Some(product) => product.search(),
            None => Witness::Unknown,
        }
    }

    /// A shortest text that both languages hold.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Witness {
        Self::All(vec![self.clone(), other.clone()]).witness()
    }

    /// Whether every text of this language is in `other`.
    #[must_use]
    pub fn is_subset_of(&self, other: &Self) -> Containment {
        match Self::All(vec![self.clone(), other.clone().complement()]).witness() {
            Witness::Empty => Containment::Yes,
            Witness::Example(text) => Containment::No(text),
            Witness::Unknown => Containment::Unknown,
        }
    }

    /// A finite set of texts that holds the language, where one can be seen without an automaton.
    fn candidates(&self) -> Option<Vec<Arc<str>>> {
        match self {
            Self::Text(text) => Some(vec![Arc::clone(text)]),
            Self::Pattern(pattern) => pattern.set_matches().map(<[_]>::to_vec),
            Self::Not(_) => None,
            Self::All(parts) => parts
                .iter()
                .filter_map(Self::candidates)
                .min_by_key(Vec::len),
            Self::Any(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.append(&mut part.candidates()?);
                }
                Some(all)
            }
        }
    }
}

impl From<Pattern> for Language {
    fn from(pattern: Pattern) -> Self {
        Self::Pattern(pattern)
    }
}

/// The automaton of one pattern over the bytes of a text.
pub(super) type Dfa = dense::DFA<Vec<u32>>;

/// Most bytes of one automaton, and of what is needed to build it.
const MAX_DFA: usize = 4 << 20;
/// Most states of the product that are looked at.
const MAX_PRODUCT: usize = 100_000;

impl Pattern {
    /// The automaton, built once; `None` where it would be too large.
    fn dfa(&self) -> Option<&Dfa> {
        let dfa = self
            .0
            .dfa
            .get_or_init(|| build_dfa(&self.0.hir).map(Box::new));
        dfa.as_deref()
    }
}

fn build_dfa(hir: &Hir) -> Option<Dfa> {
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .which_captures(WhichCaptures::None)
                .nfa_size_limit(Some(MAX_DFA)),
        )
        .build_from_hir(hir)
        .ok()?;
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(start_kind(hir))
                .match_kind(MatchKind::All)
                .dfa_size_limit(Some(MAX_DFA))
                .determinize_size_limit(Some(MAX_DFA)),
        )
        .build_from_nfa(&nfa)
        .ok()
}

/// A pattern that starts with `^` need not be looked for further on.
fn start_kind(hir: &Hir) -> StartKind {
    if hir.properties().look_set_prefix().contains(Look::Start) {
        StartKind::Anchored
    } else {
        StartKind::Unanchored
    }
}

static UTF8: LazyLock<Option<Dfa>> = LazyLock::new(|| {
    build_dfa(&Hir::concat(vec![
        Hir::look(Look::Start),
        Hir::repetition(Repetition {
            min: 0,
            max: None,
            greedy: true,
            sub: Box::new(Hir::dot(Dot::AnyChar)),
        }),
        Hir::look(Look::End),
    ]))
});

/// The formula of a language over its leaves.
enum Formula {
    Leaf(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    /// Whether it is true where `leaf` tells of each leaf whether it is; `None` where that is not settled.
    fn holds(&self, leaf: &impl Fn(usize) -> Option<bool>) -> Option<bool> {
        // The first `stop` decides; without one, all must be settled.
        let join = |parts: &[Self], stop: bool| {
            let mut result = Some(!stop);
            for part in parts {
                match part.holds(leaf) {
                    Some(value) if value == stop => return Some(stop),
                    None => result = None,
                    Some(_) => {}
                }
            }
            result
        };
        match self {
            Self::Leaf(index) => leaf(*index),
            Self::Not(inner) => inner.holds(leaf).map(|value| !value),
            Self::All(parts) => join(parts, false),
            Self::Any(parts) => join(parts, true),
        }
    }
}

/// The formula of `language`, its leaves added to `leaves`; `None` where the automaton of one is too large.
fn formula_of<'l>(language: &'l Language, leaves: &mut Vec<Leaf<'l>>) -> Option<Formula> {
    let mut parts_of = |parts: &'l [Language]| {
        parts
            .iter()
            .map(|part| formula_of(part, leaves))
            .collect::<Option<Vec<_>>>()
    };
    match language {
        Language::Not(inner) => Some(Formula::Not(Box::new(formula_of(inner, leaves)?))),
        Language::All(parts) => parts_of(parts).map(Formula::All),
        Language::Any(parts) => parts_of(parts).map(Formula::Any),
        Language::Text(text) => {
            leaves.push(Leaf::Text(text.as_bytes()));
            Some(Formula::Leaf(leaves.len() - 1))
        }
        Language::Pattern(pattern) => {
            leaves.push(Leaf::Dfa(pattern.dfa()?));
            Some(Formula::Leaf(leaves.len() - 1))
        }
    }
}

/// The automaton of one leaf.
enum Leaf<'l> {
    Text(&'l [u8]),
    Dfa(&'l Dfa),
}

/// Where one leaf is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// So many bytes of the text have been seen; `None` after a byte that is another.
    Text(Option<u32>),
    /// A state of the automaton.
    State(StateID),
    /// A match has been seen, and what follows no longer matters.
    Matched,
}

/// A state of the product: where each leaf is.
type Places = Box<[Place]>;

/// All leaves of a language walked side by side. The last leaf accepts UTF-8, for only such texts count.
struct Product<'l> {
    leaves: Vec<Leaf<'l>>,
    formula: Formula,
}

impl<'l> Product<'l> {
    fn new(language: &'l Language) -> Option<Self> {
        let mut leaves = Vec::new();
        let language = formula_of(language, &mut leaves)?;
        let utf8 = Formula::Leaf(leaves.len());
        leaves.push(Leaf::Dfa(UTF8.as_ref()?));
        Some(Self {
            leaves,
            formula: Formula::All(vec![utf8, language]),
        })
    }

    /// The nearest state that accepts; breadth first, so that the text that leads there is a shortest.
    fn search(&self) -> Witness {
        let Some(start) = self
            .leaves
            .iter()
            .map(Leaf::start)
            .collect::<Option<Places>>()
        else {
            return Witness::Unknown;
        };
        let bytes = self.bytes();
        // How each state was first reached: the number of the state before it, and the byte.
        let mut reached = vec![(0, 0)];
        let mut known = FxHashSet::from_iter([start.clone()]);
        let mut queue = VecDeque::from([(0, start)]);
        while let Some((index, places)) = queue.pop_front() {
            if self.accepts(&places) {
                return Witness::Example(spell(&reached, index));
            }
            for &byte in &bytes {
                let next = self.step(&places, byte);
                if self.is_hopeless(&next) || !known.insert(next.clone()) {
                    continue;
                }
                if reached.len() >= MAX_PRODUCT {
                    return Witness::Unknown;
                }
                queue.push_back((reached.len(), next));
                reached.push((index, byte));
            }
        }
        Witness::Empty
    }

    fn step(&self, places: &[Place], byte: u8) -> Places {
        let both = self.leaves.iter().zip(places);
        both.map(|(leaf, &place)| leaf.step(place, byte)).collect()
    }

    fn accepts(&self, places: &[Place]) -> bool {
        let accepted = |leaf: usize| Some(self.leaves[leaf].accepts(places[leaf]));
        self.formula.holds(&accepted) == Some(true)
    }

    /// Whether nothing that may follow can make the formula true.
    fn is_hopeless(&self, places: &[Place]) -> bool {
        let settled = |leaf: usize| self.leaves[leaf].settled(places[leaf]);
        self.formula.holds(&settled) == Some(false)
    }

    /// One byte of each class that no leaf tells apart, readable ones first.
    fn bytes(&self) -> Vec<u8> {
        let mut seen = FxHashSet::default();
        let class = |byte| -> Vec<u8> { self.leaves.iter().map(|leaf| leaf.class(byte)).collect() };
        readable_first()
            .filter(|&byte| seen.insert(class(byte)))
            .collect()
    }
}

fn readable_first() -> impl Iterator<Item = u8> {
    let readable = |byte: &u8| byte.is_ascii_alphanumeric();
    (b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(b'A'..=b'Z')
        .chain((b'!'..=b'~').rev().filter(move |byte| !readable(byte)))
        .chain(0..=255)
}

/// The text whose last byte led to the state `index`.
fn spell(reached: &[(usize, u8)], mut index: usize) -> String {
    let mut bytes = Vec::new();
    while index != 0 {
        let (before, byte) = reached[index];
        bytes.push(byte);
        index = before;
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Leaf<'_> {
    fn start(&self) -> Option<Place> {
        let dfa = match self {
            Leaf::Text(_) => return Some(Place::Text(Some(0))),
            Leaf::Dfa(dfa) => dfa,
        };
        let anchored = match dfa.start_kind() {
            StartKind::Unanchored => Anchored::No,
            _ => Anchored::Yes,
        };
        let config = start::Config::new().anchored(anchored);
        dfa.start_state(&config).ok().map(Place::State)
    }

    fn step(&self, place: Place, byte: u8) -> Place {
        match (self, place) {
            (Leaf::Text(text), Place::Text(Some(seen)))
                if text.get(seen as usize) == Some(&byte) =>
            {
                Place::Text(Some(seen + 1))
            }
            (Leaf::Text(_), _) => Place::Text(None),
            (Leaf::Dfa(dfa), Place::State(state)) => {
                let next = dfa.next_state(state, byte);
                if dfa.is_match_state(next) {
                    Place::Matched
                } else {
                    Place::State(next)
                }
            }
            (Leaf::Dfa(_), place) => place,
        }
    }

    /// Whether the leaf accepts the text that ends here.
    fn accepts(&self, place: Place) -> bool {
        match (self, place) {
            (Leaf::Text(text), Place::Text(seen)) => seen == Some(text.len() as u32),
            (Leaf::Dfa(dfa), Place::State(state)) => dfa.is_match_state(dfa.next_eoi_state(state)),
            (_, place) => place == Place::Matched,
        }
    }

    /// Whether the leaf accepts the text, where what follows makes no difference.
    fn settled(&self, place: Place) -> Option<bool> {
        match (self, place) {
            (_, Place::Matched) => Some(true),
            (_, Place::Text(None)) => Some(false),
            (Leaf::Dfa(dfa), Place::State(state)) if dfa.is_dead_state(state) => Some(false),
            _ => None,
        }
    }

    /// What tells `byte` from others; bytes of one class lead to the same place.
    fn class(&self, byte: u8) -> u8 {
        match self {
            Leaf::Text(text) if text.contains(&byte) => byte,
            // No text of UTF-8 holds this byte.
            Leaf::Text(_) => 0xff,
            Leaf::Dfa(dfa) => dfa.byte_classes().get(byte),
        }
    }
}
