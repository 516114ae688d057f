//! Test results as promtool's `--junit` writes them: a suite per fixture, a case per test group.

use std::fmt::Write as _;

/// The results of one fixture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suite {
    /// The path of the fixture.
    pub name: String,
    /// Its test groups.
    pub cases: Vec<Case>,
    /// Why the fixture could not be run.
    pub error: Option<String>,
}

/// The result of one test group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What failed: one text each; none where it passes.
    pub failures: Vec<String>,
}

/// The document. `timestamp` is the time of the run, such as `2024-05-01T12:00:00`.
///
/// A fixture that could not be run has at least one case, as readers of the format want it.
#[must_use]
pub fn xml(suites: &[Suite], timestamp: &str) -> String {
    let mut out = String::from("<testsuites>\n");
    for suite in suites {
        let failures: usize = suite.cases.iter().map(|case| case.failures.len()).sum();
        let lost = suite.error.is_some() && suite.cases.is_empty();
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{}\" skipped=\"0\" timestamp=\"{}\">",
            escape(&suite.name),
            suite.cases.len() + usize::from(lost),
            usize::from(suite.error.is_some()),
            escape(timestamp),
        );
        let last = suite.cases.len().saturating_sub(1);
        for (number, case) in suite.cases.iter().enumerate() {
            let error = suite.error.as_deref().filter(|_| number == last);
            write_case(&mut out, &case.name, &case.failures, error);
        }
        if lost {
            write_case(&mut out, "unknown", &[], suite.error.as_deref());
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn write_case(out: &mut String, name: &str, failures: &[String], error: Option<&str>) {
    let name = escape(name);
    if failures.is_empty() && error.is_none() {
        let _ = writeln!(out, "    <testcase name=\"{name}\"></testcase>");
        return;
    }
    let _ = writeln!(out, "    <testcase name=\"{name}\">");
    for failure in failures {
        let _ = writeln!(out, "      <failure>{}</failure>", escape(failure));
    }
    if let Some(error) = error {
        let _ = writeln!(out, "      <error>{}</error>", escape(error));
    }
    out.push_str("    </testcase>\n");
}

/// Text for content and attributes alike. Characters that XML cannot hold become `U+FFFD`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_suites_cases_failures_and_errors() {
        let case = |name: &str, failures: &[&str]| Case {
            name: name.to_owned(),
            failures: failures.iter().map(|text| (*text).to_owned()).collect(),
        };
        let suites = [
            Suite {
                name: "a.yml".to_owned(),
                cases: vec![case("good", &[]), case("<bad>", &["x & \u{1}\ny"])],
                error: None,
            },
            Suite {
                name: "b.yml".to_owned(),
                cases: Vec::new(),
                error: Some("broken".to_owned()),
            },
        ];
        assert_eq!(
            xml(&suites, "2024-05-01T12:00:00"),
            "<testsuites>
  <testsuite name=\"a.yml\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" timestamp=\"2024-05-01T12:00:00\">
    <testcase name=\"good\"></testcase>
    <testcase name=\"&lt;bad&gt;\">
      <failure>x &amp; \u{fffd}&#xA;y</failure>
    </testcase>
  </testsuite>
  <testsuite name=\"b.yml\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" timestamp=\"2024-05-01T12:00:00\">
    <testcase name=\"unknown\">
      <error>broken</error>
    </testcase>
  </testsuite>
</testsuites>
"
        );
    }
}
