//! Lists of expectations: items are changed, taken out and added.

use super::Done;
use super::edits::{Edits, column, line_start, next_line};
use super::items::{Expected, content_end};
use crate::yaml::Node;

/// What becomes of an item.
pub(super) struct Change<'g, T> {
    /// Its number in the list; nothing for a new one.
    pub item: Option<usize>,
    /// What came in its place; nothing where it goes.
    pub becomes: Option<&'g T>,
    pub is_same: bool,
}

/// Changes the list under `key` of the mapping `holder`.
pub(super) fn change_list<T: Expected>(
    holder: Node<'_>,
    key: &str,
    changes: &[Change<'_, T>],
    edits: &mut Edits,
) -> Done {
    if holder.is_alias() {
        return Err("it stands behind an anchor, which several tests may share");
    }
    let list = holder.get(key);
    if list.is_some_and(Node::is_alias) {
        return Err("it stands behind an anchor, which several tests may share");
    }
    let items: Vec<Node<'_>> = list.into_iter().flat_map(Node::items).collect();
    let is_block = list.is_some_and(|list| list.is_sequence() && !list.is_flow());
    if let Some(found) = in_place(&items, changes, is_block) {
        edits.extend(found);
        return Ok(());
    }
    match list {
        Some(list) if is_block && changes.iter().any(|change| change.becomes.is_some()) => {
            change_block(list, &items, changes, edits);
        }
        _ => write_anew(holder, key, list, changes, edits)?,
    }
    Ok(())
}

/// All changes as changes inside of items, if they are no more than that.
fn in_place<T: Expected>(
    items: &[Node<'_>],
    changes: &[Change<'_, T>],
    is_block: bool,
) -> Option<Edits> {
    let mut edits = Edits::default();
    for change in changes.iter().filter(|change| !change.is_same) {
        let item = items.get(change.item?)?;
        let becomes = change.becomes?;
        match becomes.change(*item) {
            Some(found) => edits.extend(found),
            None if !is_block => {
                edits.replace(item.span().range(), becomes.flow());
            }
            None => return None,
        }
    }
    Some(edits)
}

fn change_block<T: Expected>(
    list: Node<'_>,
    items: &[Node<'_>],
    changes: &[Change<'_, T>],
    edits: &mut Edits,
) {
    let text = list.tree().file().text();
    let dashes: Vec<usize> = items.iter().map(|item| dash(text, *item)).collect();
    let column = dashes.first().map_or(0, |dash| column(text, *dash));
    let end_of = |number: usize| {
        let end = content_end(text, items[number]);
        dashes.get(number + 1).map_or_else(
            || next_line(text, end),
            // Comments above the next item belong to it.
            |next| next_line(text, end).min(line_start(text, *next)),
        )
    };
    for change in changes {
        match (change.item, change.becomes) {
            (Some(_), Some(_)) if change.is_same => {}
            (Some(number), Some(becomes)) => match becomes.change(items[number]) {
                Some(found) => edits.extend(found),
                None => edits.replace(
                    line_start(text, dashes[number])..end_of(number),
                    block_item(becomes, column),
                ),
            },
            (Some(number), None) => {
                edits.delete(line_start(text, dashes[number])..end_of(number));
            }
            (None, Some(becomes)) => {
                let last = items.len().saturating_sub(1);
                let at = end_of(last);
                let lead = if text[..at].ends_with('\n') { "" } else { "\n" };
                edits.insert(at, format!("{lead}{}", block_item(becomes, column)));
            }
            (None, None) => {}
        }
    }
}

/// Where the dash of an item stands.
fn dash(text: &str, item: Node<'_>) -> usize {
    let start = item.span().start as usize;
    text[..start].rfind('-').unwrap_or(start)
}

/// An item with its dash, in lines.
fn block_item<T: Expected>(item: &T, column: usize) -> String {
    let mut out = String::new();
    for (number, line) in item.block().iter().enumerate() {
        let lead = if number == 0 { "- " } else { "  " };
        if line.is_empty() {
            out.push('\n');
        } else {
            out.push_str(&format!("{:column$}{lead}{line}\n", ""));
        }
    }
    out
}

/// Writes the whole list: in one line where the mapping is, else item by item below its key.
fn write_anew<T: Expected>(
    holder: Node<'_>,
    key: &str,
    list: Option<Node<'_>>,
    changes: &[Change<'_, T>],
    edits: &mut Edits,
) -> Done {
    let text = holder.tree().file().text();
    let new: Vec<&T> = changes.iter().filter_map(|change| change.becomes).collect();
    let in_line = || {
        let items: Vec<String> = new.iter().map(|item| item.flow()).collect();
        format!("[{}]", items.join(", "))
    };
    let entries: Vec<(Node<'_>, Node<'_>)> = holder.entries().collect();
    let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) else {
        return Err("the assertion is empty");
    };
    let key_node = entries.iter().find(|(name, _)| name.scalar() == Some(key));
    let had_items = list.is_some_and(|list| list.is_flow() && list.items().len() > 0);
    let column = column(text, first.span().start as usize);
    let body = if holder.is_flow() || new.is_empty() || had_items {
        format!(" {}", in_line())
    } else {
        let items: String = new
            .iter()
            .map(|item| block_item(*item, column + 2))
            .collect();
        format!("\n{}", items.trim_end_matches('\n'))
    };
    match (key_node, list) {
        (Some((name, value)), Some(list)) => {
            let name_end = name.span().end as usize;
            let colon = text[name_end..]
                .find(':')
                .map_or(name_end, |at| name_end + at + 1);
            let end = if list.is_null() && list.is_omitted() {
                colon
            } else {
                content_end(text, *value)
            };
            edits.replace(colon..end, body);
        }
        _ if holder.is_flow() => {
            edits.insert(content_end(text, *last), format!(", {key}:{body}"));
        }
        _ => {
            let at = next_line(text, content_end(text, *last));
            let lead = if text[..at].ends_with('\n') { "" } else { "\n" };
            edits.insert(at, format!("{lead}{:column$}{key}:{body}\n", ""));
        }
    }
    Ok(())
}
