//! The rooms of `src/` import only rooms above them in the table of `ARCHITECTURE.md`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The rooms in the order of the table.
fn rooms() -> Vec<String> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    text.lines()
        .skip_while(|line| !line.starts_with("| room |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('`').nth(1).unwrap().to_owned())
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The rooms that a file names as `crate::room`, be it in a `use` or in a path; `use crate::{a, b}` included.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or("").split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name
                .trim()
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect();
            found.insert(name);
        }
    }
    found
}

#[test]
fn every_room_imports_only_rooms_above_it() {
    let rooms = rooms();
    assert!(rooms.len() > 15, "the table was not found: {rooms:?}");
    let mut wrong = Vec::new();
    for (position, room) in rooms.iter().enumerate() {
        let folder = root().join("src").join(room);
        assert!(
            folder.is_dir(),
            "`{room}` stands in the table but not in src/"
        );
        for file in rust_files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            for import in imports(&text) {
                let allowed = rooms[..=position].contains(&import);
                if rooms.contains(&import) && !allowed {
                    wrong.push(format!("{} uses {import}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_room() {
    let rooms = rooms();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(rooms.contains(&name), "src/{name} is not in the table");
        }
    }
}

#[test]
fn the_import_reader_sees_lists_and_paths() {
    let text = "use crate::{source::Span, yaml};\nlet x = crate::promql::parse();\n// crate::cli\n";
    let expected = ["promql", "source", "yaml"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}
