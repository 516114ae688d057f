//! `vocabulary-typo`

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::Place;
use crate::diagnostic::{Level, nearest_within};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::Text;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "vocabulary-typo",
    level: Level::Info,
    summary: "The name or text of a label, or the name of an annotation, is almost one that is used elsewhere.",
    documentation: "\
### What it does
Compares the names of labels and annotations, and the fixed texts of labels, with the words that the project uses: those of
the settings, and those that stand in at least five rules. A word that differs from one of them in one letter, or in two if
it has six or more, is told with the word that was probably meant. Texts of a label are compared with texts of the same
label only.

### Why it matters
`serverity: critical` is loaded without complaint, and the alert ends at the default receiver.

### Settings
`vocabulary` lists further words that are right. `severities` and the names under `require` count as well.

### What it does not catch
Words of three letters or less, words that differ in digits only or go on where the other ends (`clusterID`), and slips that the whole project makes.",
    bad: &[
        Example {
            title: "a name that all others spell otherwise",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: a > 1\n        labels: {severity: info}\n      - alert: B\n        expr: b > 1\n        labels: {severity: info}\n      - alert: C\n        expr: c > 1\n        labels: {severity: info}\n      - alert: D\n        expr: d > 1\n        labels: {severity: info}\n      - alert: E\n        expr: e > 1\n        labels: {severity: info}\n      - alert: F\n        expr: f > 1\n        labels: {serverity: info}\n",
            )],
        },
        Example {
            title: "a name of the settings",
            files: &[
                ("rulecheck.yaml", "require: {annotations: [description]}\n"),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: a > 1\n        annotations: {descripton: a is high}\n",
                ),
            ],
        },
    ],
    good: &[Example {
        title: "another word, and one that the settings allow",
        files: &[
            (
                "rulecheck.yaml",
                "severities: [critical, warning]\nvocabulary: [warming]\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: a > 1\n        labels: {severity: none}\n      - alert: B\n        expr: b > 1\n        labels: {severity: warming}\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

/// What stands in so many rules is no slip.
const USUAL: usize = 5;
/// Words of fewer letters are too close to each other.
const SHORTEST: usize = 4;
const SEVERITY: &str = "severity";

/// What a word is: the name of a label or annotation, or the text of a label of that name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Role<'a> {
    Name(Place),
    TextOf(&'a str),
}

/// A word as it is used, and where.
struct Word<'a> {
    count: usize,
    places: Vec<(&'a crate::project::ProjectFile, &'a Text)>,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut used: FxHashMap<Role<'_>, FxHashMap<&str, Word<'_>>> = FxHashMap::default();
    for (file, _, rule) in context.environment.rules() {
        let mut count = |role, text| {
            let words = used.entry(role).or_default();
            let word = words.entry(Text::as_str(text)).or_insert(Word {
                count: 0,
                places: Vec::new(),
            });
            word.count += 1;
            if word.count < USUAL {
                word.places.push((file, text));
            }
        };
        for label in &rule.labels {
            count(Role::Name(Place::Label), &label.key);
            if label.fixed().is_some() {
                count(Role::TextOf(label.key.as_str()), &label.value);
            }
        }
        for annotation in &rule.annotations {
            count(Role::Name(Place::Annotation), &annotation.key);
        }
    }
    let settings = context.settings;
    let allowed: FxHashSet<&str> = settings.vocabulary.iter().map(String::as_str).collect();
    for (role, words) in &used {
        let mut right: Vec<&str> = match role {
            Role::Name(Place::Label) => settings
                .require
                .iter()
                .flat_map(|requirement| {
                    requirement
                        .labels
                        .iter()
                        .chain(requirement.label.keys())
                        .map(String::as_str)
                })
                .collect(),
            Role::Name(Place::Annotation) => settings
                .require
                .iter()
                .flat_map(|requirement| requirement.annotations.iter().map(String::as_str))
                .collect(),
            Role::TextOf(SEVERITY) => settings.severities.iter().map(String::as_str).collect(),
            Role::TextOf(_) => Vec::new(),
        };
        right.extend(&allowed);
        right.extend(
            words
                .iter()
                .filter(|(_, word)| word.count >= USUAL)
                .map(|(text, _)| *text),
        );
        right.sort_unstable();
        right.dedup();
        for (text, word) in words.iter().filter(|(_, word)| word.count < USUAL) {
            if right.binary_search(text).is_ok() || text.chars().count() < SHORTEST {
                continue;
            }
            let Some(meant) = meant(text, &right) else {
                continue;
            };
            for (file, place) in &word.places {
                let (what, where_used) = match role {
                    Role::Name(place) => (format!("the {} `{text}`", place.name()), String::new()),
                    Role::TextOf(label) => (
                        format!("`{text}` in label `{label}`"),
                        format!(" in label `{label}`"),
                    ),
                };
                let found = findings.add(
                    file.location(place.span()),
                    format!("{what} is almost `{meant}`"),
                );
                found.help = Some(format!("did you mean `{meant}`?"));
                match words.get(meant) {
                    Some(usual) if usual.count >= USUAL => {
                        found.because(format!(
                            "`{meant}` stands in {} rules{where_used}, `{text}` in {}",
                            usual.count, word.count
                        ));
                    }
                    _ => {
                        found.because(format!("`{meant}` is a word of the settings"));
                    }
                }
            }
        }
    }
}

/// The nearest of the right words, if it is near enough.
fn meant<'w>(word: &str, right: &[&'w str]) -> Option<&'w str> {
    let letters = word.chars().count();
    let allowed = if letters < 6 { 1 } else { 2 };
    let is_digit = |c: &char| c.is_ascii_digit();
    let differs_in_letters = |candidate: &str| {
        let theirs = candidate.chars().filter(|c| !is_digit(c));
        !theirs.eq(word.chars().filter(|c| !is_digit(c)))
    };
    let candidates = right.iter().copied().filter(|candidate| {
        let theirs = candidate.chars().count();
        let difference = theirs.abs_diff(letters);
        // `cluster` and `clusterID` are two words.
        let is_longer =
            difference > 1 && (word.starts_with(candidate) || candidate.starts_with(word));
        theirs >= SHORTEST && difference <= allowed && !is_longer && differs_in_letters(candidate)
    });
    nearest_within(word, candidates, allowed)
}
