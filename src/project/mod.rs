//! What belongs together: settings, environments, and every file loaded once with all its expressions, templates and
//! matchers parsed.

mod environment;
mod file;
mod files;
mod glob;
mod load;
mod members;
mod open;
mod rules;
mod settings;
mod walk;

pub use environment::{Environment, Located};
pub use file::{Alertmanager, Issue, IssueKind, ProjectFile};
pub use glob::expand;
pub use load::{load, load_as};
pub use open::{Choice, OpenError, Project, open};
pub use rules::{Group, Rule, RuleText};
pub use settings::settings_for;
