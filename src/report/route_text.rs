//! Where alerts go, for people.

use super::layout::{Paint, hanging, line, wrapped};
use super::message_text::show_message;
use super::route::{RouteReport, receiver, start};
use super::text::Style;
use crate::analysis::{
    Answer, Destination, Hop, LabelClass, LabelValues, Muted, Row, Subject, Truth, Wait,
};
use crate::labels::quote;
use crate::notify::{Grouping, PlacedMatcher, Route};
use crate::source::Span;
use crate::target::Duration;

/// Columns of the word that says what is told.
const WORD: usize = 8;
/// Columns before what is told.
const INDENT: usize = 4 + WORD + 2;

/// The report.
#[must_use]
pub fn route_text(report: &RouteReport<'_>, style: Style) -> String {
    let mut out = String::new();
    let text = Writer {
        report,
        style,
        paint: Paint::new(style),
    };
    if report.answers.is_empty() && report.shows_tree {
        text.tree(&mut out, None);
    }
    for answer in &report.answers {
        if !out.is_empty() {
            out.push('\n');
        }
        text.answer(&mut out, answer);
    }
    for sent in &report.messages {
        let kind = sent.message.as_ref().map_or("", |message| &message.kind);
        let kind = if kind.is_empty() {
            String::new()
        } else {
            format!(" ({kind})")
        };
        line(
            &mut out,
            &format!(
                "  {} {}{kind}",
                text.paint.dim("message to"),
                text.paint.bold(&sent.receiver)
            ),
        );
        show_message(&mut out, 4, &sent.message, style, text.paint);
    }
    if !report.rows.is_empty() {
        text.rows(&mut out);
    } else if report.answers.is_empty() && !report.shows_tree {
        line(&mut out, "no rule raises an alert");
    }
    out
}

struct Writer<'r, 'e> {
    report: &'r RouteReport<'e>,
    style: Style,
    paint: Paint,
}

impl Writer<'_, '_> {
    fn at(&self, span: Span) -> String {
        let file = &self.report.config.file.file;
        let place = file.line_column(span.start as usize);
        format!("{}:{}", file.path().display(), place.line)
    }

    fn answer(&self, out: &mut String, answer: &Answer<'_>) {
        let heading = match &answer.subject {
            Subject::Labels(labels) => labels.in_braces(),
            Subject::Rule(rule) => {
                let file = &rule.at.file.file;
                let span = rule.at.rule.model.name.span();
                let at = file.line_column(span.start as usize).line;
                format!("{} · {}:{at}", rule.at.rule.name(), file.path().display())
            }
        };
        line(out, &self.paint.bold(&heading));
        if self.report.shows_tree {
            self.tree(out, Some(answer));
            return;
        }
        for destination in &answer.destinations {
            self.destination(out, &answer.subject, destination);
        }
    }

    fn destination(&self, out: &mut String, subject: &Subject<'_>, to: &Destination<'_>) {
        let name = self.paint.bold(receiver(to.route));
        let perhaps = if to.is_certain { "" } else { " (perhaps)" };
        let place = self.paint.dim(&self.at(start(to.route)));
        line(out, &format!("  → {name}{perhaps}  {place}"));
        self.item(out, "because", &because(&to.path));
        for hop in &to.path {
            for passed in &hop.passed {
                let holds = match passed.truth {
                    Truth::Never => "does not hold",
                    _ => "may not hold",
                };
                let text = format!(
                    "{} ({}): `{}` {holds}",
                    receiver(passed.route),
                    self.at(start(passed.route)),
                    passed.matcher.matcher
                );
                self.item(out, "not", &text);
            }
        }
        self.item(out, "group", &group(subject, to));
        let timing = to.route.timing;
        let times = format!(
            "group_wait {}, group_interval {}, repeat_interval {}",
            timing.group_wait, timing.group_interval, timing.repeat_interval
        );
        self.item(out, "times", &times);
        for (word, intervals) in [
            ("mute", &to.route.mute_time_intervals),
            ("active", &to.route.active_time_intervals),
        ] {
            let names: Vec<&str> = intervals.iter().map(|name| name.as_str()).collect();
            if !names.is_empty() {
                self.item(out, word, &format!("in {}", names.join(", ")));
            }
        }
        for muted in &to.muted_by {
            let place = self.at(Span::empty(muted.rule.span.start as usize));
            self.item(
                out,
                "muted",
                &format!("{} ({place})", inhibition(muted, &to.class)),
            );
        }
    }

    fn item(&self, out: &mut String, word: &str, text: &str) {
        out.push_str("    ");
        out.push_str(&self.paint.dim(&format!("{word:<WORD$}")));
        out.push_str("  ");
        hanging(out, INDENT, text, self.style);
    }

    /// The tree; with an alert each route says whether it takes it.
    fn tree(&self, out: &mut String, answer: Option<&Answer<'_>>) {
        self.branch(out, self.report.root, 1, answer);
    }

    fn branch(&self, out: &mut String, route: &Route, depth: usize, answer: Option<&Answer<'_>>) {
        let step = answer.and_then(|answer| answer.step(route));
        let truth = step.map_or(Truth::Never, |step| step.takes);
        let mark = match (answer, step, truth) {
            (None, _, _) => "",
            (_, None, _) => "· ",
            (_, _, Truth::Always) => "✓ ",
            (_, _, Truth::Maybe) => "? ",
            (_, _, Truth::Never) => "✗ ",
        };
        let notifies = match step.map(|step| step.notifies) {
            Some(Truth::Always) => "  ← notifies",
            Some(Truth::Maybe) => "  ← may notify",
            _ => "",
        };
        let goes_on = if route.goes_on { "  continue" } else { "" };
        let text = format!(
            "{}{mark}{}{goes_on}  {}{notifies}",
            "  ".repeat(depth),
            matchers(&route.matchers),
            receiver(route)
        );
        let text = match (answer, notifies.is_empty(), truth) {
            (Some(_), false, _) => self.paint.bold(&text),
            (Some(_), _, Truth::Never) => self.paint.dim(&text),
            _ => text,
        };
        line(out, &text);
        for child in &route.routes {
            self.branch(out, child, depth + 1, answer);
        }
    }

    /// All alerts with their receivers, in columns.
    fn rows(&self, out: &mut String) {
        let mut head = vec!["alert", "severity", "receiver"];
        if self.report.shows_latency {
            head.extend(["for", "told after", "in an old group", "end told after"]);
        }
        let head: Vec<String> = head.into_iter().map(str::to_owned).collect();
        let body = self.report.rows.iter().map(|row| self.cells(row));
        let table: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        let columns = table[0].len();
        let width = |column: usize| {
            let cells = table.iter().map(|cells| cells[column].chars().count());
            cells.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let is_wide = widths.iter().sum::<usize>() + 2 * columns > self.style.width + 2;
        if is_wide && self.report.shows_latency {
            self.stacked(out, &table);
            return;
        }
        for (number, cells) in table.iter().enumerate() {
            let padded = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            let text = padded.collect::<Vec<_>>().join("  ");
            let text = text.trim_end();
            match self.report.rows.get(number.wrapping_sub(1)) {
                None => line(out, &self.paint.dim(text)),
                Some(row) => line(out, &self.judged(row, text)),
            }
        }
        self.note(out);
    }

    /// The same where the columns do not fit: the times of each alert below it.
    fn stacked(&self, out: &mut String, table: &[Vec<String>]) {
        let Some((head, body)) = table.split_first() else {
            return;
        };
        for (row, cells) in self.report.rows.iter().zip(body) {
            let [alert, severity, receiver, times @ ..] = cells.as_slice() else {
                continue;
            };
            let text = format!("{alert}  {severity}  → {receiver}");
            line(out, &self.judged(row, &self.paint.bold(&text)));
            let words = head.iter().skip(3).zip(times);
            let words: Vec<String> = words.map(|(word, time)| format!("{word} {time}")).collect();
            wrapped(out, 2, &words.join(", "), self.style);
        }
        self.note(out);
    }

    fn note(&self, out: &mut String) {
        if self.report.shows_latency {
            out.push('\n');
            let note = "From a breach to the first message of a new group, and of a group that has notified before; from its \
                end to the message about it. Windows of range functions are not counted.";
            wrapped(out, 0, note, self.style);
        }
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        let perhaps = if row.is_certain { "" } else { " (perhaps)" };
        let mut cells = vec![
            row.rule.at.rule.name().to_owned(),
            row.severity.unwrap_or("–").to_owned(),
            format!("{}{perhaps}", receiver(row.route)),
        ];
        if self.report.shows_latency {
            let hold = row.rule.at.rule.model.hold;
            let latency = row.latency;
            cells.push(hold.map_or(Duration::ZERO, |hold| hold.value).to_string());
            let late = match lateness(row) {
                Some(text) if self.report.shows_latency => format!("  {text}"),
                _ => String::new(),
            };
            cells.push(waits(latency.first));
            cells.push(waits(latency.joining));
            cells.push(format!("{}{late}", waits(latency.resolved)));
        }
        cells
    }

    fn judged(&self, row: &Row<'_>, text: &str) -> String {
        match lateness(row) {
            Some(_) if self.report.shows_latency => self.paint.red(text),
            _ => text.to_owned(),
        }
    }
}

/// What `notify_within` says to it, if it is broken.
fn lateness(row: &Row<'_>) -> Option<String> {
    let budget = row.budget?;
    let first = row.latency.first;
    if first.best > budget {
        return Some(format!("too late for {budget}"));
    }
    let is_late = first.worst.is_some_and(|worst| worst > budget);
    is_late.then(|| format!("may be too late for {budget}"))
}

/// `5m10s to 6m25s`
fn waits(wait: Wait) -> String {
    match wait.worst {
        Some(worst) if worst == wait.best => worst.to_string(),
        Some(worst) => format!("{} to {worst}", wait.best),
        None => format!("{} or more", wait.best),
    }
}

fn matchers(placed: &[PlacedMatcher]) -> String {
    match placed {
        [] => "{}".to_owned(),
        placed => {
            let texts = placed.iter().map(|placed| placed.matcher.to_string());
            format!("{{{}}}", texts.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The matchers of the way that hold.
fn because(path: &[Hop<'_>]) -> String {
    let matchers = path.iter().flat_map(|hop| &hop.matchers);
    let held = matchers.map(|(placed, truth)| match truth {
        Truth::Always => format!("`{}` holds", placed.matcher),
        _ => format!("`{}` may hold", placed.matcher),
    });
    let held: Vec<String> = held.collect();
    let is_leaf = path.last().is_none_or(|hop| hop.route.routes.is_empty());
    match (held.is_empty(), is_leaf) {
        (true, true) => "it is the only route".to_owned(),
        (true, false) => "no route below the root takes it".to_owned(),
        (false, _) => held.join(", "),
    }
}

/// The key of the group, or the labels by which the alerts of a rule are put together.
fn group(subject: &Subject<'_>, to: &Destination<'_>) -> String {
    if let Subject::Labels(labels) = subject {
        let of_group = to.route.grouping.labels_of(labels);
        return format!("{}:{}", to.route.key, of_group.in_braces());
    }
    match &to.route.grouping {
        Grouping::ByAll => "each alert by itself (`...`)".to_owned(),
        Grouping::By(names) if names.is_empty() => "all alerts of the route together".to_owned(),
        Grouping::By(names) => {
            let names = names.iter().map(|name| valued(name, &to.class));
            format!("by {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A label with what is known of its values.
fn valued(name: &str, class: &LabelClass) -> String {
    let values = class.get(name);
    if values.is_absent() {
        return format!("{name} (absent)");
    }
    match values {
        LabelValues::Only(set) => {
            let values = set.iter().map(|value| quote(value));
            format!("{name}={}", values.collect::<Vec<_>>().join("|"))
        }
        LabelValues::Any | LabelValues::Present => name.to_owned(),
    }
}

/// What mutes it, and by which alerts.
fn inhibition(muted: &Muted<'_>, class: &LabelClass) -> String {
    let mut text = format!("while an alert with {} fires", matchers(&muted.rule.source));
    let equal = muted.rule.equal.iter();
    let equal: Vec<String> = equal.map(|label| valued(&label.name, class)).collect();
    if !equal.is_empty() {
        text.push_str(&format!(", with the same {}", equal.join(", ")));
    }
    match muted.by.as_slice() {
        [] => text.push_str("; no alert of the rules can be that"),
        names => text.push_str(&format!("; that can be {}", names.join(", "))),
    }
    text
}
