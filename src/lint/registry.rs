use std::sync::LazyLock;

use super::context::{Context, Findings};
use super::lints;
use crate::analysis::RuleFacts;
use crate::diagnostic::Level;

/// A lint: what it is called, what it says of itself, and how it looks.
#[derive(Debug)]
pub struct Lint {
    /// Name, subject first: `inhibit-never-matches`.
    pub name: &'static str,
    /// The level of its findings where nobody says otherwise. A finding may come with another one; the documentation
    /// tells when.
    pub level: Level,
    /// One sentence.
    pub summary: &'static str,
    /// Markdown under fixed headings: what it does, why it matters, what it does not catch.
    pub documentation: &'static str,
    /// Projects in which it must find something.
    pub bad: &'static [Example],
    /// Projects in which it must find nothing.
    pub good: &'static [Example],
    /// The check itself.
    pub check: Check,
}

/// How a lint looks, by what it has to see at once.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// At one rule whose expression parses. All that it finds lies in that rule.
    Rule(fn(&Context<'_>, RuleFacts<'_>, &mut Findings<'_>)),
    /// At one alerting rule whose expression parses, likewise.
    Alert(fn(&Context<'_>, RuleFacts<'_>, &mut Findings<'_>)),
    /// At everything that runs together.
    Environment(fn(&Context<'_>, &mut Findings<'_>)),
}

/// A small project that shows what a lint does. It is documentation and test at once.
#[derive(Debug)]
pub struct Example {
    /// What is to be seen.
    pub title: &'static str,
    /// File names and texts; `rulecheck.yaml` holds the settings.
    pub files: &'static [(&'static str, &'static str)],
}

/// Lints about one subject. The name is that of their folder.
#[derive(Debug)]
pub struct Group {
    /// Name: `fixture`.
    pub name: &'static str,
    /// What its lints look at, as the end of a sentence.
    pub subject: &'static str,
    /// Its lints, in the order of the documentation.
    pub lints: &'static [&'static Lint],
}

/// The folder with a page for each lint.
const DOCUMENTATION: &str = "https://github.com/rulecheck/rulecheck/blob/main/docs/lints";

/// The group of lints that look at unit tests; `rulecheck test` runs it alone.
pub const FIXTURE: &str = "fixture";

/// Every group, in the order of the documentation.
#[must_use]
pub fn groups() -> &'static [Group] {
    GROUPS
}

/// Every lint, in the order of the documentation.
#[must_use]
pub fn all() -> &'static [&'static Lint] {
    &ALL
}

/// The names of all lints, in the same order.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|lint| lint.name)
}

/// The lint of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Lint> {
    ALL.iter().copied().find(|lint| lint.name == name)
}

/// The page about the lint of that name.
#[must_use]
pub fn documentation_url(name: &str) -> String {
    format!("{DOCUMENTATION}/{name}.md")
}

static ALL: LazyLock<Vec<&'static Lint>> = LazyLock::new(|| {
    let groups = GROUPS.iter();
    groups
        .flat_map(|group| group.lints.iter().copied())
        .collect()
});

static GROUPS: &[Group] = &[
    Group {
        name: "loading",
        subject: "what Prometheus and Alertmanager refuse to load",
        lints: &[
            &lints::loading::yaml_schema::LINT,
            &lints::loading::promql_syntax::LINT,
            &lints::loading::feature_not_enabled::LINT,
            &lints::loading::duration_invalid::LINT,
            &lints::loading::template_invalid::LINT,
        ],
    },
    Group {
        name: "rules",
        subject: "what the team demands of its rules",
        lints: &[
            &lints::rules::severity_label::LINT,
            &lints::rules::required_metadata::LINT,
            &lints::rules::for_bounds::LINT,
        ],
    },
    Group {
        name: "labels",
        subject: "the labels and annotations that a rule sets",
        lints: &[
            &lints::labels::value_in_label::LINT,
            &lints::labels::vocabulary_typo::LINT,
            &lints::labels::reserved_label::LINT,
            &lints::labels::severity_ladder::LINT,
        ],
    },
    Group {
        name: "templates",
        subject: "the templates in labels and annotations, and what their text says",
        lints: &[
            &lints::templates::template_execution::LINT,
            &lints::templates::template_label_never::LINT,
            &lints::templates::template_label_branch::LINT,
            &lints::templates::template_unit::LINT,
            &lints::templates::template_raw_value::LINT,
            &lints::templates::template_verb::LINT,
            &lints::templates::template_query::LINT,
            &lints::templates::text_threshold_drift::LINT,
        ],
    },
    Group {
        name: "promql",
        subject: "what an expression can never do",
        lints: &[
            &lints::promql::never_matches::LINT,
            &lints::promql::noop_unless::LINT,
            &lints::promql::comparison_impossible::LINT,
            &lints::promql::comparison_always::LINT,
            &lints::promql::stale_timestamp::LINT,
            &lints::promql::no_condition::LINT,
            &lints::promql::contradictory_matchers::LINT,
            &lints::promql::regex_in_equality::LINT,
            &lints::promql::rate_of_aggregate::LINT,
            &lints::promql::quantile_shape::LINT,
            &lints::promql::or_precedence::LINT,
            &lints::promql::series_collision::LINT,
            &lints::promql::unstable_selection::LINT,
            &lints::promql::division_by_zero::LINT,
            &lints::promql::burst_with_for::LINT,
            &lints::promql::first_event_missed::LINT,
            &lints::promql::promql_annotation::LINT,
        ],
    },
    Group {
        name: "recording",
        subject: "what recording rules write, and who reads it",
        lints: &[
            &lints::recording::record_name_shape::LINT,
            &lints::recording::record_window_mismatch::LINT,
            &lints::recording::required_labels_dropped::LINT,
            &lints::recording::average_of_ratio::LINT,
            &lints::recording::unknown_record::LINT,
            &lints::recording::record_cycle::LINT,
            &lints::recording::dependency_order::LINT,
        ],
    },
    Group {
        name: "metrics",
        subject: "what is known of the metrics that expressions read",
        lints: &[
            &lints::metrics::counter_compared_raw::LINT,
            &lints::metrics::rate_on_gauge::LINT,
            &lints::metrics::delta_on_counter::LINT,
            &lints::metrics::unknown_metric::LINT,
            &lints::metrics::unseen_value::LINT,
            &lints::metrics::unknown_job::LINT,
            &lints::metrics::up_without_absent::LINT,
            &lints::metrics::unwatched_job::LINT,
            &lints::metrics::container_unselected::LINT,
            &lints::metrics::capacity_literal::LINT,
        ],
    },
    Group {
        name: "timing",
        subject: "intervals, windows, `for` and retention",
        lints: &[
            &lints::timing::for_below_eval::LINT,
            &lints::timing::absent_without_for::LINT,
            &lints::timing::rate_window_short::LINT,
            &lints::timing::interval_beyond_lookback::LINT,
            &lints::timing::beyond_retention::LINT,
            &lints::timing::burn_rate_windows::LINT,
        ],
    },
    Group {
        name: "cost",
        subject: "expressions that cost more than they look",
        lints: &[
            &lints::cost::selector_unbounded::LINT,
            &lints::cost::subquery_blowup::LINT,
        ],
    },
    Group {
        name: "migration",
        subject: "what changes with a newer Prometheus",
        lints: &[&lints::migration::v3_migration::LINT],
    },
    Group {
        name: "together",
        subject: "rules that do not fit each other",
        lints: &[
            &lints::together::duplicate_rule::LINT,
            &lints::together::subsumed_alert::LINT,
            &lints::together::overlapping_alerts::LINT,
            &lints::together::severity_gap::LINT,
            &lints::together::unknown_alert_ref::LINT,
        ],
    },
    Group {
        name: "alertmanager",
        subject: "the configuration of Alertmanager by itself",
        lints: &[
            &lints::alertmanager::undefined_receiver::LINT,
            &lints::alertmanager::undefined_time_interval::LINT,
            &lints::alertmanager::env_placeholder::LINT,
            &lints::alertmanager::am_template_file::LINT,
            &lints::alertmanager::am_template_inline::LINT,
            &lints::alertmanager::am_null_entry::LINT,
            &lints::alertmanager::am_placeholder_url::LINT,
            &lints::alertmanager::am_mojibake::LINT,
            &lints::alertmanager::am_ignored_null::LINT,
            &lints::alertmanager::am_month_never::LINT,
            &lints::alertmanager::am_interval_unused::LINT,
            &lints::alertmanager::am_receiver_unused::LINT,
            &lints::alertmanager::am_interval_utc::LINT,
            &lints::alertmanager::am_resolve_timeout::LINT,
            &lints::alertmanager::am_matcher_equality::LINT,
            &lints::alertmanager::am_matcher_odd::LINT,
            &lints::alertmanager::am_matcher_classic::LINT,
            &lints::alertmanager::am_matcher_static::LINT,
            &lints::alertmanager::deprecated_match::LINT,
        ],
    },
    Group {
        name: "routes",
        subject: "which alerts go where, and when",
        lints: &[
            &lints::routes::route_contradiction::LINT,
            &lints::routes::route_shadowed::LINT,
            &lints::routes::route_continue_last::LINT,
            &lints::routes::route_redundant::LINT,
            &lints::routes::route_duplicate::LINT,
            &lints::routes::route_interval_not_inherited::LINT,
            &lints::routes::route_repeat_retention::LINT,
            &lints::routes::route_repeat_below_group::LINT,
            &lints::routes::route_label_never::LINT,
            &lints::routes::route_never_reached::LINT,
            &lints::routes::paging_unrouted::LINT,
            &lints::routes::route_to_default::LINT,
            &lints::routes::route_group_by_never::LINT,
            &lints::routes::route_same_receiver_twice::LINT,
            &lints::routes::notify_too_late::LINT,
        ],
    },
    Group {
        name: "inhibition",
        subject: "which alerts keep others from being told",
        lints: &[
            &lints::inhibition::inhibit_never_matches::LINT,
            &lints::inhibition::inhibit_everything::LINT,
            &lints::inhibition::inhibit_missing_equal::LINT,
            &lints::inhibition::inhibit_equal_fixed::LINT,
            &lints::inhibition::inhibit_equal_duplicate::LINT,
            &lints::inhibition::inhibit_cycle::LINT,
            &lints::inhibition::inhibit_two_sided::LINT,
            &lints::inhibition::inhibit_source_late::LINT,
        ],
    },
    Group {
        name: "notifications",
        subject: "what is sent, and what people get to read",
        lints: &[
            &lints::notifications::notify_group_label::LINT,
            &lints::notifications::notify_group_label_missing::LINT,
            &lints::notifications::notify_label_missing::LINT,
            &lints::notifications::notify_common_varies::LINT,
            &lints::notifications::notify_resolved_empty::LINT,
            &lints::notifications::notify_resolved_same::LINT,
            &lints::notifications::notify_severity_fixed::LINT,
            &lints::notifications::notify_unknown_name::LINT,
            &lints::notifications::notify_template_twice::LINT,
            &lints::notifications::notify_shared_webhook::LINT,
        ],
    },
    Group {
        name: "compose",
        subject: "the Compose files that start Prometheus and Alertmanager",
        lints: &[
            &lints::compose::compose_unknown_flag::LINT,
            &lints::compose::compose_flag_needed::LINT,
            &lints::compose::compose_env_unread::LINT,
            &lints::compose::compose_no_external_url::LINT,
            &lints::compose::compose_file_missing::LINT,
            &lints::compose::compose_version::LINT,
        ],
    },
    Group {
        name: "runbooks",
        subject: "the pages that annotations link to",
        lints: &[
            &lints::runbooks::runbook_target::LINT,
            &lints::runbooks::runbook_orphan::LINT,
        ],
    },
    Group {
        name: FIXTURE,
        subject: "traps of unit tests; `rulecheck test` tells them too",
        lints: &[
            &lints::fixture::missing_rule_file::LINT,
            &lints::fixture::unknown_alert::LINT,
            &lints::fixture::series_dropped::LINT,
            &lints::fixture::duplicate_series::LINT,
            &lints::fixture::octal::LINT,
            &lints::fixture::series_ends::LINT,
            &lints::fixture::off_grid::LINT,
            &lints::fixture::group_order::LINT,
            &lints::fixture::template_error::LINT,
        ],
    },
    Group {
        name: "directives",
        subject: "comments that keep findings from being told",
        lints: &[&lints::directives::directive_problem::LINT],
    },
];
