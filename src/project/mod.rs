//! What belongs together: settings, environments, and every file loaded once with all its expressions, templates and
//! matchers parsed.

mod dumps;
mod embedded;
mod environment;
mod file;
mod files;
mod fixture_rules;
mod glob;
mod input;
mod load;
mod members;
mod open;
mod rules;
mod runbooks;
mod settings;
mod templates;
mod walk;

pub use dumps::Dump;
pub use environment::{Environment, Located, NamedRules};
pub use file::{Alertmanager, Issue, IssueKind, ProjectFile};
pub use files::Texts;
pub use files::identity;
pub use glob::{Globs, expand, folder_of, is_pattern};
pub use input::{EndKind, Input, InputEnd, Series, read_input};
pub use load::{load, load_as};
pub use open::{Choice, OpenError, Project, open, open_with};
pub use rules::{Group, Rule, RuleText};
pub use runbooks::{Found, Link, Page, RunbookFile, Runbooks, Section, is_name_of};
pub use settings::settings_for;
pub use templates::{TemplateFile, Templates};
pub use walk::{pages_below, tidy};
