//! What an integration may have under a key.

/// A key of an integration whose texts are templates. A default stands where the key is missing or null.
pub(super) enum Part {
    /// A text, its default, and the number of characters to which it is cut.
    Text(&'static str, &'static str, usize),
    /// The same, escaped for HTML where the integration asks for it.
    Choice(&'static str, &'static str, usize),
    /// A list of texts.
    Texts(&'static str),
    /// A list of mappings, of which these keys are told.
    List(&'static str, &'static [&'static str]),
    /// A mapping from names to texts, and the texts of names that it does not have.
    Map(&'static str, &'static [(&'static str, &'static str)]),
    /// The headers of an email, with the default of its subject.
    Headers(&'static str),
}
