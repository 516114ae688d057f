//! `prometheus.yml`, as far as rules depend on it. Keys that do not matter here are not looked at.

use std::sync::Arc;

use super::decode::{Decoder, Fields};
use super::problem::Problem;
use super::shape::{Product, Shape, key, since};
use super::text::{Pair, Text};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target};
use crate::yaml::{Node, NodeId, Tree};

/// The configuration of a Prometheus server.
#[derive(Clone, Debug, Default)]
pub struct PrometheusConfig {
    /// `global.scrape_interval`; a minute where it is not said.
    pub scrape_interval: Option<Spanned<Duration>>,
    /// `global.evaluation_interval`; a minute where it is not said.
    pub evaluation_interval: Option<Spanned<Duration>>,
    /// `global.rule_query_offset`.
    pub rule_query_offset: Option<Spanned<Duration>>,
    /// `global.external_labels`, before `$VAR` is filled in.
    pub external_labels: Vec<Pair>,
    /// Paths of rule files; a `*` may stand in the last part. Relative to the configuration.
    pub rule_files: Vec<Text>,
    /// `alerting`, not looked at.
    pub alerting: Option<NodeId>,
    /// The jobs.
    pub scrape_configs: Vec<ScrapeConfig>,
}

/// A scrape job.
#[derive(Clone, Debug)]
pub struct ScrapeConfig {
    /// The bytes of the item.
    pub span: Span,
    /// Its name.
    pub job_name: Option<Text>,
    /// How often it scrapes.
    pub scrape_interval: Option<Spanned<Duration>>,
    /// How long a scrape may last.
    pub scrape_timeout: Option<Spanned<Duration>>,
}

static FILE: Shape = Shape {
    what: "the configuration of Prometheus",
    product: Product::Prometheus,
    keys: &[
        key("global"),
        key("rule_files"),
        key("alerting"),
        key("scrape_configs"),
    ],
    foreign: &[],
    open: true,
};

static GLOBAL: Shape = Shape {
    what: "`global`",
    product: Product::Prometheus,
    keys: &[
        key("scrape_interval"),
        key("evaluation_interval"),
        since("rule_query_offset", 2, 53),
        key("external_labels"),
    ],
    foreign: &[],
    open: true,
};

static JOB: Shape = Shape {
    what: "a scrape job",
    product: Product::Prometheus,
    keys: &[
        key("job_name"),
        key("scrape_interval"),
        key("scrape_timeout"),
    ],
    foreign: &[],
    open: true,
};

/// Reads a document as the configuration of a Prometheus server.
#[must_use]
pub fn decode_prometheus(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (PrometheusConfig, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    let mut config = PrometheusConfig::default();
    if let Some(root) = decoder.root(document) {
        config = decoder.prometheus(root);
        decoder.further_documents(document);
    }
    (config, decoder.finish())
}

impl<'t> Decoder<'t> {
    fn prometheus(&mut self, root: Node<'t>) -> PrometheusConfig {
        let fields = self.fields(root, &FILE);
        let global = match fields.get("global") {
            Some(global) => self.fields(global, &GLOBAL),
            None => Fields::default(),
        };
        let external_labels = self.pairs(&global, "external_labels");
        self.check_label_names(&external_labels);
        let rule_files = self.texts(fields.get("rule_files"), "`rule_files`");
        for path in rule_files
            .iter()
            .filter(|path| !is_rule_path(path.as_str()))
        {
            let problem = self.schema(
                path.span(),
                format!("`{path}` is no valid path of rule files"),
            );
            problem.help =
                Some("Prometheus allows `*` only in the last part of the path".to_owned());
        }
        let jobs = self.items(fields.get("scrape_configs"), "`scrape_configs`");
        PrometheusConfig {
            scrape_interval: self.duration(&global, "scrape_interval"),
            evaluation_interval: self.duration(&global, "evaluation_interval"),
            rule_query_offset: self.duration(&global, "rule_query_offset"),
            external_labels,
            rule_files,
            alerting: fields.get("alerting").map(Node::id),
            scrape_configs: jobs.into_iter().map(|job| self.job(job)).collect(),
        }
    }

    fn job(&mut self, node: Node<'t>) -> ScrapeConfig {
        let fields = self.fields(node, &JOB);
        ScrapeConfig {
            span: fields.span,
            job_name: self.text(&fields, "job_name"),
            scrape_interval: self.duration(&fields, "scrape_interval"),
            scrape_timeout: self.duration(&fields, "scrape_timeout"),
        }
    }
}

/// From the first `*` on there may be no `/`.
fn is_rule_path(path: &str) -> bool {
    path.split_once('*')
        .is_none_or(|(_, rest)| !rest.contains('/'))
}
