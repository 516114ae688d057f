//! What can be proved about rules without data.

mod absence;
mod conditions;
mod facts;
mod fixtures;
mod interval;
mod knowledge;
mod label_class;
mod labels;
mod metrics;
mod numbers;
mod reasons;
mod records;
mod sample_value;
mod seen;
mod templates;
mod times;
mod values;
mod verdict;

pub use absence::{Lost, why_absent};
pub use conditions::{branches, filters, has_selector};
pub use facts::{EnvironmentFacts, RuleFacts, external_labels};
pub use fixtures::{FixtureFacts, Read, TestFacts, TestedRule, Window, selects};
pub use interval::Interval;
pub use knowledge::Knowledge;
pub use label_class::{ExternalLabels, LabelClass, Truth, classes_of};
pub use labels::{Shape, shapes_of};
pub use metrics::{Dumped, MetricFact, MetricSource, Metrics};
pub use numbers::numbers_of;
pub use reasons::{quoted, reasons_for};
pub use records::{Records, RuleAt, names_read};
pub use sample_value::{compared_with, may_be_histogram, number};
pub use seen::Seen;
pub use templates::{Place, TemplateFacts};
pub use times::Times;
pub use values::LabelValues;
pub use verdict::{Cause, Dead, Mismatch, Verdict, judge};
