//! The functions of templates: those of Prometheus and those every Go template has. One row a function.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::humanize::{
    humanize, humanize_duration, humanize_percentage, humanize_timestamp, humanize1024, to_float,
    to_time,
};
use super::value::{Pointer, Sample, Value};
use super::{World, builtins};
use crate::regex::{Anchoring, Pattern};
use crate::target::{Duration, Target, Version};

/// What a parameter is declared as. It decides which constants may stand for it and what is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`, the type of most built-in functions: takes anything, nothing too.
    Reflect,
    String,
    Sample,
    Samples,
    Time,
    Duration,
}

impl Type {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::String => "string",
            Self::Sample => "*template.sample",
            Self::Samples => "template.queryResult",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
        }
    }
}

/// What a function may look at besides its arguments.
pub(super) struct Context<'c> {
    pub world: &'c dyn World,
    pub target: &'c Target,
}

/// The first Prometheus whose Go names arguments and types in more of its errors.
pub(super) const GO_1_25: Version = Version::new(3, 6);

type Call = fn(&Context, Vec<Value>) -> Result<Value, String>;

/// A function.
pub(super) struct Function {
    pub name: &'static str,
    /// The first Prometheus that has it; `None` for those older than 2.42.
    pub since: Option<Version>,
    pub params: &'static [Type],
    /// Further arguments of this type, any number of them.
    pub variadic: Option<Type>,
    pub call: Call,
}

/// The function `name` for `target`.
pub(super) fn find(name: &str, target: &Target) -> Option<&'static Function> {
    FUNCTIONS
        .iter()
        .find(|function| function.name == name)
        .filter(|function| {
            function
                .since
                .is_none_or(|since| target.prometheus >= since)
        })
}

/// The first Prometheus that has the function `name`, where it is newer than 2.42.
pub(super) fn since(name: &str) -> Option<Version> {
    FUNCTIONS
        .iter()
        .find(|function| function.name == name)?
        .since
}

const fn row(name: &'static str, params: &'static [Type], call: Call) -> Function {
    Function {
        name,
        since: None,
        params,
        variadic: None,
        call,
    }
}

const fn variadic(name: &'static str, params: &'static [Type], more: Type, call: Call) -> Function {
    Function {
        variadic: Some(more),
        ..row(name, params, call)
    }
}

const fn newer(major: u16, minor: u16, function: Function) -> Function {
    Function {
        since: Some(Version::new(major, minor)),
        ..function
    }
}

use Type::{Any, Reflect, Samples, String as Text};

static FUNCTIONS: [Function; 48] = [
    // Prometheus.
    row("query", &[Text], query),
    row("first", &[Samples], first),
    row("label", &[Text, Type::Sample], label),
    row("value", &[Type::Sample], |_, args| {
        Ok(Value::Float(sample(&args[0])?.value))
    }),
    row("strvalue", &[Type::Sample], |_, args| {
        label_of(&args[0], "__value__")
    }),
    row("sortByLabel", &[Text, Samples], sort_by_label),
    variadic("args", &[], Any, args_map),
    row("humanize", &[Any], |_, args| number(&args, humanize)),
    row("humanize1024", &[Any], |_, args| {
        number(&args, humanize1024)
    }),
    row("humanizeDuration", &[Any], |_, args| {
        number(&args, humanize_duration)
    }),
    row("humanizePercentage", &[Any], |_, args| {
        number(&args, humanize_percentage)
    }),
    row("humanizeTimestamp", &[Any], |_, args| {
        humanize_timestamp(to_float(&args[0])?).map(Value::string)
    }),
    row("toTime", &[Any], |_, args| {
        Ok(Value::Time(to_time(to_float(&args[0])?)?, Pointer::Yes))
    }),
    newer(3, 6, row("toDuration", &[Any], to_duration)),
    newer(
        3,
        6,
        row("now", &[], |context, _| {
            Ok(Value::Float(context.world.now()))
        }),
    ),
    row("parseDuration", &[Text], parse_duration),
    row("toUpper", &[Text], |_, args| {
        Ok(Value::string(map_chars(text(&args, 0), to_upper)))
    }),
    row("toLower", &[Text], |_, args| {
        Ok(Value::string(map_chars(text(&args, 0), to_lower)))
    }),
    row("title", &[Text], |context, args| {
        let by_words = context.target.prometheus >= Version::new(3, 0);
        Ok(Value::string(title(text(&args, 0), by_words)))
    }),
    row("match", &[Text, Text], |_, args| {
        let pattern = Pattern::parse(text(&args, 0), Anchoring::None);
        let pattern = pattern.map_err(|error| error.to_string())?;
        Ok(Value::Bool(pattern.is_match(text(&args, 1))))
    }),
    row("reReplaceAll", &[Text, Text, Text], replace_all),
    row("stripPort", &[Text], |_, args| {
        let text = text(&args, 0);
        Ok(Value::string(
            split_host_port(text).map_or(text, |(host, _)| host),
        ))
    }),
    row("stripDomain", &[Text], |_, args| {
        Ok(Value::string(strip_domain(text(&args, 0))))
    }),
    row("graphLink", &[Text], |_, args| Ok(graph_link(&args, 0))),
    row("tableLink", &[Text], |_, args| Ok(graph_link(&args, 1))),
    newer(
        3,
        8,
        row("urlQueryEscape", &[Text], |_, args| {
            Ok(Value::string(query_escape(text(&args, 0))))
        }),
    ),
    row("safeHtml", &[Text], |_, args| {
        Ok(Value::Html(text(&args, 0).into()))
    }),
    row("externalURL", &[], |context, _| {
        Ok(Value::string(context.world.external_url()))
    }),
    row("pathPrefix", &[], |context, _| {
        Ok(Value::string(path_of(context.world.external_url())))
    }),
    // Every Go template. `and` and `or` stop early: the evaluator sees to them.
    variadic("and", &[Reflect], Reflect, |_, args| Ok(args[0].clone())),
    variadic("or", &[Reflect], Reflect, |_, args| Ok(args[0].clone())),
    row("not", &[Reflect], |_, args| {
        Ok(Value::Bool(!args[0].is_true()))
    }),
    variadic("call", &[Reflect], Reflect, |_, args| {
        builtins::call(&args[0])
    }),
    variadic("html", &[], Any, |_, args| {
        Ok(Value::string(builtins::html(&builtins::joined(&args))))
    }),
    variadic("index", &[Reflect], Reflect, |_, args| {
        builtins::index(&args)
    }),
    variadic("slice", &[Reflect], Reflect, |_, args| {
        builtins::slice(&args)
    }),
    variadic("js", &[], Any, |_, args| {
        Ok(Value::string(builtins::js(&builtins::joined(&args))))
    }),
    row("len", &[Reflect], |_, args| builtins::len(&args[0])),
    variadic("print", &[], Any, |_, args| {
        Ok(Value::string(super::printf::sprint(&args)))
    }),
    variadic("printf", &[Text], Any, |_, args| {
        Ok(Value::string(super::printf::sprintf(
            text(&args, 0),
            &args[1..],
        )))
    }),
    variadic("println", &[], Any, |_, args| {
        Ok(Value::string(super::printf::sprintln(&args)))
    }),
    variadic("urlquery", &[], Any, |_, args| {
        Ok(Value::string(query_escape(&builtins::joined(&args))))
    }),
    variadic("eq", &[Reflect], Reflect, |context, args| {
        builtins::eq(context, &args[0], &args[1..]).map(Value::Bool)
    }),
    row("ne", &[Reflect, Reflect], |context, args| {
        builtins::eq(context, &args[0], &args[1..]).map(|equal| Value::Bool(!equal))
    }),
    row("lt", &[Reflect, Reflect], |context, args| {
        builtins::lt(context, &args[0], &args[1]).map(Value::Bool)
    }),
    row("le", &[Reflect, Reflect], |context, args| {
        builtins::le(context, &args[0], &args[1]).map(Value::Bool)
    }),
    row("gt", &[Reflect, Reflect], |context, args| {
        builtins::le(context, &args[0], &args[1]).map(|le| Value::Bool(!le))
    }),
    row("ge", &[Reflect, Reflect], |context, args| {
        builtins::lt(context, &args[0], &args[1]).map(|lt| Value::Bool(!lt))
    }),
];

/// Go's words for a call on a nil pointer.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

/// Argument `index`, which the evaluator has made sure is a string.
fn text(args: &[Value], index: usize) -> &str {
    match args.get(index) {
        Some(Value::String(text)) => text,
        _ => "",
    }
}

fn number(args: &[Value], print: fn(f64) -> String) -> Result<Value, String> {
    to_float(&args[0]).map(|value| Value::string(print(value)))
}

fn sample(value: &Value) -> Result<&Rc<Sample>, String> {
    match value {
        Value::Sample(sample) => Ok(sample),
        _ => Err(NIL_POINTER.to_owned()),
    }
}

fn label_of(value: &Value, name: &str) -> Result<Value, String> {
    let labels = &sample(value)?.labels;
    Ok(Value::string(labels.get(name).unwrap_or_default()))
}

fn query(context: &Context, args: Vec<Value>) -> Result<Value, String> {
    let samples = context.world.query(text(&args, 0))?;
    let samples = samples.into_iter().map(|sample| {
        Rc::new(Sample {
            labels: sample.labels,
            value: sample.value,
        })
    });
    Ok(Value::Samples(Rc::new(RefCell::new(samples.collect()))))
}

fn first(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let first = match &args[0] {
        Value::Samples(samples) => samples.borrow().first().cloned(),
        _ => None,
    };
    first
        .map(Value::Sample)
        .ok_or_else(|| "first() called on vector with no elements".to_owned())
}

fn label(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    label_of(&args[1], text(&args, 0))
}

fn sort_by_label(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let name = text(&args, 0);
    if let Value::Samples(samples) = &args[1] {
        samples.borrow_mut().sort_by(|a, b| {
            let value =
                |sample: &Rc<Sample>| sample.labels.get(name).unwrap_or_default().to_owned();
            value(a).cmp(&value(b))
        });
    }
    Ok(args[1].clone())
}

fn args_map(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let map: BTreeMap<String, Value> = args
        .into_iter()
        .enumerate()
        .map(|(index, arg)| (format!("arg{index}"), arg))
        .collect();
    Ok(Value::Args(Rc::new(map)))
}

fn to_duration(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let nanos = to_float(&args[0])? * 1e9;
    Ok(Value::Duration(nanos as i64, Pointer::Yes))
}

fn parse_duration(context: &Context, args: Vec<Value>) -> Result<Value, String> {
    let text = text(&args, 0);
    let may_be_negative = context.target.prometheus >= Version::new(3, 0);
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) if may_be_negative => (-1.0, body),
        _ => (1.0, text),
    };
    let duration = Duration::parse(body).map_err(|error| error.to_string())?;
    Ok(Value::Float(sign * duration.seconds()))
}

fn replace_all(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let (pattern, template, on) = (text(&args, 0), text(&args, 1), text(&args, 2));
    let parsed = Pattern::parse(pattern, Anchoring::None)
        .map_err(|error| format!("regexp: Compile({}): {error}", backquote(pattern)))?;
    Ok(Value::string(parsed.replace_all(on, template)))
}

/// In backquotes where that can be, else in double quotes.
fn backquote(text: &str) -> String {
    let plain = |c: char| c != '`' && (c == '\t' || !c.is_control()) && c != '\u{feff}';
    if text.chars().all(plain) {
        format!("`{text}`")
    } else {
        crate::labels::quote(text)
    }
}

fn map_chars(text: &str, map: fn(char) -> char) -> String {
    text.chars().map(map).collect()
}

/// Go maps one character to one character: those that would become several stay.
fn to_upper(c: char) -> char {
    single(c, c.to_uppercase())
}

fn to_lower(c: char) -> char {
    if c == 'İ' {
        return 'i';
    }
    single(c, c.to_lowercase())
}

fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The first letter of each word in upper case. Since Prometheus 3 words are Unicode's, which `'` and `.` between
/// letters do not end; before that every character but letters, digits and `_` ended a word.
fn title(text: &str, by_words: bool) -> String {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let is_middle = |c: char| matches!(c, '\'' | '.' | ':' | '·' | '’' | '‘' | '․');
    let mut inside = false;
    let mut before = ' ';
    let map = |c: char| {
        let raised = if by_words {
            let cased = c.is_lowercase() || c.is_uppercase();
            let starts = cased && !inside;
            if cased {
                inside = true;
            } else if is_middle(c) {
                inside &= !is_middle(before);
            } else if !is_word(c) {
                inside = false;
            }
            starts
        } else if before.is_ascii() {
            !is_word(before)
        } else {
            before.is_whitespace()
        };
        before = c;
        if raised { to_upper(c) } else { c }
    };
    text.chars().map(map).collect()
}

/// Go's `net.SplitHostPort`.
fn split_host_port(text: &str) -> Option<(&str, &str)> {
    let colon = text.rfind(':')?;
    let (host, port) = (&text[..colon], &text[colon + 1..]);
    let has_bracket = |text: &str| text.contains(['[', ']']);
    if let Some(inside) = text.strip_prefix('[') {
        let end = inside.find(']')?;
        let host = &inside[..end];
        let adjacent = end + 2 == colon;
        return (adjacent && !has_bracket(host) && !has_bracket(port)).then_some((host, port));
    }
    (!host.contains(':') && !has_bracket(text)).then_some((host, port))
}

/// The first part of a host name, the port kept; addresses stay.
fn strip_domain(text: &str) -> String {
    let (host, port) = split_host_port(text).unwrap_or((text, ""));
    if host.parse::<IpAddr>().is_ok() {
        return text.to_owned();
    }
    let host = host.split('.').next().unwrap_or_default();
    match port {
        "" => host.to_owned(),
        port if host.contains([':', '%']) => format!("[{host}]:{port}"),
        port => format!("{host}:{port}"),
    }
}

fn graph_link(args: &[Value], tab: u8) -> Value {
    Value::string(link(text(args, 0), tab))
}

/// The path in Prometheus that shows an expression.
pub(super) fn link(expression: &str, tab: u8) -> String {
    format!("/graph?g0.expr={}&g0.tab={tab}", query_escape(expression))
}

/// Go's `url.QueryEscape`.
pub(super) fn query_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            byte if byte.is_ascii_alphanumeric() => out.push(byte as char),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The path of a URL.
fn path_of(url: &str) -> Arc<str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').map_or("", |start| &rest[start..]).into()
}
