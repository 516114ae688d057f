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

/// A configuration of Alertmanager with the receivers `a` and `b`, for examples: the lines below the root's `routes`.
macro_rules! routes {
    ($($line:literal),+ $(,)?) => {
        concat!(
            "route:\n  receiver: a\n  routes:\n",
            $("    ", $line, "\n",)+
            "receivers:\n  - name: a\n  - name: b\n",
        )
    };
}

/// The same with inhibit rules: their lines.
macro_rules! inhibit {
    ($($line:literal),+ $(,)?) => {
        concat!(
            "route: {receiver: a}\nreceivers:\n  - name: a\ninhibit_rules:\n",
            $("  ", $line, "\n",)+
        )
    };
}

pub mod alertmanager;
pub mod compose;
pub mod cost;
pub mod directives;
pub mod fixture;
pub mod inhibition;
pub mod labels;
pub mod loading;
pub mod metrics;
pub mod migration;
pub mod notifications;
pub mod promql;
pub mod recording;
pub mod routes;
pub mod rules;
pub mod runbooks;
pub mod templates;
pub mod timing;
pub mod together;

/// Some names in a sentence.
fn shortened<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 6;
    let mut each: Vec<&str> = Vec::new();
    for name in names {
        if !each.contains(&name) {
            each.push(name);
        }
    }
    let mut text = each[..each.len().min(SHOWN)].join(", ");
    if each.len() > SHOWN {
        text.push_str(&format!(" and {} more", each.len() - SHOWN));
    }
    text
}
