//! Sets of characters: the ASCII classes of Perl and POSIX, Unicode's categories and scripts, case folding.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// `\d`, `\s`, `\w` and their negations: ASCII only, in Go.
pub(super) fn perl(letter: char, fold: bool) -> Option<ClassUnicode> {
    let ranges: &[(char, char)] = match letter.to_ascii_lowercase() {
        'd' => &[('0', '9')],
        's' => &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
        'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    };
    Some(group(ranges, fold, letter.is_ascii_uppercase()))
}

/// `[:alpha:]` and `[:^alpha:]`; `name` is what stands between the colons.
pub(super) fn posix(name: &str, fold: bool) -> Option<ClassUnicode> {
    let (name, negated) = match name.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let ranges: &[(char, char)] = match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    Some(group(ranges, fold, negated))
}

fn group(ranges: &[(char, char)], fold: bool, negated: bool) -> ClassUnicode {
    let mut class = ClassUnicode::new(
        ranges
            .iter()
            .map(|&(from, to)| ClassUnicodeRange::new(from, to)),
    );
    if fold {
        fold_case(&mut class);
    }
    if negated {
        class.negate();
    }
    class
}

/// `\p{name}`: Unicode's general categories and their long names, its scripts, and `Any`, `Assigned`, `ASCII`.
///
/// Names count without regard to case, blanks, `-` and `_`; scripts whose names hold an underscore only as
/// Unicode writes them.
pub(super) fn unicode(name: &str, fold: bool) -> Option<ClassUnicode> {
    let canonical = canonical_name(name);
    let mut class = match canonical.as_str() {
        "Any" => group(&[('\0', char::MAX)], false, false),
        "Ascii" => group(&[('\0', '\x7f')], false, false),
        "Assigned" => {
            let mut unassigned = general_category("Cn")?;
            unassigned.negate();
            unassigned
        }
        _ => match (category_of(&canonical), script_of(name, &canonical)) {
            (Some(category), _) => general_category(category)?,
            (None, Some(script)) => known_to_go(&format!(r"\p{{sc={script}}}"))?,
            (None, None) => return None,
        },
    };
    if fold {
        fold_case(&mut class);
    }
    Some(class)
}

/// The characters of one general category by Unicode 15.0.
fn general_category(category: &str) -> Option<ClassUnicode> {
    let or_unassigned = |mut class: ClassUnicode| {
        let mut unassigned = assigned()?;
        unassigned.negate();
        class.union(&unassigned);
        Some(class)
    };
    match category {
        // No text holds half a surrogate pair.
        "Cs" => Some(ClassUnicode::empty()),
        "C" => or_unassigned(table(r"\p{gc=C}")?),
        "Cn" => or_unassigned(table(r"\p{gc=Cn}")?),
        other => known_to_go(&format!(r"\p{{gc={other}}}")),
    }
}

/// Go's tables are those of Unicode 15.0; characters that are newer belong to nothing but `Cn`.
fn known_to_go(class: &str) -> Option<ClassUnicode> {
    let mut class = table(class)?;
    class.intersect(&assigned()?);
    Some(class)
}

fn assigned() -> Option<ClassUnicode> {
    table(r"\p{age=15.0}")
}

fn table(class: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(class).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        _ => None,
    }
}

/// Adds what differs only in case, by Unicode's simple folding (`k`, `K` and the Kelvin sign are one).
pub(super) fn fold_case(class: &mut ClassUnicode) {
    /// The first character that folds by Unicode 16 but not by 15.
    const FIRST_NEWER: char = '\u{1c89}';
    let mut folded = class.clone();
    folded.case_fold_simple();
    folded.difference(class);
    if folded
        .ranges()
        .last()
        .is_some_and(|range| range.end() >= FIRST_NEWER)
        && let Some(assigned) = assigned()
    {
        folded.intersect(&assigned);
    }
    class.union(&folded);
}

/// The range `from..=to` of code points. Surrogates are left out: a text cannot hold them.
pub(super) fn push_range(class: &mut ClassUnicode, from: u32, to: u32) {
    let from = char::from_u32(from).unwrap_or('\u{e000}');
    let to = char::from_u32(to).unwrap_or('\u{d7ff}');
    if from <= to {
        class.push(ClassUnicodeRange::new(from, to));
    }
}

/// One capital, then small letters, without `_`, `-` and blanks.
fn canonical_name(name: &str) -> String {
    let mut canonical: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if let Some(first) = canonical.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    canonical
}

fn category_of(canonical: &str) -> Option<&'static str> {
    CATEGORIES.iter().find_map(|&(short, long)| {
        let by_short = short.eq_ignore_ascii_case(canonical);
        let by_long = || long.split(' ').any(|name| name == canonical);
        (by_short || by_long()).then_some(short)
    })
}

fn script_of(name: &str, canonical: &str) -> Option<&'static str> {
    SCRIPTS
        .split_whitespace()
        .find(|&script| script == name || script == canonical)
}

/// The general categories of Unicode: short name, canonical long names.
const CATEGORIES: [(&str, &str); 38] = [
    ("C", "Other"),
    ("Cc", "Control Cntrl"),
    ("Cf", "Format"),
    ("Cn", "Unassigned"),
    ("Co", "Privateuse"),
    ("Cs", "Surrogate"),
    ("L", "Letter"),
    ("LC", "Casedletter"),
    ("Ll", "Lowercaseletter"),
    ("Lm", "Modifierletter"),
    ("Lo", "Otherletter"),
    ("Lt", "Titlecaseletter"),
    ("Lu", "Uppercaseletter"),
    ("M", "Mark Combiningmark"),
    ("Mc", "Spacingmark"),
    ("Me", "Enclosingmark"),
    ("Mn", "Nonspacingmark"),
    ("N", "Number"),
    ("Nd", "Decimalnumber Digit"),
    ("Nl", "Letternumber"),
    ("No", "Othernumber"),
    ("P", "Punctuation Punct"),
    ("Pc", "Connectorpunctuation"),
    ("Pd", "Dashpunctuation"),
    ("Pe", "Closepunctuation"),
    ("Pf", "Finalpunctuation"),
    ("Pi", "Initialpunctuation"),
    ("Po", "Otherpunctuation"),
    ("Ps", "Openpunctuation"),
    ("S", "Symbol"),
    ("Sc", "Currencysymbol"),
    ("Sk", "Modifiersymbol"),
    ("Sm", "Mathsymbol"),
    ("So", "Othersymbol"),
    ("Z", "Separator"),
    ("Zl", "Lineseparator"),
    ("Zp", "Paragraphseparator"),
    ("Zs", "Spaceseparator"),
];

/// The scripts of Unicode 15.0.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali \
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma \
    Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari \
    Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic \
    Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana \
    Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada \
    Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu \
    Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen \
    Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi \
    Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu \
    Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian \
    Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene \
    Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian \
    Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa \
    Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto \
    Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square \
";
