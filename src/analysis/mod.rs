//! What can be proved about rules without data.

mod absence;
mod facts;
mod fixtures;
mod label_class;
mod labels;
mod sample_value;
mod templates;
mod values;

pub use absence::{Lost, why_absent};
pub use facts::{AlertFacts, EnvironmentFacts};
pub use fixtures::{FixtureFacts, Read, TestFacts, TestedRule, Window, selects};
pub use label_class::{ExternalLabels, LabelClass, Truth, classes_of};
pub use labels::{Shape, shapes_of};
pub use sample_value::{compared_with, constant_value, may_be_histogram, number};
pub use templates::{Place, TemplateFacts};
pub use values::LabelValues;
