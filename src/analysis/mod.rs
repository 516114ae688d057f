//! What can be proved about rules without data.

mod facts;
mod fixtures;
mod label_class;
mod labels;
mod values;

pub use facts::{AlertFacts, EnvironmentFacts};
pub use fixtures::{FixtureFacts, Read, TestFacts, TestedRule, Window, selects};
pub use label_class::{ExternalLabels, LabelClass, Truth, classes_of};
pub use labels::{Shape, shapes_of};
pub use values::LabelValues;
