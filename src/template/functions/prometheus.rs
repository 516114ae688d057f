//! The functions of Prometheus's templates of alerts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::super::humanize::{
    humanize, humanize_duration, humanize_percentage, humanize_timestamp, humanize1024, to_float,
    to_time,
};
use super::super::value::{Pointer, Sample, Value};
use super::Type::{self, Any, Samples, String as Text};
use super::{Context, Function, Titling, link, newer, query_escape, row, text, title, variadic};
use crate::target::{Duration, Version};

/// By name; those of [`super::GO`] and [`super::SHARED`] come on top.
pub(super) static FUNCTIONS: [Function; 24] = [
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
        let time = to_time(to_float(&args[0])?)?;
        Ok(Value::Time(Rc::new(time), Pointer::Yes))
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
    row("title", &[Text], |context, args| {
        let titling = if context.target.prometheus >= Version::new(3, 0) {
            Titling::Words
        } else {
            Titling::Letters
        };
        Ok(Value::string(title(text(&args, 0), titling)))
    }),
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
    row("externalURL", &[], |context, _| {
        Ok(Value::string(context.world.external_url()))
    }),
    row("pathPrefix", &[], |context, _| {
        Ok(Value::string(path_of(context.world.external_url())))
    }),
];

/// Go's words for a call on a nil pointer.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

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

/// The path of a URL.
fn path_of(url: &str) -> Arc<str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').map_or("", |start| &rest[start..]).into()
}
