/// The one of the known words that was probably meant: at most a third of the letters differ.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let allowed = word.chars().count().max(3) / 3;
    nearest_within(word, known, allowed)
}

/// The first of the known words that are nearest, of those that take at most `allowed` slips: a letter too many, too few,
/// another one, or two exchanged.
#[must_use]
pub fn nearest_within<'w>(
    word: &str,
    known: impl IntoIterator<Item = &'w str>,
    mut allowed: usize,
) -> Option<&'w str> {
    let letters = Letters::of(word);
    let mut found = None;
    for candidate in known {
        // Most words are far away, which their letters tell at once.
        if letters.least_slips(&Letters::of(candidate)) > allowed {
            continue;
        }
        let slips = strsim::damerau_levenshtein(word, candidate);
        if slips == 0 {
            return Some(candidate);
        }
        if slips <= allowed {
            found = Some(candidate);
            allowed = slips - 1;
        }
    }
    found
}

/// How often each letter stands in a word; letters beyond ASCII are told apart roughly.
struct Letters([u8; 64]);

impl Letters {
    fn of(word: &str) -> Self {
        let mut counts = [0_u8; 64];
        for letter in word.chars() {
            let count = &mut counts[letter as usize % 64];
            *count = count.saturating_add(1);
        }
        Self(counts)
    }

    /// No fewer slips lead from one word to the other: each adds one letter at most and takes one away at most.
    fn least_slips(&self, other: &Self) -> usize {
        let (mut more, mut fewer) = (0_usize, 0_usize);
        for (a, b) in self.0.iter().zip(&other.0) {
            more += usize::from(a.saturating_sub(*b));
            fewer += usize::from(b.saturating_sub(*a));
        }
        more.max(fewer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_corrected_and_other_words_are_not() {
        let known = ["critical", "high", "info"];
        assert_eq!(nearest("criticla", known), Some("critical"));
        assert_eq!(nearest("hihg", known), Some("high"));
        assert_eq!(nearest("warning", known), None);
        assert_eq!(nearest("page", known), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest("info", known), Some("info"));
    }

    proptest! {
        #[test]
        fn letters_never_rule_out_what_is_near(a in "[a-dé]{0,9}", b in "[a-dé]{0,9}") {
            let slips = strsim::damerau_levenshtein(&a, &b);
            prop_assert!(Letters::of(&a).least_slips(&Letters::of(&b)) <= slips);
        }
    }
}
