//! Traces for people: a curve against its threshold, and the expression as a tree with its values.

use super::layout::{Paint, hanging, line, plural, wrapped};
use super::sample_value;
use super::text::Style;
use crate::alerting::AlertState;
use crate::harness::{
    Curve, Moment, NodeValue, TestReport, TestResult, Trace, TraceNode, TracedAlert,
};
use crate::labels::{ALERT_NAME, METRIC_NAME};
use crate::number::{Precision, format_float, format_plain, rough};
use crate::storage::SampleValue;
use crate::target::Duration;

/// Longer numbers are cut to six digits.
const LONG: usize = 12;
/// Samples of one part that are shown.
const MOST_SAMPLES: usize = 4;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Every trace of the report.
#[must_use]
pub fn traces_text(report: &TestReport, style: Style) -> String {
    let mut out = String::new();
    for file in &report.files {
        for test in &file.tests {
            for trace in &test.traces {
                let path = file.file.path().display().to_string();
                TraceText::new(&mut out, style).trace(trace, test, &path);
            }
        }
    }
    out
}

struct TraceText<'o> {
    out: &'o mut String,
    style: Style,
    paint: Paint,
}

impl<'o> TraceText<'o> {
    fn new(out: &'o mut String, style: Style) -> Self {
        Self {
            out,
            style,
            paint: Paint::new(style),
        }
    }

    fn trace(&mut self, trace: &Trace, test: &TestResult, fixture: &str) {
        let place = &trace.location;
        let at = place.file.line_column(place.span.start as usize);
        let hold = if trace.hold == Duration::ZERO {
            String::new()
        } else {
            format!(", for: {}", trace.hold)
        };
        line(
            self.out,
            &format!(
                "{}{}",
                self.paint.bold(&trace.alert),
                self.paint.dim(&format!(
                    "  {}:{}{hold}",
                    place.file.path().display(),
                    at.line
                ))
            ),
        );
        let title = format!("{fixture}: {}", test.name);
        line(self.out, &self.paint.dim(&title));
        if let Some(curve) = &trace.curve {
            self.curve(curve, trace);
        }
        for moment in &trace.moments {
            self.out.push('\n');
            self.moment(moment, trace.hold);
        }
        self.out.push('\n');
    }

    /// One column for each evaluation or, where there are more than fit, for several.
    fn curve(&mut self, curve: &Curve, trace: &Trace) {
        let values = || curve.points.iter().filter_map(|(_, pair)| *pair);
        let Some((low, high)) = range(values()) else {
            return;
        };
        let threshold = threshold(values().map(|(_, other)| other));
        self.out.push('\n');
        let subject = format!(
            "`{}`, {} to {}, against `{} {threshold}`",
            curve.subject,
            rough(low.0),
            rough(high.0),
            curve.op
        );
        wrapped(self.out, 2, &subject, self.style);
        let first = curve.points.first().map_or(Duration::ZERO, |point| point.0);
        let last = curve.points.last().map_or(Duration::ZERO, |point| point.0);
        let (first, last) = (first.to_string(), last.to_string());
        let room = self
            .style
            .width
            .saturating_sub(6 + first.len() + last.len());
        let each = curve.points.len().div_ceil(room.max(1)).max(1);
        let bar = |pair: &Option<(f64, f64)>| pair.map_or(' ', |(v, _)| bar(v, low.1, high.1));
        let bars: String = curve
            .points
            .chunks(each)
            .map(|chunk| chunk.last().map_or(' ', |(_, pair)| bar(pair)))
            .collect();
        line(self.out, &format!("    {first} {bars} {last}"));
        let marks: String = trace
            .states
            .chunks(each)
            .map(|chunk| self.mark(chunk.last().and_then(|(_, state)| *state)))
            .collect();
        let legend = "· inactive  ○ pending  ● firing";
        line(
            self.out,
            &format!("    {:width$} {marks}", "", width = first.len()),
        );
        line(self.out, &self.paint.dim(&format!("    {legend}")));
    }

    fn mark(&self, state: Option<AlertState>) -> String {
        match state {
            None => "·".to_owned(),
            Some(AlertState::Pending) => self.paint.yellow("○"),
            Some(AlertState::Firing) => self.paint.red("●"),
        }
    }

    fn moment(&mut self, moment: &Moment, hold: Duration) {
        let when = if moment.evaluations > 1 {
            format!(
                "{} to {} ({})",
                moment.first,
                moment.last,
                plural(moment.evaluations, "evaluation")
            )
        } else {
            format!("at {}", moment.first)
        };
        let state = if moment.alerts.is_empty() {
            ": inactive"
        } else {
            ":"
        };
        line(self.out, &format!("  {}{state}", self.paint.bold(&when)));
        for alert in &moment.alerts {
            self.alert(alert, hold);
        }
        let column = (width_of(&moment.tree, 0) + 2).min(self.style.width / 2);
        self.node(&moment.tree, "", "", column);
        for cause in &moment.causes {
            self.out.push_str("    ");
            self.out.push_str(&self.paint.yellow("why:"));
            self.out.push(' ');
            let text = format!("`{}`: {}", cause.part, cause.message);
            hanging(self.out, 9, &text, self.style);
        }
    }

    fn alert(&mut self, alert: &TracedAlert, hold: Duration) {
        let labels = alert.labels.filter(|name| name != ALERT_NAME);
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!(" {labels}")
        };
        let text = match alert.missing {
            Some(missing) => format!(
                "pending since {}, {missing} of `for: {hold}` missing{labels}",
                alert.active_since
            ),
            None => format!("firing, active since {}{labels}", alert.active_since),
        };
        let mark = self.mark(Some(alert.state));
        self.out.push_str(&format!("    {mark} "));
        hanging(self.out, 6, &text, self.style);
    }

    /// A part, with `lead` before it and `below` before what stands below it.
    fn node(&mut self, node: &TraceNode, lead: &str, below: &str, column: usize) {
        let values = value_lines(&node.value, self.style.width.saturating_sub(column + 4));
        let values = values.iter().map(|value| match node.value.is_empty() {
            true => self.paint.red(value),
            false => self.paint.green(value),
        });
        let values: Vec<String> = values.collect();
        let width = lead.chars().count() + node.head.chars().count();
        let branch = if node.children.is_empty() {
            "  "
        } else {
            "│ "
        };
        let mut further = values.iter();
        let mut text = format!("    {lead}{}", node.head);
        if width < column {
            let gap = column - width;
            if let Some(first) = further.next() {
                text.push_str(&" ".repeat(gap));
                text.push_str(first);
            }
        }
        line(self.out, &text);
        for value in further {
            let indent = format!("{below}{branch}");
            let gap = column.saturating_sub(indent.chars().count());
            line(self.out, &format!("    {indent}{}{value}", " ".repeat(gap)));
        }
        for (number, child) in node.children.iter().enumerate() {
            let is_last = number + 1 == node.children.len();
            let (turn, along) = if is_last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            let lead = format!("{below}{turn}");
            self.node(child, &lead, &format!("{below}{along}"), column);
        }
    }
}

/// Smallest and greatest of the values, and the same with the thresholds among them.
#[allow(clippy::type_complexity, reason = "two pairs of numbers")]
fn range(pairs: impl Iterator<Item = (f64, f64)>) -> Option<((f64, f64), (f64, f64))> {
    let mut found: Option<((f64, f64), (f64, f64))> = None;
    for (value, other) in pairs {
        let ((low, bottom), (high, top)) =
            found.unwrap_or(((value, value.min(other)), (value, value.max(other))));
        found = Some((
            (low.min(value), bottom.min(value).min(other)),
            (high.max(value), top.max(value).max(other)),
        ));
    }
    found
}

/// The threshold, or from where to where it goes.
fn threshold(others: impl Iterator<Item = f64>) -> String {
    let (low, high) = others.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), other| {
        (low.min(other), high.max(other))
    });
    if low == high {
        format_plain(low)
    } else {
        format!("{} to {}", rough(low), rough(high))
    }
}

fn bar(value: f64, bottom: f64, top: f64) -> char {
    let share = (value - bottom) / (top - bottom);
    if share.is_nan() {
        return BARS[0];
    }
    let at = (share * (BARS.len() - 1) as f64).round() as usize;
    BARS[at.min(BARS.len() - 1)]
}

/// Columns of the widest part.
fn width_of(node: &TraceNode, depth: usize) -> usize {
    let own = depth * 3 + node.head.chars().count();
    let children = node.children.iter().map(|child| width_of(child, depth + 1));
    children.fold(own, usize::max)
}

/// A value in lines of so many columns.
fn value_lines(value: &NodeValue, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for told in told(value) {
        let mut text = String::new();
        let layout = Style {
            color: false,
            width,
        };
        hanging(&mut text, 0, &told, layout);
        let pieces = text.lines().enumerate();
        lines.extend(pieces.map(|(number, piece)| match number {
            0 => piece.to_owned(),
            _ => format!("  {piece}"),
        }));
    }
    lines
}

/// A sample of a trace: digits that nobody reads are left out.
fn short(value: &SampleValue) -> String {
    let whole = sample_value(value);
    match value {
        SampleValue::Float(value) if whole.len() > LONG => {
            format_float(*value, 'g', Precision::Digits(6))
        }
        _ => whole,
    }
}

fn told(value: &NodeValue) -> Vec<String> {
    match value {
        NodeValue::Samples { total: 0, .. } | NodeValue::Windows { series: 0, .. } => {
            vec!["nothing".to_owned()]
        }
        NodeValue::Samples { first, total } => {
            let mut lines: Vec<String> = first
                .iter()
                .take(MOST_SAMPLES)
                .map(|(labels, value)| {
                    let labels = labels.filter(|name| name != METRIC_NAME);
                    if labels.is_empty() {
                        short(value)
                    } else {
                        format!("{} {labels}", short(value))
                    }
                })
                .collect();
            if *total > lines.len() {
                lines.push(format!("and {} more", total - lines.len()));
            }
            lines
        }
        NodeValue::Windows { series, samples } => {
            let series = match series {
                1 => "1 series".to_owned(),
                many => format!("{many} series"),
            };
            vec![format!("{series}, {}", plural(*samples, "sample"))]
        }
        NodeValue::Scalar(value) => vec![format_plain(*value)],
        NodeValue::Text(text) => vec![crate::labels::quote(text)],
        NodeValue::Error(message) => vec![format!("error: {message}")],
    }
}
