//! Whether a text is a template of Alertmanager, as far as its syntax goes: the names of the functions are its own.

use super::super::functions::{self, Host};
use super::super::{TemplateError, missing_function, syntax};
use crate::target::Target;

/// The names of the functions that templates of that Alertmanager have.
pub fn alertmanager_functions(target: &Target) -> impl Iterator<Item = &'static str> {
    functions::names(Host::Alertmanager, target)
}

/// Whether the text is a template that Alertmanager can parse; it is called `name` in the errors, which are Go's.
pub fn check_alertmanager(name: &str, text: &str, target: &Target) -> Result<(), TemplateError> {
    check(name, text, target, &|name| {
        alertmanager_functions(target).any(|known| known == name)
    })
}

/// The same with Go's own functions alone. Alertmanager looks at the types of Opsgenie's responders so when it loads them.
pub fn check_go(text: &str, target: &Target) -> Result<(), TemplateError> {
    check("", text, target, &functions::is_go)
}

fn check(
    name: &str,
    text: &str,
    target: &Target,
    has_function: &dyn Fn(&str) -> bool,
) -> Result<(), TemplateError> {
    let dialect = syntax::Dialect {
        has_function,
        else_with: Host::Alertmanager.go(target) >= 23,
    };
    match syntax::parse(name, text, 0, &dialect) {
        Ok(_) => Ok(()),
        Err(error) => Err(TemplateError {
            span: error.span,
            since: missing_function(&error.message)
                .and_then(|name| functions::since(name, Host::Alertmanager)),
            message: error.message,
            template: name.into(),
            line: error.line,
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::target::Version;

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
        assert_eq!(error.since, Some(Version::new(0, 30)));
    }
}
