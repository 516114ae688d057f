use crate::project::ProjectFile;
use crate::target::{Duration, Features, Program, Version};

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
        let files = files.filter_map(|file| file.compose.as_ref());
        for service in files.flat_map(|compose| &compose.services) {
            let known = match service.program {
                Program::Prometheus => &mut composed.prometheus,
                Program::Alertmanager => &mut composed.alertmanager,
            };
            *known = (*known).into_iter().chain(service.version).min();
            if service.program == Program::Prometheus {
                for flag in &service.flags {
                    composed.flag(&flag.name, flag.value.as_deref().unwrap_or_default());
                }
            }
        }
        composed
    }

    fn flag(&mut self, name: &str, value: &str) {
        match name {
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
