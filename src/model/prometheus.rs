//! `prometheus.yml`: what rules depend on, and the rest as far as a file can be judged without what it talks to. What is
//! inside service discovery, remote write and HTTP clients is not looked at.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decode::{Decoder, Fields};
use super::problem::Problem;
use super::prometheus_keys::{ALERTING, ALERTMANAGER, FILE, GLOBAL, JOB, STATIC};
use super::scalar::{Scalar, resolve, truth_of};
use super::text::{Pair, Text};
use super::wording::{Order, Stage};
use crate::labels::quote;
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target, Version};
use crate::yaml::{Node, NodeId, Tree};

/// The configuration of a Prometheus server.
#[derive(Clone, Debug, Default)]
pub struct PrometheusConfig {
    /// `global.scrape_interval`; a minute where it is not said.
    pub scrape_interval: Option<Spanned<Duration>>,
    /// `global.scrape_timeout`; ten seconds where it is not said.
    pub scrape_timeout: Option<Spanned<Duration>>,
    /// `global.evaluation_interval`; a minute where it is not said.
    pub evaluation_interval: Option<Spanned<Duration>>,
    /// `global.rule_query_offset`.
    pub rule_query_offset: Option<Spanned<Duration>>,
    /// `global.external_labels`, before `$VAR` is filled in.
    pub external_labels: Vec<Pair>,
    /// Paths of rule files; a `*` may stand in the last part. Relative to the configuration.
    pub rule_files: Vec<Text>,
    /// `alerting`, as written.
    pub alerting: Option<NodeId>,
    /// The jobs.
    pub scrape_configs: Vec<ScrapeConfig>,
    /// The first key that a Prometheus in agent mode refuses, if there is one.
    pub forbidden_to_agents: Option<&'static str>,
    /// Whether it has parts that nobody looked at here.
    pub has_unjudged: bool,
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
    /// Whether its series can have another `job` than its name: targets bring their own (`honor_labels`), or static labels
    /// or relabelling set one.
    pub may_rename_job: bool,
}

/// Reads a document as the configuration of a Prometheus server.
#[must_use]
pub fn decode_prometheus(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (PrometheusConfig, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    decoder.lenient = target.ignore_unknown_fields;
    let mut config = PrometheusConfig::default();
    if let Some(root) = decoder.root(document) {
        config = decoder.prometheus(root);
        decoder.further_documents(document);
    }
    (config, decoder.finish())
}

/// How often a job scrapes where nobody says.
const SCRAPE_INTERVAL: Duration = Duration::from_ms(60_000);

/// Keys with parts that are not looked at.
const UNJUDGED: [&str; 6] = [
    "remote_write",
    "remote_read",
    "storage",
    "tracing",
    "otlp",
    "scrape_config_files",
];
/// The same, of jobs and Alertmanagers.
const UNJUDGED_CLIENT: [&str; 8] = [
    "basic_auth",
    "authorization",
    "oauth2",
    "bearer_token",
    "bearer_token_file",
    "tls_config",
    "proxy_url",
    "http_headers",
];

/// Checked when all has been decoded, in the order of `step`.
fn late(step: usize) -> Stage {
    Stage::Validation {
        order: Order {
            group: step,
            ..Order::default()
        },
        places: Vec::new(),
    }
}

impl<'t> Decoder<'t> {
    fn prometheus(&mut self, root: Node<'t>) -> PrometheusConfig {
        let fields = self.fields(root, &FILE);
        let mut config = PrometheusConfig {
            has_unjudged: UNJUDGED.iter().any(|name| fields.get(name).is_some()),
            ..PrometheusConfig::default()
        };
        if let Some(global) = fields.get("global") {
            self.global(global, &mut config);
        }
        config.rule_files = self.texts(fields.get("rule_files"), "`rule_files`");
        self.rule_paths(&config.rule_files);
        config.alerting = fields.get("alerting").map(Node::id);
        let mut has_alerting = false;
        if let Some(alerting) = fields.get("alerting") {
            has_alerting = self.alerting(alerting, &mut config);
        }
        let jobs = self.items(
            fields.get("scrape_configs"),
            "`scrape_configs`",
            "[]*config.ScrapeConfig",
        );
        for job in jobs {
            if job.is_null() {
                self.schema(job.span(), "this item of `scrape_configs` is empty")
                    .worded(late(1), "empty or null scrape config section");
            } else {
                let job = self.job(job, &mut config);
                config.scrape_configs.push(job);
            }
        }
        self.job_names(&config.scrape_configs);
        let reads = fields.get("remote_read");
        let reads = reads.is_some_and(|list| list.items().len() > 0);
        config.forbidden_to_agents = match (has_alerting, config.rule_files.is_empty(), reads) {
            (true, _, _) => Some("alerting"),
            (_, false, _) => Some("rule_files"),
            (_, _, true) => Some("remote_read"),
            _ => None,
        };
        config
    }

    fn global(&mut self, node: Node<'t>, config: &mut PrometheusConfig) {
        let global = self.fields(node, &GLOBAL);
        config.external_labels = self.pairs(&global, "external_labels");
        self.check_label_names(&config.external_labels);
        config.scrape_interval = self.duration(&global, "scrape_interval");
        config.scrape_timeout = self.duration(&global, "scrape_timeout");
        config.evaluation_interval = self.duration(&global, "evaluation_interval");
        config.rule_query_offset = self.duration(&global, "rule_query_offset");
        let interval = or(config.scrape_interval, SCRAPE_INTERVAL);
        if let Some(timeout) = config
            .scrape_timeout
            .filter(|timeout| timeout.value > interval)
        {
            let text = "global scrape timeout greater than scrape interval";
            let message = format!(
                "the scrape timeout {} is longer than the scrape interval {interval}",
                timeout.value
            );
            self.schema(timeout.span, message).worded(Stage::Part, text);
        }
    }

    /// From the first `*` on there may be no `/`.
    fn rule_paths(&mut self, paths: &[Text]) {
        for path in paths {
            let rest = path.as_str().split_once('*').map(|(_, rest)| rest);
            if rest.is_some_and(|rest| rest.contains('/')) {
                let message = format!("`{path}` is no valid path of rule files");
                let text = format!("invalid rule file path {}", quote(path.as_str()));
                let problem = self.schema(path.span(), message);
                problem.worded(late(0), text).help =
                    Some("Prometheus allows `*` only in the last part of the path".to_owned());
            }
        }
    }

    /// Tells whether there is anything in it.
    fn alerting(&mut self, node: Node<'t>, config: &mut PrometheusConfig) -> bool {
        let fields = self.fields(node, &ALERTING);
        let null = "empty or null alert relabeling rule";
        self.relabels(&fields, "alert_relabel_configs", null);
        let list = self.items(
            fields.get("alertmanagers"),
            "`alertmanagers`",
            "config.AlertmanagerConfigs",
        );
        let has_alertmanagers = !list.is_empty();
        for item in list {
            if item.is_null() {
                self.schema(item.span(), "this item of `alertmanagers` is empty");
            } else {
                self.endpoint(item, config);
            }
        }
        let relabels = fields.get("alert_relabel_configs");
        has_alertmanagers || relabels.is_some_and(|list| list.items().len() > 0)
    }

    /// An entry of `alertmanagers`.
    fn endpoint(&mut self, node: Node<'t>, config: &mut PrometheusConfig) {
        let fields = self.fields(node, &ALERTMANAGER);
        self.duration(&fields, "timeout");
        for name in ["scheme", "path_prefix"] {
            self.text(&fields, name);
        }
        if let Some(version) = self.text(&fields, "api_version") {
            let supported: &[&str] = match self.target.prometheus >= Version::new(3, 0) {
                true => &["v2"],
                false => &["v1", "v2"],
            };
            if !supported.contains(&version.as_str()) {
                let supported = supported.join(" ");
                self.refuse(
                    version.span(),
                    format!(
                        "expected Alertmanager api version to be one of [{supported}] but got {version}"
                    ),
                );
            }
        }
        let null = "empty or null Alertmanager target relabeling rule";
        self.relabels(&fields, "relabel_configs", null);
        self.relabels(
            &fields,
            "alert_relabel_configs",
            "empty or null Alertmanager alert relabeling rule",
        );
        self.client(&fields, config);
    }

    fn job(&mut self, node: Node<'t>, config: &mut PrometheusConfig) -> ScrapeConfig {
        let fields = self.fields(node, &JOB);
        let job = ScrapeConfig {
            span: fields.span,
            job_name: self
                .text(&fields, "job_name")
                .filter(|name| !name.is_empty()),
            scrape_interval: self.duration(&fields, "scrape_interval"),
            scrape_timeout: self.duration(&fields, "scrape_timeout"),
            may_rename_job: may_rename_job(&fields),
        };
        if job.job_name.is_none() && node.is_mapping() {
            let place = fields
                .key_span("job_name")
                .unwrap_or_else(|| super::decode::head(node));
            self.schema(place, "a scrape job needs a `job_name`")
                .worded(Stage::Part, "job_name is empty");
        }
        for name in ["metrics_path", "scheme"] {
            self.text(&fields, name);
        }
        for name in ["honor_labels", "honor_timestamps"] {
            self.bool(&fields, name);
        }
        for name in [
            "sample_limit",
            "target_limit",
            "label_limit",
            "label_name_length_limit",
            "label_value_length_limit",
        ] {
            self.unsigned(&fields, name, "uint");
        }
        self.relabels(
            &fields,
            "relabel_configs",
            "empty or null target relabeling rule in scrape config",
        );
        self.relabels(
            &fields,
            "metric_relabel_configs",
            "empty or null metric relabeling rule in scrape config",
        );
        self.client(&fields, config);
        self.timeout_fits(&job, config);
        job
    }

    fn timeout_fits(&mut self, job: &ScrapeConfig, config: &PrometheusConfig) {
        let global = or(config.scrape_interval, SCRAPE_INTERVAL);
        let interval = or(job.scrape_interval, global);
        if let Some(timeout) = job
            .scrape_timeout
            .filter(|timeout| timeout.value > interval)
        {
            let name = job.job_name.as_ref().map_or("", |name| name.as_str());
            let text = format!(
                "scrape timeout greater than scrape interval for scrape config with job name {}",
                quote(name)
            );
            let message = format!(
                "the scrape timeout {} is longer than the scrape interval {interval}",
                timeout.value
            );
            self.schema(timeout.span, message).worded(late(1), text);
        }
    }

    fn job_names(&mut self, jobs: &[ScrapeConfig]) {
        let mut first_of: FxHashMap<&str, Span> = FxHashMap::default();
        for name in jobs.iter().filter_map(|job| job.job_name.as_ref()) {
            match first_of.get(name.as_str()) {
                Some(&first) => {
                    let message = format!("the job name `{name}` is used twice");
                    let text = format!(
                        "found multiple scrape configs with job name {}",
                        quote(name.as_str())
                    );
                    let problem = self.schema(name.span(), message);
                    problem.worded(late(1), text);
                    problem.related.push((first, "first used here".to_owned()));
                }
                None => {
                    first_of.insert(name.as_str(), name.span());
                }
            }
        }
    }

    /// How targets are found, and with what settings they are talked to.
    fn client(&mut self, fields: &Fields<'t>, config: &mut PrometheusConfig) {
        config.has_unjudged |= fields
            .names()
            .any(|name| name.ends_with("_sd_configs") || UNJUDGED_CLIENT.contains(&name));
        let relabels = fields.get("relabel_configs");
        let is_relabelled = relabels.is_some_and(|list| list.items().len() > 0);
        let list = self.items(
            fields.get("static_configs"),
            "`static_configs`",
            "discovery.StaticConfig",
        );
        for item in list {
            if item.is_null() {
                self.schema(item.span(), "this item of `static_configs` is empty")
                    .worded(Stage::Part, "empty or null section in static_configs");
                continue;
            }
            let fields = self.fields(item, &STATIC);
            let labels = self.pairs(&fields, "labels");
            for pair in &labels {
                if !super::names::is_label_name(pair.key.as_str(), self.target.utf8_names()) {
                    let text = format!("{} is not a valid label name", quote(pair.key.as_str()));
                    self.refuse(pair.key.span(), text);
                }
            }
            for address in self.texts(fields.get("targets"), "`targets`") {
                // Relabelling may still make an address of it.
                if !is_relabelled && address.as_str().contains('/') {
                    let text = format!("{} is not a valid hostname", quote(address.as_str()));
                    self.schema(address.span(), text.clone())
                        .worded(Stage::Part, text);
                }
            }
        }
    }

    /// A whole number that is not negative.
    pub fn unsigned(&mut self, fields: &Fields<'t>, name: &str, go: &str) {
        let Some(node) = fields.get(name) else { return };
        let fits = match resolve(node) {
            Scalar::Null => true,
            Scalar::Int(int) => int >= 0,
            Scalar::Float(float) => float >= 0.0,
            _ => false,
        };
        if !fits {
            self.mismatch(node, &format!("`{name}`"), "a whole number from 0 on", go);
        }
    }
}

/// A duration that is set, and not to zero, or else the other.
fn or(duration: Option<Spanned<Duration>>, other: Duration) -> Duration {
    duration
        .map(|duration| duration.value)
        .filter(|duration| duration.ms != 0)
        .unwrap_or(other)
}

/// Whether series of a job can have another `job` than its name.
fn may_rename_job(job: &Fields<'_>) -> bool {
    let honors = job.get("honor_labels").and_then(truth_of) == Some(true);
    let configs = ["relabel_configs", "metric_relabel_configs"];
    let mut relabels = configs
        .into_iter()
        .filter_map(|name| job.get(name))
        .flat_map(Node::items);
    let is_written = |node: Option<Node<'_>>| {
        // `$1` may be any name.
        let text = node.and_then(Node::scalar).unwrap_or_default();
        text == "job" || text.contains('$')
    };
    let relabelled = relabels.any(|config| {
        let action = config.get("action").and_then(Node::scalar);
        is_written(config.get("target_label"))
            || action.is_some_and(|action| action.eq_ignore_ascii_case("labelmap"))
    });
    let mut of_targets = job.get("static_configs").into_iter().flat_map(Node::items);
    let set = of_targets.any(|config| {
        let labels = config.get("labels");
        labels.is_some_and(|labels| labels.get("job").is_some())
    });
    honors || relabelled || set
}
