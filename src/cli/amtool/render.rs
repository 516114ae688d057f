//! `amtool template render`.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{FAILURE, complain};
use crate::cli::amtool_arguments::Render;
use crate::cli::output::Output;
use crate::project::{Globs, expand, is_pattern};
use crate::source::{ReadError, SourceFile, read_file};
use crate::target::{Target, Version};
use crate::template::alertmanager::{Data, Engine, Templates};

/// Debian's amtool 0.25 has no templates of Alertmanager's own; all others have.
const WITH_DEFAULTS: Version = Version::new(0, 26);

pub(super) fn run(arguments: &Render, target: &Target, output: &Output) -> u8 {
    match rendered(arguments, target) {
        Ok(text) => {
            output.print(&text);
            0
        }
        Err(error) => {
            complain(output, &error);
            FAILURE
        }
    }
}

fn rendered(arguments: &Render, target: &Target) -> Result<String, String> {
    // Milliseconds since 1970 are few enough for a float and for an integer.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_millis() as i64);
    // amtool opens the file before it looks at templates, and reads it behind them.
    let mut paths = arguments.data.iter();
    if let Some(missing) = paths.find(|path| !path.exists()) {
        return Err(not_there(missing));
    }
    let templates = templates(&arguments.globs, target)?.at(now as f64 / 1000.0);
    let data = match &arguments.data {
        Some(path) => Data::from_json(read(path)?.text())?,
        None => Data::example(now),
    };
    let engine = match arguments.kind.as_str() {
        "html" => Engine::Html,
        _ => Engine::Text,
    };
    let text = templates.render(engine, &arguments.text, &data);
    text.map_err(|error| error.to_string())
}

/// The templates of all patterns. Of several errors that comes first which amtool meets first: it reads the files of a pattern
/// before it looks at the next one.
fn templates(globs: &[String], target: &Target) -> Result<Templates, String> {
    let mut files: Vec<(String, Arc<SourceFile>)> = Vec::new();
    let mut ending = Ok(());
    for glob in globs {
        ending = add(glob, &mut files);
        if ending.is_err() {
            break;
        }
    }
    let texts = files.iter().map(|(name, file)| (&**name, file.text()));
    let templates = match target.alertmanager < WITH_DEFAULTS {
        true => Templates::without_defaults(texts, target),
        false => Templates::new(texts, target),
    };
    match templates {
        Ok(templates) => ending.map(|()| templates),
        Err(errors) => Err(errors.first().map_or(String::new(), ToString::to_string)),
    }
}

fn add(glob: &str, files: &mut Vec<(String, Arc<SourceFile>)>) -> Result<(), String> {
    if !is_pattern(glob) {
        return Err("syntax error in pattern".to_owned());
    }
    let mut paths = expand(Path::new(""), glob, Globs::Go);
    // The name of a folder is no pattern of files, and amtool tries to read it.
    if paths.is_empty() && Path::new(glob).is_dir() {
        paths.push(glob.into());
    }
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push((name.into_owned(), read(&path)?));
    }
    Ok(())
}

/// Reads a file; errors have Go's words.
fn read(path: &Path) -> Result<Arc<SourceFile>, String> {
    let shown = path.display();
    if path.is_dir() {
        return Err(format!("read {shown}: is a directory"));
    }
    read_file(path).map_err(|error| match &error {
        ReadError::Io(reason) if reason.kind() == std::io::ErrorKind::NotFound => not_there(path),
        _ => format!("open {shown}: {error}"),
    })
}

fn not_there(path: &Path) -> String {
    format!("open {}: no such file or directory", path.display())
}
