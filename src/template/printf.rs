//! Go's `fmt`: `Sprintf`, `Sprint` and `Sprintln` for the values that templates have.

mod verbs;

use std::sync::Arc;

use self::verbs::{Flags, pad, print_float, print_int, print_text};
use super::value::{IntType, Pointer, Value};

/// Widths and precisions beyond this are refused, as in Go.
const MAX_WIDTH: i64 = 1_000_000;

/// `fmt.Sprintf`.
pub(super) fn sprintf(format: &str, args: &[Value]) -> String {
    let mut printer = Printer {
        args,
        next: 0,
        reordered: false,
        out: String::new(),
    };
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        printer.out.push_str(before);
        rest = printer.directive(after);
        if printer.out.len() > super::MAX_OUTPUT {
            return printer.out;
        }
    }
    printer.out.push_str(rest);
    if !printer.reordered && printer.next < args.len() {
        let extra: Vec<String> = args[printer.next..]
            .iter()
            .map(|arg| match arg {
                Value::Invalid | Value::NilInterface => "<nil>".to_owned(),
                arg => format!("{}={}", arg.type_name(), arg.print(0)),
            })
            .collect();
        printer
            .out
            .push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    printer.out
}

/// `fmt.Sprint`: a blank between two that are both no strings.
pub(super) fn sprint(args: &[Value]) -> String {
    sprint_with(args, |arg| arg.print(0))
}

/// `fmt.Sprint` with values printed by `print`.
pub(super) fn sprint_with(args: &[Value], print: fn(&Value) -> String) -> String {
    let mut out = String::new();
    let mut after_string = true;
    for arg in args {
        let is_string = arg.as_text().is_some();
        if !is_string && !after_string {
            out.push(' ');
        }
        out.push_str(&print(arg));
        after_string = is_string;
    }
    out
}

/// `fmt.Sprintln`: a blank between any two, a newline at the end.
pub(super) fn sprintln(args: &[Value]) -> String {
    let printed: Vec<String> = args.iter().map(|arg| arg.print(0)).collect();
    format!("{}\n", printed.join(" "))
}

struct Printer<'a> {
    args: &'a [Value],
    next: usize,
    /// `%[2]d` was seen: that arguments are left over is no mistake then.
    reordered: bool,
    out: String,
}

impl Printer<'_> {
    /// Prints what the directive asks for; `text` follows the percent sign. Gives what follows the directive.
    fn directive<'t>(&mut self, text: &'t str) -> &'t str {
        let mut flags = Flags::default();
        let mut rest = text;
        loop {
            let flag = match rest.as_bytes().first() {
                Some(b'+') => &mut flags.plus,
                Some(b'-') => &mut flags.minus,
                Some(b'#') => &mut flags.sharp,
                Some(b' ') => &mut flags.space,
                Some(b'0') => &mut flags.zero,
                _ => break,
            };
            *flag = true;
            rest = &rest[1..];
        }
        let mut good_index = true;
        rest = self.argument_index(rest, &mut good_index);
        (rest, flags.width) = match rest.strip_prefix('*') {
            Some(after) => {
                let width = self.star("%!(BADWIDTH)");
                if width.is_some_and(|width| width < 0) {
                    flags.minus = true;
                }
                (after, width.map(|width| width.unsigned_abs() as usize))
            }
            None => self.number(rest, "%!(BADWIDTH)"),
        };
        if let Some(after) = rest.strip_prefix('.') {
            rest = self.argument_index(after, &mut good_index);
            (rest, flags.precision) = match rest.strip_prefix('*') {
                Some(after) => {
                    let precision = self.star("%!(BADPREC)");
                    let valid = precision.and_then(|value| usize::try_from(value).ok());
                    if precision.is_some() && valid.is_none() {
                        self.out.push_str("%!(BADPREC)");
                    }
                    (after, valid)
                }
                None => {
                    let (after, precision) = self.number(rest, "%!(BADPREC)");
                    (after, Some(precision.unwrap_or(0)))
                }
            };
        }
        rest = self.argument_index(rest, &mut good_index);
        let Some(verb) = rest.chars().next() else {
            self.out.push_str("%!(NOVERB)");
            return rest;
        };
        rest = &rest[verb.len_utf8()..];
        if verb == 'v' {
            // With this verb they ask for more detail instead.
            flags.go_syntax = std::mem::take(&mut flags.sharp);
            flags.plus = false;
        }
        if verb == '%' {
            self.out.push('%');
        } else if !good_index {
            self.out.push_str(&format!("%!{verb}(BADINDEX)"));
        } else if let Some(arg) = self.args.get(self.next) {
            self.next += 1;
            let printed = print(verb, arg, flags);
            self.out.push_str(&printed);
        } else {
            self.out.push_str(&format!("%!{verb}(MISSING)"));
        }
        rest
    }

    /// `[n]` chooses the argument that comes next.
    fn argument_index<'t>(&mut self, text: &'t str, good: &mut bool) -> &'t str {
        let Some(inside) = text.strip_prefix('[') else {
            return text;
        };
        self.reordered = true;
        let Some((digits, rest)) = inside.split_once(']') else {
            *good = false;
            return inside;
        };
        match digits.parse::<usize>() {
            Ok(index) if (1..=self.args.len()).contains(&index) => self.next = index - 1,
            _ => *good = false,
        }
        rest
    }

    /// The width or precision that `*` takes from the arguments.
    fn star(&mut self, bad: &str) -> Option<i64> {
        let value = match self.args.get(self.next) {
            Some(Value::Int(value, _)) if value.abs() <= MAX_WIDTH => Some(*value),
            _ => None,
        };
        if self.next < self.args.len() {
            self.next += 1;
        }
        if value.is_none() {
            self.out.push_str(bad);
        }
        value
    }

    fn number<'t>(&mut self, text: &'t str, bad: &str) -> (&'t str, Option<usize>) {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        if digits.is_empty() {
            return (rest, None);
        }
        match digits.parse::<i64>() {
            Ok(value) if value <= MAX_WIDTH => (rest, Some(value as usize)),
            _ => {
                self.out.push_str(bad);
                (rest, None)
            }
        }
    }
}

/// `arg` as `verb` prints it.
fn print(verb: char, arg: &Value, flags: Flags) -> String {
    match (verb, arg) {
        (_, Value::Invalid | Value::NilInterface) if !matches!(verb, 'T' | 'v') => {
            format!("%!{verb}(<nil>)")
        }
        ('T', _) => pad(arg.type_name(), flags),
        ('v', Value::Float(value)) => print_float('g', *value, flags),
        ('v', Value::Int(value, IntType::Int | IntType::Int64 | IntType::Uint8)) => {
            print_int('d', *value, flags)
        }
        ('v', Value::String(text) | Value::Html(text)) if flags.go_syntax => {
            print_text('q', text, flags)
        }
        ('v', Value::String(text) | Value::Html(text)) => print_text('s', text, flags),
        ('v', Value::Bool(_)) => pad(&arg.print(0), flags),
        ('v' | 's', Value::Histogram(text)) => print_text('s', text, flags),
        ('v' | 's', Value::Time(..) | Value::Duration(..)) => print_text('s', &arg.print(0), flags),
        ('v' | 's', Value::Int(_, IntType::Month | IntType::Weekday)) => {
            print_text('s', &arg.print(0), flags)
        }
        ('q', Value::Time(..) | Value::Duration(..) | Value::Histogram(_)) => {
            print_text('q', &arg.print(0), flags)
        }
        ('q', Value::Int(_, IntType::Month | IntType::Weekday)) => {
            print_text('q', &arg.print(0), flags)
        }
        ('t', Value::Bool(_)) => pad(&arg.print(0), flags),
        ('s' | 'q' | 'x' | 'X', Value::String(text) | Value::Html(text)) => {
            print_text(verb, text, flags)
        }
        ('d' | 'b' | 'o' | 'O' | 'x' | 'X' | 'c' | 'q' | 'U', Value::Int(value, _)) => {
            print_int(verb, *value, flags)
        }
        ('d' | 'b' | 'o' | 'O' | 'x' | 'X', Value::Duration(value, Pointer::No)) => {
            print_int(verb, *value, flags)
        }
        ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X', Value::Float(value)) => {
            print_float(verb, *value, flags)
        }
        (
            _,
            Value::Labels(_)
            | Value::Args(_)
            | Value::Data(_)
            | Value::Sample(_)
            | Value::Samples(_),
        ) => print_compound(verb, arg, flags),
        ('v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G', Value::Complex(re, im)) => {
            let verb = if verb == 'v' { 'g' } else { verb };
            let plus = Flags {
                plus: true,
                ..flags
            };
            let (re, im) = (print_float(verb, *re, flags), print_float(verb, *im, plus));
            format!("({re}{im}i)")
        }
        ('v', _) => pad(&arg.print(0), flags),
        // The value is shown with the flags of the directive, as `%v`.
        _ => {
            let shown = print('v', arg, flags);
            format!("%!{verb}({}={shown})", arg.type_name())
        }
    }
}

/// Maps and structs: the verb goes to what is inside.
fn print_compound(verb: char, arg: &Value, flags: Flags) -> String {
    let inside = |value: &Value| print(verb, value, flags);
    let text = |text: &Arc<str>| inside(&Value::String(Arc::clone(text)));
    let labels = |labels: &crate::labels::Labels| {
        let pairs: Vec<String> = labels
            .iter()
            .map(|label| format!("{}:{}", text(&label.name), text(&label.value)))
            .collect();
        format!("map[{}]", pairs.join(" "))
    };
    match arg {
        Value::Labels(map) => labels(map),
        Value::Args(args) => {
            let pairs: Vec<String> = args
                .iter()
                .map(|(key, value)| format!("{}:{}", text(&key.as_str().into()), inside(value)))
                .collect();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Data(data) => format!(
            "{{{} {} {} {}}}",
            labels(&data.labels),
            labels(&data.external_labels),
            text(&data.external_url),
            inside(&data.value)
        ),
        Value::Sample(sample) => format!(
            "&{{{} {}}}",
            labels(&sample.labels),
            inside(&Value::Float(sample.value))
        ),
        _ => arg.print(0),
    }
}
