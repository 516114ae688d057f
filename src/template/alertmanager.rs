//! Templates of Alertmanager, as far as their syntax goes: the names of the functions are its own.

use std::sync::OnceLock;

use super::{TemplateError, missing_function, syntax};
use crate::target::{Target, Version};

/// Functions beyond Go's own, and the first version that has them. Where that is not known for sure, the table has the
/// earliest version it may be.
const FUNCTIONS: [(&str, Version); 25] = [
    ("toUpper", OLDEST),
    ("toLower", OLDEST),
    ("title", OLDEST),
    ("join", OLDEST),
    ("match", OLDEST),
    ("safeHtml", OLDEST),
    ("reReplaceAll", OLDEST),
    ("stringSlice", OLDEST),
    ("trimSpace", Version::new(0, 26)),
    ("date", Version::new(0, 28)),
    ("tz", Version::new(0, 28)),
    ("since", Version::new(0, 28)),
    ("humanizeDuration", Version::new(0, 28)),
    ("safeUrl", Version::new(0, 28)),
    ("urlUnescape", Version::new(0, 28)),
    ("toJson", Version::new(0, 28)),
    ("base64encode", Version::new(0, 29)),
    ("base64decode", Version::new(0, 29)),
    ("list", Version::new(0, 29)),
    ("append", Version::new(0, 29)),
    ("dict", Version::new(0, 29)),
    ("toDate", Version::new(0, 29)),
    ("mustToDate", Version::new(0, 29)),
    ("now", Version::new(0, 29)),
    ("routeLabels", Version::new(0, 33)),
];

/// Go's own.
const GO: [&str; 19] = [
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
    "print", "printf", "println", "slice", "urlquery",
];

const OLDEST: Version = Version::new(0, 0);

/// The names of the functions that templates of that Alertmanager have.
pub fn alertmanager_functions(target: &Target) -> impl Iterator<Item = &'static str> {
    let own = FUNCTIONS
        .iter()
        .filter(|(_, since)| *since <= target.alertmanager);
    GO.into_iter().chain(own.map(|(name, _)| *name))
}

/// Whether the text is a template that Alertmanager can parse; it is called `name` in the errors, which are Go's.
pub fn check_alertmanager(name: &str, text: &str, target: &Target) -> Result<(), TemplateError> {
    check(name, text, target, &|name| {
        alertmanager_functions(target).any(|known| known == name)
    })
}

/// The same with Go's own functions alone. Alertmanager looks at the types of Opsgenie's responders so when it loads them.
pub fn check_go(text: &str, target: &Target) -> Result<(), TemplateError> {
    check("", text, target, &|name| GO.contains(&name))
}

fn check(
    name: &str,
    text: &str,
    target: &Target,
    has_function: &dyn Fn(&str) -> bool,
) -> Result<(), TemplateError> {
    let dialect = syntax::Dialect {
        has_function,
        // Go 1.23, with which Alertmanager 0.28 was built.
        else_with: target.alertmanager >= Version::new(0, 28),
    };
    match syntax::parse(name, text, nothing(), &dialect) {
        Ok(_) => Ok(()),
        Err(error) => Err(TemplateError {
            span: error.span,
            since: missing_function(&error.message).and_then(since),
            message: error.message,
            template: name.into(),
            line: error.line,
        }),
    }
}

/// The first version that has a function, where there is one.
fn since(name: &str) -> Option<Version> {
    let own = FUNCTIONS.iter().find(|(own, _)| *own == name)?;
    Some(own.1)
}

fn nothing() -> &'static syntax::Preamble {
    static PARSED: OnceLock<syntax::Preamble> = OnceLock::new();
    PARSED.get_or_init(|| match syntax::Preamble::parse("") {
        Ok(preamble) => preamble,
        // The empty text is a template.
        Err(_) => unreachable!("an empty preamble is well formed"),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn said(text: &str, minor: u16) -> Result<(), String> {
        let target = Target {
            alertmanager: Version::new(0, minor),
            ..Target::default()
        };
        check_alertmanager("a.tmpl", text, &target).map_err(|error| error.to_string())
    }

    /// The words are those of amtool 0.25.
    #[test]
    fn errors_are_those_of_go() {
        let unclosed = Err("template: a.tmpl:1: unclosed action".to_owned());
        assert_eq!(said("{{ .Foo", 25), unclosed);
        let unknown = Err(r#"template: a.tmpl:2: function "humanize" not defined"#.to_owned());
        assert_eq!(said("\n{{ humanize 1 }}", 25), unknown);
        assert_eq!(
            said("{{ define \"a\" }}{{ .Labels.x | toUpper }}{{ end }}", 25),
            Ok(())
        );
    }

    #[test]
    fn functions_have_a_first_version() {
        assert!(said("{{ trimSpace .Status }}", 25).is_err());
        assert_eq!(said("{{ trimSpace .Status }}", 26), Ok(()));
        let target = Target {
            alertmanager: Version::new(0, 25),
            ..Target::default()
        };
        let error = check_alertmanager("a", "{{ toJson . }}", &target).unwrap_err();
        assert_eq!(error.since, Some(Version::new(0, 28)));
    }
}
