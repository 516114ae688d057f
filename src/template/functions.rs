//! The functions of templates: those every Go template has and those of the program. One row a function.

mod alertmanager;
mod prometheus;

use super::value::Value;
use super::{World, builtins};
use crate::regex::{Anchoring, Pattern};
use crate::target::{Target, Version};

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
    Int,
    Time,
    Duration,
    /// `[]string`
    Strings,
    /// `[]interface {}`
    List,
}

impl Type {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::String => "string",
            Self::Sample => "*template.sample",
            Self::Samples => "template.queryResult",
            Self::Int => "int",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
            Self::Strings => "[]string",
            Self::List => "[]interface {}",
        }
    }
}
/// Whose templates they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Host {
    /// Labels and annotations of Prometheus's alerts.
    Prometheus,
    /// Notifications of Alertmanager.
    Alertmanager,
}

impl Host {
    const fn functions(self) -> &'static [Function] {
        match self {
            Self::Prometheus => &prometheus::FUNCTIONS,
            Self::Alertmanager => &alertmanager::FUNCTIONS,
        }
    }

    /// The version that is aimed at.
    pub const fn version(self, target: &Target) -> Version {
        match self {
            Self::Prometheus => target.prometheus,
            Self::Alertmanager => target.alertmanager,
        }
    }

    /// The `x` of the Go 1.x that the version was built with, as far as templates tell: 19 stands for all before 22.
    pub fn go(self, target: &Target) -> u16 {
        let releases: &[(Version, u16)] = match self {
            Self::Prometheus => &[
                (Version::new(3, 6), 25),
                (Version::new(2, 55), 23),
                (Version::new(2, 51), 22),
            ],
            Self::Alertmanager => &[(Version::new(0, 29), 25), (Version::new(0, 28), 23)],
        };
        let version = self.version(target);
        let release = releases.iter().find(|(first, _)| version >= *first);
        release.map_or(19, |&(_, go)| go)
    }
}

/// What a function may look at besides its arguments.
pub(super) struct Context<'c> {
    pub world: &'c dyn World,
    pub target: &'c Target,
    pub host: Host,
}

impl Context<'_> {
    /// Whether Go 1.x or newer runs the template.
    pub fn has_go(&self, x: u16) -> bool {
        self.host.go(self.target) >= x
    }
}

/// How the error of a function begins that is known but not imitated.
pub(super) const NOT_SIMULATED: &str = "not simulated: ";

type Call = fn(&Context, Vec<Value>) -> Result<Value, String>;

/// A function.
pub(super) struct Function {
    pub name: &'static str,
    /// The first version of its host that has it; `None` for those older than Prometheus 2.42 and Alertmanager 0.25.
    pub since: Option<Version>,
    pub params: &'static [Type],
    /// Further arguments of this type, any number of them.
    pub variadic: Option<Type>,
    pub call: Call,
}

/// The function `name` for `target`: of several the newest that it has.
pub(super) fn find(name: &str, host: Host, target: &Target) -> Option<&'static Function> {
    let is_there = |function: &&Function| {
        let since = function.since;
        since.is_none_or(|since| host.version(target) >= since)
    };
    by_name(name, host)
        .filter(is_there)
        .max_by_key(|function| function.since)
}

/// The first version of the host that has the function `name`, where there are older ones.
pub(super) fn since(name: &str, host: Host) -> Option<Version> {
    by_name(name, host).map(|function| function.since).min()?
}

fn by_name(name: &str, host: Host) -> impl Iterator<Item = &'static Function> {
    let all = all(host).chain(&super::html::ESCAPERS);
    all.filter(move |function| function.name == name)
}

/// The functions that people can write.
fn all(host: Host) -> impl Iterator<Item = &'static Function> {
    host.functions().iter().chain(&SHARED).chain(&GO)
}

/// Their names, for `target`.
pub(super) fn names(host: Host, target: &Target) -> impl Iterator<Item = &'static str> {
    let version = host.version(target);
    let there = move |function: &&Function| function.since.is_none_or(|since| version >= since);
    all(host).filter(there).map(|function| function.name)
}

/// Whether every Go template has it.
pub(super) fn is_go(name: &str) -> bool {
    GO.iter().any(|function| function.name == name)
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

pub(super) const fn variadic(
    name: &'static str,
    params: &'static [Type],
    more: Type,
    call: Call,
) -> Function {
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

use Type::{Any, Reflect, String as Text};
/// What Prometheus and Alertmanager have alike.
static SHARED: [Function; 5] = [
    row("toUpper", &[Text], |_, args| {
        Ok(Value::string(map_chars(text(&args, 0), to_upper)))
    }),
    row("toLower", &[Text], |_, args| {
        Ok(Value::string(map_chars(text(&args, 0), to_lower)))
    }),
    row("match", &[Text, Text], |_, args| {
        let pattern = Pattern::parse(text(&args, 0), Anchoring::None);
        let pattern = pattern.map_err(|error| error.to_string())?;
        Ok(Value::Bool(pattern.is_match(text(&args, 1))))
    }),
    row("reReplaceAll", &[Text, Text, Text], replace_all),
    row("safeHtml", &[Text], |_, args| {
        Ok(Value::Html(text(&args, 0).into()))
    }),
];

/// What every Go template has. `and` and `or` stop early: the evaluator sees to them.
static GO: [Function; 19] = [
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

/// Argument `index`, which the evaluator has made sure is a string.
fn text(args: &[Value], index: usize) -> &str {
    match args.get(index) {
        Some(Value::String(text)) => text,
        _ => "",
    }
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

/// What `title` makes of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Titling {
    /// Every character but letters, digits and `_` ends a word. Only the first letter changes.
    Letters,
    /// Words are Unicode's, which `'` and `.` between letters do not end. Only the first letter changes.
    Words,
    /// The same words, with all letters behind the first in lower case.
    WordsAlone,
}

/// The first letter of each word in upper case.
fn title(text: &str, titling: Titling) -> String {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let is_middle = |c: char| matches!(c, '\'' | '.' | ':' | '·' | '’' | '‘' | '․');
    let mut inside = false;
    let mut before = ' ';
    let map = |c: char| {
        let raised = if titling != Titling::Letters {
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
        match titling {
            _ if raised => to_upper(c),
            Titling::WordsAlone => to_lower(c),
            _ => c,
        }
    };
    text.chars().map(map).collect()
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
