//! Findings for people: the source line, a caret under the exact text, the reason and a way out.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::source::{SourceFile, Span};

/// Stands for a hyphen while lines are wrapped: a name such as `for-bounds` is not torn apart. It is a character of
/// Unicode's private use, which no file and no message has.
const UNBROKEN: char = '\u{e02d}';

/// How text is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// The findings one after another, a blank line after each.
#[must_use]
pub fn diagnostics_text(diagnostics: &[Diagnostic], style: Style) -> String {
    let handler = handler(style);
    let pieces = diagnostics.par_chunks(PIECE);
    let texts: Vec<String> = pieces
        .map(|piece| {
            let mut out = String::new();
            for diagnostic in piece {
                render(diagnostic, &handler, &mut out);
            }
            out
        })
        .collect();
    texts.concat()
}

/// Findings that one thread renders at a time.
const PIECE: usize = 64;

fn render(diagnostic: &Diagnostic, handler: &GraphicalReportHandler, out: &mut String) {
    let shown = Shown::new(diagnostic);
    // Writing into a string cannot fail; a place outside its file would, and then the bare message serves.
    let mut text = String::new();
    if handler.render_report(&mut text, &shown).is_err() {
        let _ = writeln!(text, "{}: {}", diagnostic.lint, diagnostic.message);
    }
    // miette indents empty lines of the help too.
    for line in text.lines() {
        let mut parts = line.trim_end().split(UNBROKEN);
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            out.push('-');
            out.push_str(part);
        }
        out.push('\n');
    }
    out.push('\n');
}

fn handler(style: Style) -> GraphicalReportHandler {
    let styles = if style.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles,
    };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(style.width)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// A number of findings by level, such as `2 errors, 1 warning`; levels without findings are left out.
#[must_use]
pub fn count_line(diagnostics: &[Diagnostic]) -> String {
    let parts: Vec<String> = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .filter_map(|level| {
            let count = diagnostics.iter().filter(|d| d.level == level).count();
            let plural = if count == 1 || level == Level::Info {
                ""
            } else {
                "s"
            };
            (count > 0).then(|| format!("{count} {}{plural}", level.name()))
        })
        .collect();
    if parts.is_empty() {
        "no findings".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A finding in miette's terms.
#[derive(Debug)]
struct Shown<'d> {
    diagnostic: &'d Diagnostic,
    source: Cut,
    proof: Option<Step>,
    help: Option<String>,
}

/// A step of a proof, and what it follows from.
#[derive(Debug)]
struct Step {
    reason: String,
    next: Option<Box<Step>>,
}

impl<'d> Shown<'d> {
    fn new(diagnostic: &'d Diagnostic) -> Self {
        Self {
            diagnostic,
            source: Cut::new(&diagnostic.location),
            proof: Step::chain(&diagnostic.proof),
            help: help(diagnostic).map(|help| unbroken(&help)),
        }
    }

    fn here(&self, location: &Location) -> bool {
        Arc::ptr_eq(&location.file, &self.diagnostic.location.file)
    }
}

impl Step {
    fn chain(proof: &[String]) -> Option<Self> {
        proof.iter().rev().fold(None, |next, reason| {
            Some(Self {
                reason: unbroken(reason),
                next: next.map(Box::new),
            })
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Step {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.next
            .as_deref()
            .map(|next| next as &(dyn std::error::Error + 'static))
    }
}

/// The way out, what shows the finding, whether it can be mended, then the places in other files, which no caret of this excerpt can reach.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let elsewhere = diagnostic
        .related
        .iter()
        .filter(|related| !Arc::ptr_eq(&related.location.file, &diagnostic.location.file))
        .map(|related| format!("{}: {}", place(&related.location), related.text));
    let witness = diagnostic.witness.iter();
    let witness = witness.map(|series| format!("these series show it:\n{}", indented(series)));
    let fix = diagnostic.fix.iter();
    let fix = fix.map(|fix| format!("`rulecheck check --fix` can {}", fix.title));
    let lines: Vec<String> = diagnostic
        .help
        .iter()
        .cloned()
        .chain(fix)
        .chain(witness)
        .chain(elsewhere)
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

fn unbroken(text: &str) -> String {
    text.replace('-', UNBROKEN.encode_utf8(&mut [0; 4]))
}

/// `path:line:column`.
fn place(location: &Location) -> String {
    let at = location.file.line_column(location.span.start as usize);
    format!(
        "{}:{}:{}",
        location.file.path().display(),
        at.line,
        at.column
    )
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&unbroken(&self.diagnostic.message))
    }
}

impl std::error::Error for Shown<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.proof
            .as_ref()
            .map(|step| step as &(dyn std::error::Error + 'static))
    }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let level = self.diagnostic.level.name();
        Some(Box::new(format!("{level}: {}", self.diagnostic.lint)))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info | Level::Off => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let primary = LabeledSpan::new_primary_with_span(
            self.diagnostic.label.clone(),
            source_span(self.diagnostic.location.span),
        );
        let others = self
            .diagnostic
            .related
            .iter()
            .filter(|related| self.here(&related.location))
            .map(|related| {
                let span = source_span(related.location.span);
                LabeledSpan::new_with_span(Some(related.text.clone()), span)
            });
        Some(Box::new(std::iter::once(primary).chain(others)))
    }
}

fn source_span(span: Span) -> SourceSpan {
    (span.start as usize, span.len()).into()
}

/// A file that cuts out the lines asked for by its line index. The stock implementation scans the file from its
/// beginning for every finding.
#[derive(Debug)]
struct Cut {
    file: Arc<SourceFile>,
    /// The text and a newline, which a caret behind the last character needs to be drawn.
    ended: Option<String>,
}

impl Cut {
    fn new(location: &Location) -> Self {
        let text = location.file.text();
        let is_behind = location.span.start as usize >= text.len();
        Self {
            file: Arc::clone(&location.file),
            ended: is_behind.then(|| format!("{text}\n")),
        }
    }

    fn text(&self) -> &str {
        self.ended.as_deref().unwrap_or_else(|| self.file.text())
    }
}

impl SourceCode for Cut {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (text, lines) = (self.text(), self.file.lines());
        if span.offset() + span.len() > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = lines.line_of(span.offset()).saturating_sub(lines_before);
        let last = lines.line_of(span.offset() + span.len()) + lines_after;
        let start = lines.line_start(first, text);
        let end = lines.line_start(last + 1, text);
        let inner = (span.offset() - start, span.len()).into();
        let window: &'a str = &text[start..end];
        let contents = window.read_span(&inner, lines_before, lines_after)?;
        let cut = contents.span();
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.path().display().to_string(),
            contents.data(),
            (cut.offset() + start, cut.len()).into(),
            contents.line() + first,
            contents.column(),
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_line_and_a_caret() {
        let text = "groups:\n  - name: a\n    rules:\n      - alert: X\n        expr: sum(up\n";
        let file = SourceFile::new("rules/a.yml", text);
        let at = text.find("sum(up").unwrap();
        let location = Location::new(&file, Span::new(at + 6, at + 6));
        let diagnostic = Diagnostic::new(
            "promql-syntax",
            Level::Error,
            location,
            "unclosed left parenthesis",
        )
        .with_help("close it with `)`");
        let style = Style {
            color: false,
            width: 80,
        };
        insta::assert_snapshot!(diagnostics_text(&[diagnostic], style), @r"
        error: promql-syntax

          × unclosed left parenthesis
           ╭─[rules/a.yml:5:21]
         4 │       - alert: X
         5 │         expr: sum(up
           ·                     ▲
           ╰────
          help: close it with `)`
        ");
    }

    #[test]
    fn a_proof_is_a_chain_and_a_witness_can_be_pasted() {
        let file = SourceFile::new("rules/a.yml", "expr: count(up) == 0\n");
        let location = Location::new(&file, Span::new(6, 20));
        let mut diagnostic = Diagnostic::new("x", Level::Error, location, "this is never true");
        diagnostic.because("`count(up)` is at least 1");
        diagnostic.because("a group that is counted has a series");
        diagnostic.witness = Some("- series: up\n  values: 0 1".to_owned());
        let style = Style {
            color: false,
            width: 80,
        };
        insta::assert_snapshot!(diagnostics_text(&[diagnostic], style), @r"
        error: x

          × this is never true
          ├─▶ `count(up)` is at least 1
          ╰─▶ a group that is counted has a series
           ╭─[rules/a.yml:1:7]
         1 │ expr: count(up) == 0
           ·       ──────────────
           ╰────
          help: these series show it:
                  - series: up
                    values: 0 1
        ");
    }
}
