use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::project::{self, Rule};

/// The runbooks that annotations link to.
pub(super) struct Books {
    /// What the addresses begin with.
    pub prefix: String,
    /// Where their pages lie; nothing where none was found.
    pub folder: Option<String>,
}

/// Finds the folder whose pages most annotations name, and what stands before these names.
pub(super) fn find(root: &Path, alerts: &[&Rule]) -> Option<Books> {
    let annotations = alerts.iter().flat_map(|alert| &alert.annotations);
    let addresses: BTreeSet<&str> = annotations
        .filter(|annotation| annotation.key.as_str().contains("runbook"))
        .filter_map(|annotation| annotation.fixed())
        .map(address)
        .filter(|address| address.starts_with("https://") || address.starts_with("http://"))
        .collect();
    let first = addresses.first()?;
    let mut votes: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for page in project::pages_below(root) {
        let Some(page) = page.strip_prefix(root).ok().and_then(Path::to_str) else {
            continue;
        };
        for &address in &addresses {
            for pair in pairs(address, page) {
                votes.entry(pair).or_default().insert(address);
            }
        }
    }
    // One page that happens to have a name of an address proves nothing. Of equal ones the longest beginning, so that the folder holds runbooks only.
    let best = votes
        .into_iter()
        .filter(|(_, voters)| voters.len() * 2 >= addresses.len())
        .max_by_key(|((prefix, _), voters)| (voters.len(), prefix.len()));
    if let Some(((prefix, folder), _)) = best {
        return Some(Books {
            prefix,
            folder: Some(folder),
        });
    }
    let shared = addresses
        .iter()
        .fold(*first, |shared, address| common(shared, address));
    let end = shared.rfind('/').filter(|&end| end > "https://".len())?;
    Some(Books {
        prefix: shared[..=end].to_owned(),
        folder: None,
    })
}

/// An address without what stands behind the page.
fn address(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(['#', '?']).unwrap_or(text.len());
    text[..end].trim_end_matches('/')
}

/// What the address and the page can have in common at their ends: what stands before it in each.
fn pairs(address: &str, page: &str) -> Vec<(String, String)> {
    // Scheme, nothing and host are no names of pages.
    const NO_NAMES: usize = 3;
    let names: Vec<&str> = address.split('/').collect();
    let parts: Vec<&str> = page.split('/').collect();
    let mut pairs = Vec::new();
    for shared in 1..=parts.len().min(names.len().saturating_sub(NO_NAMES)) {
        let (name, part) = (names[names.len() - shared], parts[parts.len() - shared]);
        let is_same = if shared == 1 {
            let bare = |text: &str| text.trim_end_matches(".md").to_lowercase();
            bare(name) == bare(part)
        } else {
            name == part
        };
        if !is_same {
            break;
        }
        let folder = parts[..parts.len() - shared].join("/");
        let folder = if folder.is_empty() {
            ".".to_owned()
        } else {
            folder
        };
        pairs.push((
            format!("{}/", names[..names.len() - shared].join("/")),
            folder,
        ));
    }
    pairs
}

/// The beginning that two texts share.
fn common<'t>(one: &'t str, other: &str) -> &'t str {
    let same = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b);
    let end = same.map_or(one.len().min(other.len()), |((at, _), _)| at);
    &one[..end]
}
