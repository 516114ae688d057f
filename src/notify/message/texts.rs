use super::{Failed, Message, Notification, data_of};
use crate::model::AlertmanagerConfig;
use crate::notify::clock::{Event, Setup, What};
use crate::target::Target;
use crate::template::alertmanager::Templates;
use crate::yaml::Tree;

/// Where Alertmanager is reached where nothing is said: its own default, on this machine.
const EXTERNAL_URL: &str = "http://localhost:9093";

/// All that decides on the texts of messages.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'c> {
    /// The configuration.
    pub config: &'c AlertmanagerConfig,
    /// The file of the configuration.
    pub tree: &'c Tree,
    /// Its templates.
    pub templates: &'c Templates,
    /// The Alertmanager that is aimed at.
    pub target: &'c Target,
}

impl Texts<'_> {
    /// The message of an event that sends one; the error says why nothing is sent after all.
    #[must_use]
    pub fn of(&self, event: &Event, setup: &Setup<'_>) -> Option<Result<Message, Failed>> {
        let What::Sent {
            integration, kind, ..
        } = event.what
        else {
            return None;
        };
        let receiver = setup.receivers.get(&event.receiver)?;
        let integration = receiver.integrations.get(integration)?;
        let notification = Notification {
            templates: &self.templates.clone().at(event.at as f64 / 1000.0),
            data: &data_of(event, EXTERNAL_URL),
            group_key: &event.group_key,
            global: self.config.global.map(|global| self.tree.node(global)),
            target: self.target,
        };
        notification.message(&format!("{kind}_configs"), self.tree.node(integration.node))
    }
}
