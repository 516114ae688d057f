//! The keys of `prometheus.yml`. What is inside service discovery, remote write and HTTP clients is left open.

use super::shape::{Key, Product, Shape, key, since};

const fn shape(what: &'static str, go: &'static str, keys: &'static [Key]) -> Shape {
    Shape {
        what,
        go,
        product: Product::Prometheus,
        keys,
        foreign: &[],
        open: false,
    }
}

pub(super) static FILE: Shape = shape(
    "the configuration of Prometheus",
    "config.plain",
    &[
        key("global"),
        since("runtime", 2, 53),
        key("alerting"),
        key("rule_files"),
        since("scrape_config_files", 2, 43),
        key("scrape_configs"),
        key("storage"),
        key("tracing"),
        key("remote_write"),
        key("remote_read"),
        since("otlp", 2, 54),
    ],
);

pub(super) static GLOBAL: Shape = shape(
    "`global`",
    "config.plain",
    &[
        key("scrape_interval"),
        key("scrape_timeout"),
        since("scrape_protocols", 2, 49),
        key("evaluation_interval"),
        since("rule_query_offset", 2, 53),
        key("query_log_file"),
        since("scrape_failure_log_file", 2, 55),
        key("external_labels"),
        since("body_size_limit", 2, 45),
        since("sample_limit", 2, 45),
        since("target_limit", 2, 45),
        since("label_limit", 2, 45),
        since("label_name_length_limit", 2, 45),
        since("label_value_length_limit", 2, 45),
        since("keep_dropped_targets", 2, 47),
        since("metric_name_validation_scheme", 2, 55),
        since("metric_name_escaping_scheme", 3, 0),
        since("scrape_native_histograms", 3, 0),
        since("convert_classic_histograms_to_nhcb", 3, 0),
        since("always_scrape_classic_histograms", 3, 0),
        since("extra_scrape_metrics", 3, 0),
    ],
);

pub(super) static ALERTING: Shape = shape(
    "`alerting`",
    "config.plain",
    &[key("alert_relabel_configs"), key("alertmanagers")],
);

pub(super) static STATIC: Shape = shape(
    "a static config",
    "struct { Targets []string \"yaml:\\\"targets\\\"\"; Labels model.LabelSet \"yaml:\\\"labels\\\"\" }",
    &[key("targets"), key("labels")],
);

pub(super) static RELABEL: Shape = shape(
    "a relabel config",
    "relabel.plain",
    &[
        key("source_labels"),
        key("separator"),
        key("regex"),
        key("modulus"),
        key("target_label"),
        key("replacement"),
        key("action"),
    ],
);

/// Settings of HTTP clients, and how targets are found.
macro_rules! with_client {
    ($($key:expr),* $(,)?) => {
        &[
            $($key,)*
            key("relabel_configs"),
            key("basic_auth"),
            key("authorization"),
            key("oauth2"),
            key("bearer_token"),
            key("bearer_token_file"),
            key("tls_config"),
            key("follow_redirects"),
            key("enable_http2"),
            key("proxy_url"),
            since("no_proxy", 2, 43),
            since("proxy_from_environment", 2, 43),
            since("proxy_connect_header", 2, 43),
            since("http_headers", 2, 55),
            key("static_configs"),
            since("aws_sd_configs", 3, 0),
            key("azure_sd_configs"),
            key("consul_sd_configs"),
            key("digitalocean_sd_configs"),
            key("dns_sd_configs"),
            key("docker_sd_configs"),
            key("dockerswarm_sd_configs"),
            key("ec2_sd_configs"),
            key("eureka_sd_configs"),
            key("file_sd_configs"),
            key("gce_sd_configs"),
            key("hetzner_sd_configs"),
            key("http_sd_configs"),
            key("ionos_sd_configs"),
            key("kubernetes_sd_configs"),
            key("kuma_sd_configs"),
            key("lightsail_sd_configs"),
            key("linode_sd_configs"),
            key("marathon_sd_configs"),
            key("nerve_sd_configs"),
            key("nomad_sd_configs"),
            since("oci_sd_configs", 3, 0),
            key("openstack_sd_configs"),
            since("outscale_sd_configs", 3, 0),
            key("ovhcloud_sd_configs"),
            key("puppetdb_sd_configs"),
            key("scaleway_sd_configs"),
            key("serverset_sd_configs"),
            since("stackit_sd_configs", 3, 0),
            key("triton_sd_configs"),
            key("uyuni_sd_configs"),
            key("vultr_sd_configs"),
        ]
    };
}

pub(super) static JOB: Shape = shape(
    "a scrape job",
    "config.ScrapeConfig",
    with_client![
        key("job_name"),
        key("honor_labels"),
        key("honor_timestamps"),
        since("track_timestamps_staleness", 2, 48),
        key("params"),
        key("scrape_interval"),
        key("scrape_timeout"),
        since("scrape_protocols", 2, 49),
        since("fallback_scrape_protocol", 3, 0),
        since("scrape_native_histograms", 3, 0),
        since("scrape_classic_histograms", 2, 45),
        since("always_scrape_classic_histograms", 3, 0),
        since("convert_classic_histograms_to_nhcb", 3, 0),
        since("scrape_failure_log_file", 2, 55),
        key("metrics_path"),
        key("scheme"),
        since("enable_compression", 2, 49),
        key("body_size_limit"),
        key("sample_limit"),
        key("target_limit"),
        key("label_limit"),
        key("label_name_length_limit"),
        key("label_value_length_limit"),
        since("native_histogram_bucket_limit", 2, 45),
        since("native_histogram_min_bucket_factor", 2, 50),
        since("keep_dropped_targets", 2, 47),
        since("metric_name_validation_scheme", 2, 55),
        since("metric_name_escaping_scheme", 3, 0),
        since("extra_scrape_metrics", 3, 0),
        key("metric_relabel_configs"),
    ],
);

pub(super) static ALERTMANAGER: Shape = shape(
    "an entry of `alertmanagers`",
    "config.AlertmanagerConfig",
    with_client![
        key("scheme"),
        key("path_prefix"),
        key("timeout"),
        key("api_version"),
        since("sigv4", 2, 48),
        since("alert_relabel_configs", 2, 51),
    ],
);
