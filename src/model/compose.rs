//! Files of Docker Compose: the services that run Prometheus or Alertmanager, as far as they say how.

use std::sync::Arc;

use super::text::Text;
use crate::source::Span;
use crate::target::{Program, Version};
use crate::yaml::{Node, Tree};

/// A Compose file with a service that runs Prometheus or Alertmanager.
#[derive(Clone, Debug)]
pub struct Compose {
    /// Those services, in order.
    pub services: Vec<Service>,
}

/// A service that runs Prometheus or Alertmanager.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name, by which other services reach it.
    pub name: Text,
    /// The program, by the name of the image.
    pub program: Program,
    /// Whether the image is the one that the project publishes.
    pub is_upstream: bool,
    /// The image.
    pub image: Text,
    /// The version, where the tag says it.
    pub version: Option<Version>,
    /// `container_name`.
    pub container_name: Option<Text>,
    /// Whether the program is not started as the image starts it (`entrypoint`).
    pub has_entrypoint: bool,
    /// Whether `hostname`, `domainname` or `network_mode` says under which name it runs.
    pub has_host: bool,
    /// The flags of the command.
    pub flags: Vec<FlagUse>,
    /// The key of the flags; nothing without a command.
    pub command: Option<Span>,
    /// The names of the variables that it is given.
    pub environment: Vec<Text>,
    /// What is mounted from the host.
    pub mounts: Vec<Mount>,
}

/// A flag of a command.
#[derive(Clone, Debug)]
pub struct FlagUse {
    /// Name, without the dashes and the value.
    pub name: String,
    /// The value behind `=`, or the next word.
    pub value: Option<String>,
    /// The bytes of the dashes and the name.
    pub span: Span,
}

/// Something of the host that is to be seen in a container.
#[derive(Clone, Debug)]
pub struct Mount {
    /// The path on the host.
    pub source: String,
    /// The path in the container.
    pub target: String,
    /// The bytes that say it.
    pub span: Span,
}

impl Service {
    /// The flag of that name, the last one where it stands twice.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&FlagUse> {
        self.flags.iter().rev().find(|flag| flag.name == name)
    }

    /// Where to say what it lacks: the command, or the image.
    #[must_use]
    pub fn place(&self) -> Span {
        self.command.unwrap_or_else(|| self.image.span())
    }
}

/// Reads a document; nothing where no service runs one of the two programs.
#[must_use]
pub fn decode_compose(tree: &Arc<Tree>) -> Option<Compose> {
    let services = tree.root(0)?.get("services")?;
    let services: Vec<Service> = services
        .pairs()
        .filter_map(|(name, service)| service_of(tree, name, service))
        .collect();
    (!services.is_empty()).then_some(Compose { services })
}

fn service_of(tree: &Arc<Tree>, name: Node<'_>, service: Node<'_>) -> Option<Service> {
    let text = |node: Node<'_>| Text::new(tree, node.id());
    let image = service
        .get("image")
        .filter(|image| image.scalar().is_some())?;
    let image = text(image);
    let filled = filled(image.as_str());
    let (repository, version) = image_version(&filled)?;
    let program = match repository.rsplit('/').next()? {
        "prometheus" => Program::Prometheus,
        "alertmanager" => Program::Alertmanager,
        _ => return None,
    };
    let command = service.get("command").filter(|command| !command.is_null());
    let key = service
        .pairs()
        .find(|(key, _)| key.scalar() == Some("command"));
    let has = |key: &str| service.get(key).is_some_and(|value| !value.is_null());
    Some(Service {
        name: text(name),
        program,
        is_upstream: UPSTREAM.contains(&repository),
        version,
        container_name: service.get("container_name").map(text),
        has_entrypoint: has("entrypoint"),
        has_host: ["hostname", "domainname", "network_mode"]
            .into_iter()
            .any(has),
        flags: command.map_or_else(Vec::new, |command| flags(tree, command)),
        command: key.map(|(key, _)| key.span()),
        environment: environment(tree, service),
        mounts: mounts(tree, service),
        image,
    })
}

/// Where the two projects publish their images, without the part behind the last slash.
const UPSTREAM: [&str; 6] = [
    "prom/prometheus",
    "prom/alertmanager",
    "docker.io/prom/prometheus",
    "docker.io/prom/alertmanager",
    "quay.io/prometheus/prometheus",
    "quay.io/prometheus/alertmanager",
];

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

/// The name of an image without its tag, and its version if the tag is one.
fn image_version(image: &str) -> Option<(&str, Option<Version>)> {
    let image = image.split('@').next()?;
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match image[last..].find(':') {
        Some(colon) => (&image[..last + colon], &image[last + colon + 1..]),
        None => (image, ""),
    };
    let tag = tag.split('-').next().unwrap_or_default();
    // `v3` may be any 3.x.
    let version = Some(tag)
        .filter(|tag| tag.contains('.'))
        .and_then(Version::parse);
    Some((name, version))
}

/// The flags of a command, be it a list or a text.
fn flags(tree: &Arc<Tree>, command: Node<'_>) -> Vec<FlagUse> {
    let items = command.items().filter(|item| item.scalar().is_some());
    let scalars: Vec<Node<'_>> = command
        .scalar()
        .map(|_| command)
        .into_iter()
        .chain(items)
        .collect();
    let mut flags: Vec<FlagUse> = Vec::new();
    let mut is_open = false;
    for scalar in scalars {
        let text = Text::new(tree, scalar.id());
        let whole = text.as_str();
        // An item of a list is one word, be there blanks in it or not.
        let words: Vec<&str> = match command.scalar() {
            Some(_) => whole.split_whitespace().collect(),
            None => vec![whole],
        };
        for word in words {
            let bare = word.trim_matches(['"', '\'']);
            let at = bare.as_ptr() as usize - whole.as_ptr() as usize;
            match bare.strip_prefix("--") {
                Some(flag) => {
                    let (name, value) = match flag.split_once('=') {
                        Some((name, value)) => (name, Some(value.to_owned())),
                        None => (flag, None),
                    };
                    is_open = value.is_none();
                    flags.push(FlagUse {
                        name: name.to_owned(),
                        value,
                        span: text.map(Span::new(at, at + 2 + name.len())),
                    });
                }
                None => {
                    if let Some(last) = flags.last_mut().filter(|_| is_open) {
                        last.value = Some(bare.to_owned());
                    }
                    is_open = false;
                }
            }
        }
    }
    flags
}

/// `A=b` in a list, or keys of a mapping.
fn environment(tree: &Arc<Tree>, service: Node<'_>) -> Vec<Text> {
    let Some(environment) = service.get("environment") else {
        return Vec::new();
    };
    let keys = environment.pairs().map(|(key, _)| key);
    let nodes = environment.items().chain(keys);
    nodes.map(|node| Text::new(tree, node.id())).collect()
}

fn mounts(tree: &Arc<Tree>, service: Node<'_>) -> Vec<Mount> {
    let items = service.get("volumes").into_iter().flat_map(Node::items);
    let found = items.filter_map(|item| {
        if let Some(short) = item.scalar() {
            let (source, rest) = short.split_once(':')?;
            let target = rest.split(':').next()?;
            let text = Text::new(tree, item.id());
            return Some(Mount {
                source: source.to_owned(),
                target: target.to_owned(),
                span: text.map(Span::new(0, source.len())),
            });
        }
        let part = |key: &str| item.get(key).and_then(Node::scalar);
        if part("type") != Some("bind") {
            return None;
        }
        Some(Mount {
            source: part("source")?.to_owned(),
            target: part("target")?.to_owned(),
            span: item.get("source")?.span(),
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read_with_their_defaults() {
        let read = |image: &str| {
            let filled = filled(image);
            image_version(&filled).map(|(name, version)| (name.to_owned(), version))
        };
        let found = |name: &str, version| Some((name.to_owned(), version));
        let version = Some(Version::new(2, 53));
        for (image, name, version) in [
            ("prom/prometheus:v2.53.1", "prom/prometheus", version),
            (
                "quay.io:443/prometheus/prometheus:v2.53.1-distroless@sha256:ab",
                "quay.io:443/prometheus/prometheus",
                version,
            ),
            (
                "prom/prometheus:${TAG:-v2.53.1}",
                "prom/prometheus",
                version,
            ),
            ("prom/prometheus:latest", "prom/prometheus", None),
            ("prom/prometheus:${TAG}", "prom/prometheus", None),
            ("redis", "redis", None),
        ] {
            assert_eq!(read(image), found(name, version), "{image}");
        }
    }

    #[test]
    fn flags_are_read_from_lists_and_texts() {
        let read = |command: &str| {
            let text =
                format!("services:\n  p:\n    image: prom/prometheus\n    command: {command}\n");
            let file = crate::source::SourceFile::new("compose.yml", &text);
            let tree = Arc::new(Tree::parse(&file));
            let service = decode_compose(&tree).unwrap().services.remove(0);
            let flags = service.flags.iter();
            let flags = flags.map(|flag| (file.slice(flag.span).to_owned(), flag.value.clone()));
            flags.collect::<Vec<_>>()
        };
        let expected = vec![
            ("--config.file".to_owned(), Some("/a.yml".to_owned())),
            ("--web.enable-lifecycle".to_owned(), None),
        ];
        assert_eq!(
            read("['--config.file=/a.yml', --web.enable-lifecycle]"),
            expected
        );
        assert_eq!(
            read("[--config.file, /a.yml, --web.enable-lifecycle]"),
            expected
        );
        assert_eq!(
            read("--config.file=/a.yml --web.enable-lifecycle"),
            expected
        );
    }
}
