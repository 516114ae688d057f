//! Go's `fmt`: `Sprintf`, `Sprint` and `Sprintln` for the values that templates have.

mod compound;

use super::value::{IntType, Pointer, Value};
use crate::labels::quote;
use crate::number::{Precision, format_float};
use compound::{print_compound, print_parts};

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

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    /// `%#v`
    go_syntax: bool,
    /// `%+v`: with the names of fields.
    names: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
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
            flags.names = std::mem::take(&mut flags.plus);
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
        ('v', Value::String(text) | Value::Html(text) | Value::Url(text)) if flags.go_syntax => {
            print_text('q', text, flags)
        }
        ('v', Value::String(text) | Value::Html(text) | Value::Url(text)) => {
            print_text('s', text, flags)
        }
        ('v', Value::Bool(_)) => pad(&arg.print(0), flags),
        ('v' | 's', Value::Histogram(text)) => print_text('s', text, flags),
        ('v' | 's', Value::Time(..) | Value::Duration(..)) => print_text('s', &arg.print(0), flags),
        ('v' | 's', Value::Int(_, IntType::Month | IntType::Weekday)) => {
            print_text('s', &arg.print(0), flags)
        }
        ('q', Value::Time(..) | Value::Duration(..) | Value::Histogram(_)) => {
            print_text('q', &arg.print(0), flags)
        }
        ('x' | 'X', Value::Time(..)) => print_text(verb, &arg.print(0), flags),
        ('q', Value::Int(_, IntType::Month | IntType::Weekday)) => {
            print_text('q', &arg.print(0), flags)
        }
        ('v' | 's' | 'x' | 'X' | 'q', Value::Object(object))
            if object.prints_itself(flags.go_syntax) =>
        {
            let verb = if verb == 'v' { 's' } else { verb };
            print_text(verb, &object.as_pairs().unwrap_or_default(), flags)
        }
        (_, Value::Strings(..) | Value::List(_) | Value::Object(_)) => {
            print_parts(verb, arg, flags)
        }
        ('t', Value::Bool(_)) => pad(&arg.print(0), flags),
        ('s' | 'q' | 'x' | 'X', Value::String(text) | Value::Html(text) | Value::Url(text)) => {
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

fn print_text(verb: char, text: &str, flags: Flags) -> String {
    let text = match flags.precision {
        Some(precision) if verb != 'x' && verb != 'X' => match text.char_indices().nth(precision) {
            Some((end, _)) => &text[..end],
            None => text,
        },
        _ => text,
    };
    match verb {
        'q' if flags.sharp && !text.contains('`') && !text.contains(|c: char| c.is_control()) => {
            pad(&format!("`{text}`"), flags)
        }
        'q' if flags.plus => pad(&ascii(&quote(text)), flags),
        'q' => pad(&quote(text), flags),
        'x' | 'X' => {
            let bytes = text.as_bytes();
            let bytes = &bytes[..flags.precision.unwrap_or(bytes.len()).min(bytes.len())];
            let separator = match (flags.space, flags.sharp) {
                (true, true) => " 0x",
                (true, false) => " ",
                _ => "",
            };
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut text = hex.join(separator);
            if flags.sharp && !bytes.is_empty() {
                text.insert_str(0, "0x");
            }
            pad(
                &if verb == 'X' {
                    text.to_uppercase()
                } else {
                    text
                },
                flags,
            )
        }
        _ => pad(text, flags),
    }
}

fn print_int(verb: char, value: i64, flags: Flags) -> String {
    let magnitude = value.unsigned_abs();
    let mut digits = match verb {
        'b' => format!("{magnitude:b}"),
        'o' | 'O' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        'c' | 'q' | 'U' => {
            let c = u32::try_from(value).ok().and_then(char::from_u32);
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            return match verb {
                'c' => pad(c.encode_utf8(&mut [0; 4]), flags),
                'q' if c == '\'' => pad("'\\''", flags),
                'q' if c == '"' => pad("'\"'", flags),
                'q' => {
                    let mut quoted = quote(c.encode_utf8(&mut [0; 4]));
                    if flags.plus {
                        quoted = ascii(&quoted);
                    }
                    pad(&format!("'{}'", quoted.trim_matches('"')), flags)
                }
                _ if flags.sharp => pad(&format!("U+{magnitude:04X} '{c}'"), flags),
                _ => pad(&format!("U+{magnitude:04X}"), flags),
            };
        }
        _ => magnitude.to_string(),
    };
    let sign = match (value < 0, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let least = match (flags.precision, flags.width) {
        // A precision of zero prints zero as nothing.
        (Some(0), _) if value == 0 => {
            return pad(
                "",
                Flags {
                    zero: false,
                    ..flags
                },
            );
        }
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    if digits.len() < least {
        digits.insert_str(0, &"0".repeat(least - digits.len()));
    }
    let prefix = match verb {
        'O' => "0o",
        'b' if flags.sharp => "0b",
        'o' if flags.sharp && !digits.starts_with('0') => "0",
        'x' if flags.sharp => "0x",
        'X' if flags.sharp => "0X",
        _ => "",
    };
    pad(
        &format!("{sign}{prefix}{digits}"),
        Flags {
            zero: false,
            ..flags
        },
    )
}

fn print_float(verb: char, value: f64, flags: Flags) -> String {
    let lower = verb.to_ascii_lowercase();
    let precision = match (flags.precision, lower) {
        (Some(digits), _) => Precision::Digits(digits),
        (None, 'g' | 'x') => Precision::Shortest,
        (None, _) => Precision::Digits(6),
    };
    let mut text = format_float(value, lower, precision);
    if flags.sharp && value.is_finite() {
        text = with_point(&text, lower, flags.precision);
    }
    if verb.is_ascii_uppercase() && value.is_finite() {
        text = text.to_ascii_uppercase();
    }
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (&text[..1], digits),
        None => ("", &*text),
    };
    let sign = match sign {
        "-" => "-",
        _ if flags.plus => "+",
        _ if flags.space => " ",
        // Infinity keeps its plus unless a blank was asked for.
        other => other,
    };
    let fill = flags
        .width
        .unwrap_or(0)
        .saturating_sub(sign.len() + digits.chars().count());
    if flags.zero && !flags.minus && value.is_finite() {
        return format!("{sign}{}{digits}", "0".repeat(fill));
    }
    pad(
        &format!("{sign}{digits}"),
        Flags {
            zero: false,
            ..flags
        },
    )
}

/// What `#` does: always a point, and for `g` no zeros cut off.
fn with_point(text: &str, layout: char, precision: Option<usize>) -> String {
    let (mantissa, exponent) = match text.find('e') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut mantissa = mantissa.to_owned();
    if !mantissa.contains('.') {
        mantissa.push('.');
    }
    if layout == 'g' {
        let significant = mantissa.trim_start_matches(['-', '0', '.']);
        let have = significant.chars().filter(char::is_ascii_digit).count();
        let wanted = precision.unwrap_or(6).max(1);
        mantissa.push_str(&"0".repeat(wanted.saturating_sub(have)));
    }
    mantissa + exponent
}

/// A quoted text with what is not ASCII escaped.
fn ascii(quoted: &str) -> String {
    let escape = |c: char| match c as u32 {
        code if c.is_ascii() => char::from(code as u8).to_string(),
        code @ 0..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    };
    quoted.chars().map(escape).collect()
}

/// Fills up to the width, in characters.
fn pad(text: &str, flags: Flags) -> String {
    let fill = flags
        .width
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    if flags.minus {
        return format!("{text}{}", " ".repeat(fill));
    }
    let filler = if flags.zero { "0" } else { " " };
    format!("{}{text}", filler.repeat(fill))
}
