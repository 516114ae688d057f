use std::path::Path;

use crate::project::ProjectFile;
use crate::target::{Duration, Features, Version};
use crate::yaml::Node;

/// What the files of Docker Compose say of Prometheus and Alertmanager.
#[derive(Default)]
pub(super) struct Composed {
    /// The oldest version, where there are several.
    pub prometheus: Option<Version>,
    pub alertmanager: Option<Version>,
    /// Feature flags that change what a rule means.
    pub flags: Vec<String>,
    /// How long samples are kept.
    pub retention: Option<String>,
}

impl Composed {
    pub fn new<'f>(files: impl Iterator<Item = &'f ProjectFile>) -> Self {
        let mut composed = Self::default();
        for file in files.filter(|file| is_compose(file.file.path())) {
            let services = file.tree.root(0).and_then(|root| root.get("services"));
            for (_, service) in services.into_iter().flat_map(Node::pairs) {
                composed.service(service);
            }
        }
        composed
    }

    fn service(&mut self, service: Node<'_>) {
        let image = service.get("image").and_then(Node::scalar);
        let Some((name, version)) = image.map(filled).as_deref().and_then(image_version) else {
            return;
        };
        let known = match name.as_str() {
            "prometheus" => &mut self.prometheus,
            "alertmanager" => &mut self.alertmanager,
            _ => return,
        };
        *known = (*known).into_iter().chain(version).min();
        if name == "prometheus" {
            for word in words(service.get("command")) {
                self.flag(&word);
            }
        }
    }

    fn flag(&mut self, word: &str) {
        let Some((flag, value)) = word.trim_start_matches('-').split_once('=') else {
            return;
        };
        match flag {
            "enable-feature" => {
                let known = value
                    .split(',')
                    .filter(|name| Features::NAMES.contains(name));
                for name in known {
                    if !self.flags.iter().any(|known| known == name) {
                        self.flags.push(name.to_owned());
                    }
                }
            }
            "storage.tsdb.retention.time" if Duration::parse(value).is_ok() => {
                self.retention = Some(value.to_owned());
            }
            _ => {}
        }
    }
}

fn is_compose(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    name.starts_with("docker-compose") || name.starts_with("compose")
}

/// A text with the defaults of its variables: `${VERSION:-v2.53.0}`.
fn filled(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let (variable, behind) = behind.split_once('}').unwrap_or((behind, ""));
        let default = variable.split_once('-').map_or("", |(_, default)| default);
        filled.push_str(before);
        filled.push_str(default);
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// The last part of an image's name, and its version if it is one.
fn image_version(image: &str) -> Option<(String, Option<Version>)> {
    let image = image.split('@').next()?;
    let last = image.rsplit('/').next()?;
    let (name, tag) = last.split_once(':').unwrap_or((last, ""));
    let tag = tag.split('-').next().unwrap_or_default();
    // `v3` may be any 3.x.
    let version = Some(tag)
        .filter(|tag| tag.contains('.'))
        .and_then(Version::parse);
    Some((name.to_owned(), version))
}

/// The words of a command, be it a list or a text.
fn words(command: Option<Node<'_>>) -> Vec<String> {
    let Some(command) = command else {
        return Vec::new();
    };
    let texts = command
        .scalar()
        .into_iter()
        .chain(command.items().filter_map(Node::scalar));
    let words = texts.flat_map(str::split_whitespace);
    words
        .map(|word| word.trim_matches(['"', '\'']).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read_with_their_defaults() {
        let read = |image: &str| image_version(&filled(image));
        let found = |name: &str, version| Some((name.to_owned(), version));
        let version = Some(Version::new(2, 53));
        assert_eq!(
            read("prom/prometheus:v2.53.1"),
            found("prometheus", version)
        );
        assert_eq!(
            read("quay.io:443/prometheus/prometheus:v2.53.1-distroless@sha256:ab"),
            found("prometheus", version)
        );
        assert_eq!(
            read("prom/prometheus:${TAG:-v2.53.1}"),
            found("prometheus", version)
        );
        assert_eq!(read("prom/prometheus:latest"), found("prometheus", None));
        assert_eq!(read("prom/prometheus:${TAG}"), found("prometheus", None));
        assert_eq!(read("redis"), found("redis", None));
    }
}
