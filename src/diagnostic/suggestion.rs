/// The one of the known words that was probably meant: at most a third of the letters differ.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let allowed = word.chars().count().max(3) / 3;
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, _)| distance <= allowed)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_corrected_and_other_words_are_not() {
        let known = ["critical", "high", "info"];
        assert_eq!(nearest("criticla", known), Some("critical"));
        assert_eq!(nearest("hihg", known), Some("high"));
        assert_eq!(nearest("warning", known), None);
        assert_eq!(nearest("page", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
