use std::collections::BTreeMap;

use super::{Edit, Fix};

/// A text with fixes in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// How many of the fixes are in it.
    pub count: usize,
}

/// Puts fixes into a text. One that touches what an earlier one changes is left out as a whole: what it should be then is
/// seen when the new text is looked at.
#[must_use]
pub fn mend(text: &str, fixes: &[&Fix]) -> Mended {
    let mut edits: BTreeMap<u32, &Edit> = BTreeMap::new();
    let mut count = 0;
    for fix in fixes {
        let mut taken = Vec::with_capacity(fix.edits.len());
        for edit in &fix.edits {
            if text.get(edit.span.range()).is_none() || !is_free(&edits, edit) {
                break;
            }
            edits.insert(edit.span.start, edit);
            taken.push(edit.span.start);
        }
        if taken.len() < fix.edits.len() {
            for start in taken {
                edits.remove(&start);
            }
        } else if !fix.edits.is_empty() {
            count += 1;
        }
    }
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits.values() {
        let range = edit.span.range();
        mended.push_str(&text[at..range.start]);
        mended.push_str(&edit.text);
        at = range.end;
    }
    mended.push_str(&text[at..]);
    Mended {
        text: mended,
        count,
    }
}

/// Whether no edit has bytes in common with this one. Where two only touch and one of them takes nothing out, nobody could
/// say which comes first.
fn is_free(edits: &BTreeMap<u32, &Edit>, edit: &Edit) -> bool {
    let collides = |other: &Edit| {
        let (a, b) = (edit.span, other.span);
        if a.is_empty() || b.is_empty() {
            a.start <= b.end && b.start <= a.end
        } else {
            a.start < b.end && b.start < a.end
        }
    };
    let before = edits.range(..=edit.span.start).next_back();
    let behind = edits.range(edit.span.start..).next();
    ![before, behind]
        .into_iter()
        .flatten()
        .any(|(_, other)| collides(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits.iter().map(|&(start, end, text)| Edit {
            span: Span::new(start, end),
            text: text.to_owned(),
        });
        Fix {
            title: String::new(),
            edits: edits.collect(),
        }
    }

    fn mended(text: &str, fixes: &[Fix]) -> (String, usize) {
        let Mended { text, count } = mend(text, &fixes.iter().collect::<Vec<_>>());
        (text, count)
    }

    #[test]
    fn edits_in_any_order_come_out_in_order() {
        let fixes = [fix(&[(4, 5, "E"), (0, 1, "A")]), fix(&[(2, 2, "+")])];
        assert_eq!(mended("abcdef", &fixes), ("Ab+cdEf".to_owned(), 2));
    }

    #[test]
    fn a_fix_that_collides_is_left_out_as_a_whole() {
        let fixes = [fix(&[(1, 3, "X")]), fix(&[(0, 1, "A"), (2, 4, "Y")])];
        assert_eq!(mended("abcdef", &fixes), ("aXdef".to_owned(), 1));
        // Neighbours do not collide, but where to put something between them is unknown.
        let fixes = [
            fix(&[(1, 3, "X")]),
            fix(&[(3, 4, "Y")]),
            fix(&[(3, 3, "+")]),
        ];
        assert_eq!(mended("abcdef", &fixes), ("aXYef".to_owned(), 2));
        let fixes = [fix(&[(1, 1, "+")]), fix(&[(1, 1, "-")])];
        assert_eq!(mended("ab", &fixes), ("a+b".to_owned(), 1));
    }

    #[test]
    fn what_is_no_place_in_the_text_is_left_out() {
        let fixes = [fix(&[(0, 9, "")]), fix(&[(1, 2, "")]), fix(&[])];
        assert_eq!(mended("ä", &fixes), ("ä".to_owned(), 0));
    }
}
