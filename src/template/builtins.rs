//! The functions that every Go template has and that need more than a line.

use std::cell::RefCell;
use std::rc::Rc;

use super::alertmanager::object::Object;
use super::functions::Context;
use super::printf::sprint_with;
use super::value::{BasicKind, IntType, Shape, Value};

/// The arguments as one text, for `html`, `js` and `urlquery`.
pub(super) fn joined(args: &[Value]) -> String {
    if let [Value::String(text)] = args {
        return text.to_string();
    }
    // To `Sprint` the mark for nothing is a string, beside which no blank is put.
    let args: Vec<Value> = args
        .iter()
        .map(|arg| match arg {
            Value::Invalid | Value::NilInterface => Value::string("<no value>"),
            other => other.clone(),
        })
        .collect();
    sprint_with(&args, Value::print_in_action)
}

/// Escapes for HTML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// Escapes for a string of JavaScript.
pub(super) fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if c < ' ' || !c.is_ascii() && (c.is_control() || c.is_whitespace()) => {
                out.push_str(&format!("\\u{:04X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}

/// No value of a template is a function, so `call` always fails.
pub(super) fn call(callee: &Value) -> Result<Value, String> {
    match callee {
        Value::Invalid | Value::NilInterface => Err("call of nil".to_owned()),
        other => Err(format!("non-function of type {}", other.type_name())),
    }
}

pub(super) fn len(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) | Value::Html(text) | Value::Url(text) => Ok(Value::int(text.len())),
        Value::Strings(list, _) => Ok(Value::int(list.len())),
        Value::List(list) => Ok(Value::int(list.len())),
        Value::Object(object) => match object.len() {
            Some(len) => Ok(Value::int(len)),
            None => Err(format!("len of type {}", behind_pointer(value))),
        },
        Value::Labels(labels) => Ok(Value::int(labels.len())),
        Value::Args(args) => Ok(Value::int(args.len())),
        Value::Samples(samples) => Ok(Value::int(samples.borrow().len())),
        Value::Invalid | Value::NilInterface => {
            Err("reflect: call of reflect.Value.Type on zero Value".to_owned())
        }
        other => Err(format!("len of type {}", behind_pointer(other))),
    }
}

/// `index item key key …`
pub(super) fn index(args: &[Value]) -> Result<Value, String> {
    let mut item = args[0].clone();
    if matches!(item, Value::Invalid | Value::NilInterface) {
        return Err("index of untyped nil".to_owned());
    }
    for key in &args[1..] {
        item = index_one(&item, key)?;
    }
    Ok(item)
}

fn index_one(item: &Value, key: &Value) -> Result<Value, String> {
    let out_of_range = |kind: &str| format!("reflect: {kind} index out of range");
    match item {
        Value::Labels(labels) => {
            let value = labels.get(map_key(key)?).unwrap_or_default();
            Ok(Value::string(value))
        }
        Value::Args(args) => Ok(args
            .get(map_key(key)?)
            .cloned()
            .unwrap_or(Value::NilInterface)),
        Value::String(text) | Value::Html(text) | Value::Url(text) => {
            let at = position(key, text.len())?;
            let byte = text
                .as_bytes()
                .get(at)
                .ok_or_else(|| out_of_range("string"))?;
            Ok(Value::Int(i64::from(*byte), IntType::Uint8))
        }
        Value::Samples(samples) => {
            let samples = samples.borrow();
            let at = position(key, samples.len())?;
            let sample = samples.get(at).ok_or_else(|| out_of_range("slice"))?;
            Ok(Value::Sample(Rc::clone(sample)))
        }
        Value::Strings(..) | Value::List(_) | Value::Object(_) => match item.shape() {
            Some(Shape::Map(pairs)) => {
                let key = map_key(key)?;
                let found = pairs.into_iter().find(|(name, _)| **name == *key);
                Ok(found.map_or(Value::string(""), |(_, value)| value))
            }
            Some(Shape::List(mut parts)) => {
                let at = position(key, parts.len())?;
                if at < parts.len() {
                    Ok(parts.swap_remove(at))
                } else {
                    Err(out_of_range("slice"))
                }
            }
            _ => Err(format!("can't index item of type {}", behind_pointer(item))),
        },
        Value::Invalid | Value::NilInterface => Err("index of nil pointer".to_owned()),
        other => Err(format!(
            "can't index item of type {}",
            behind_pointer(other)
        )),
    }
}

/// The type of a value, or of what it points to.
fn behind_pointer(value: &Value) -> &'static str {
    value.type_name().trim_start_matches('*')
}

fn map_key(key: &Value) -> Result<&str, String> {
    match key {
        Value::String(text) => Ok(text),
        Value::Invalid | Value::NilInterface => {
            Err("value is nil; should be of type string".to_owned())
        }
        other => Err(format!(
            "value has type {}; should be string",
            other.type_name()
        )),
    }
}

/// A place in something of length `len`; the length itself passes, as the end of a slice.
fn position(key: &Value, len: usize) -> Result<usize, String> {
    match key {
        Value::Int(at, _) => usize::try_from(*at)
            .ok()
            .filter(|&at| at <= len)
            .ok_or_else(|| format!("index out of range: {at}")),
        Value::Invalid | Value::NilInterface => Err("cannot index slice/array with nil".to_owned()),
        other => Err(format!(
            "cannot index slice/array with type {}",
            other.type_name()
        )),
    }
}

/// `slice item from to`
pub(super) fn slice(args: &[Value]) -> Result<Value, String> {
    let (item, bounds) = (&args[0], &args[1..]);
    if bounds.len() > 3 {
        return Err(format!("too many slice indexes: {}", bounds.len()));
    }
    let len = match item {
        Value::String(_) | Value::Html(_) | Value::Url(_) if bounds.len() == 3 => {
            return Err("cannot 3-index slice a string".to_owned());
        }
        Value::String(text) | Value::Html(text) | Value::Url(text) => text.len(),
        Value::Strings(list, _) => list.len(),
        Value::List(list) => list.len(),
        Value::Object(object @ (Object::Alerts(..) | Object::Pairs(..))) => {
            object.len().unwrap_or_default()
        }
        Value::Samples(samples) => samples.borrow().len(),
        Value::Invalid | Value::NilInterface => return Err("slice of untyped nil".to_owned()),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let bound = |index: usize, default: usize| match bounds.get(index) {
        Some(key) => position(key, len),
        None => Ok(default),
    };
    let (from, to, cap) = (bound(0, 0)?, bound(1, len)?, bound(2, len)?);
    for (low, high) in [(from, to), (to, cap)] {
        if low > high {
            return Err(format!("invalid slice index: {low} > {high}"));
        }
    }
    Ok(match item {
        Value::Samples(samples) => {
            let part = samples.borrow()[from..to].to_vec();
            Value::Samples(Rc::new(RefCell::new(part)))
        }
        Value::Strings(list, joins) => Value::Strings(list[from..to].into(), *joins),
        Value::List(list) => Value::List(list[from..to].into()),
        Value::Object(object) => match object.part(from, to) {
            Some(part) => Value::Object(part),
            None => Value::Invalid,
        },
        Value::Url(text) => Value::Url(lossy(&text.as_bytes()[from..to])),
        Value::Html(text) => Value::Html(lossy(&text.as_bytes()[from..to])),
        other => {
            let text = other.as_text().map(|text| &text.as_bytes()[from..to]);
            Value::String(lossy(text.unwrap_or_default()))
        }
    })
}

fn lossy(bytes: &[u8]) -> std::sync::Arc<str> {
    String::from_utf8_lossy(bytes).into()
}

/// Whether the first is equal to any of the others.
pub(super) fn eq(context: &Context, first: &Value, others: &[Value]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        if equal(context, first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(context: &Context, a: &Value, b: &Value) -> Result<bool, String> {
    let is_nil = |value: &Value| matches!(value, Value::Invalid | Value::NilInterface);
    match (a.basic_kind(), b.basic_kind()) {
        (Some(BasicKind::Int | BasicKind::Uint), Some(BasicKind::Int | BasicKind::Uint)) => {
            Ok(a.as_int() == b.as_int())
        }
        (Some(kind), Some(other)) if kind == other => Ok(match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Complex(a, c), Value::Complex(b, d)) => a == b && c == d,
            _ => a.as_text() == b.as_text(),
        }),
        _ if is_nil(a) || is_nil(b) => Ok(is_nil(a) && is_nil(b)),
        (None, None) => match (a, b) {
            (Value::Sample(a), Value::Sample(b)) => Ok(Rc::ptr_eq(a, b)),
            (Value::Time(a, _), Value::Time(b, _)) => Ok(a == b),
            (Value::Object(Object::Pair(a)), Value::Object(Object::Pair(b))) => Ok(a == b),
            _ if shape_kind(a) != shape_kind(b) => Err(format!(
                "non-comparable types {}: {}, {}: {}",
                a.print(0),
                a.type_name(),
                b.type_name(),
                b.print(0)
            )),
            // Of one kind, but not of one type.
            (_, Value::Object(Object::Pair(_)) | Value::Time(..)) => Ok(false),
            _ => Err(format!(
                "non-comparable type {}: {}",
                b.print(0),
                b.type_name()
            )),
        },
        _ => Err(incompatible(context, a, b)),
    }
}

/// Go's kind of a value that has parts.
fn shape_kind(value: &Value) -> u8 {
    match value {
        Value::Labels(_) | Value::Args(_) | Value::Object(Object::Kv(..)) => 0,
        Value::Samples(_)
        | Value::Strings(..)
        | Value::List(_)
        | Value::Object(Object::Alerts(..) | Object::Pairs(..)) => 1,
        Value::Sample(_) | Value::Histogram(_) => 2,
        _ => 3,
    }
}

fn incompatible(context: &Context, a: &Value, b: &Value) -> String {
    const WORDS: &str = "incompatible types for comparison";
    if !context.has_go(25) {
        return WORDS.to_owned();
    }
    format!("{WORDS}: {} and {}", a.type_name(), b.type_name())
}

/// `a < b`
pub(super) fn lt(context: &Context, a: &Value, b: &Value) -> Result<bool, String> {
    const NO_ORDER: &str = "invalid type for comparison";
    let (Some(kind), Some(other)) = (a.basic_kind(), b.basic_kind()) else {
        return Err(NO_ORDER.to_owned());
    };
    match (kind, other) {
        (BasicKind::Int | BasicKind::Uint, BasicKind::Int | BasicKind::Uint) => {
            Ok(a.as_int() < b.as_int())
        }
        _ if kind != other => Err(incompatible(context, a, b)),
        (BasicKind::String, _) => Ok(a.as_text() < b.as_text()),
        _ => match (a, b) {
            (Value::Float(a), Value::Float(b)) => Ok(a < b),
            _ => Err(NO_ORDER.to_owned()),
        },
    }
}

/// `a <= b`; false with NaN, so that `gt`, its negation, is true.
pub(super) fn le(context: &Context, a: &Value, b: &Value) -> Result<bool, String> {
    Ok(lt(context, a, b)? || equal(context, a, b)?)
}
