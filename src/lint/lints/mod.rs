//! One file a lint, in folders by subject.

/// A rule file with one alert, for examples: its expression, then further lines of the rule.
macro_rules! alert {
    ($expr:literal $(, $line:literal)*) => {
        concat!(
            "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: ", $expr, "\n",
            $("        ", $line, "\n",)*
        )
    };
}

/// A rule file with one group, for examples: the lines of its rules.
macro_rules! rules {
    ($($line:literal),+ $(,)?) => {
        concat!("groups:\n  - name: a\n    rules:\n", $("      ", $line, "\n",)+)
    };
}

pub mod alertmanager;
pub mod cost;
pub mod directives;
pub mod fixture;
pub mod inhibition;
pub mod labels;
pub mod loading;
pub mod metrics;
pub mod migration;
pub mod promql;
pub mod recording;
pub mod routes;
pub mod rules;
pub mod runbooks;
pub mod templates;
pub mod timing;
pub mod together;
