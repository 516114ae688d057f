//! The functions of Alertmanager's templates of notifications.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::humanize::{humanize_duration, to_float};
use super::super::json;
use super::super::time::Time;
use super::super::value::{Pointer, Shape, Value};
use super::Type::{Any, List, String as Text, Strings, Time as Moment};
use super::{Context, Function, NOT_SIMULATED, Titling, newer, row, text, title, variadic};

/// By name, of one name the older first; those of [`super::GO`] and [`super::SHARED`] come on top.
pub(super) static FUNCTIONS: [Function; 21] = [
    row("title", &[Text], |_, args| {
        Ok(Value::string(title(text(&args, 0), Titling::WordsAlone)))
    }),
    row("join", &[Text, Strings], join),
    newer(0, 33, row("join", &[Text, Any], join_any)),
    variadic("stringSlice", &[], Text, |_, args| {
        let texts = args.iter().filter_map(|arg| arg.as_text().cloned());
        Ok(Value::Strings(texts.collect(), false))
    }),
    newer(
        0,
        26,
        row("trimSpace", &[Text], |_, args| {
            Ok(Value::string(text(&args, 0).trim()))
        }),
    ),
    newer(
        0,
        28,
        row("date", &[Text, Moment], |_, args| {
            Ok(Value::string(time(&args, 1).format(text(&args, 0))))
        }),
    ),
    newer(
        0,
        28,
        row("tz", &[Text, Moment], |_, args| {
            let name = text(&args, 0);
            match time(&args, 1).in_zone(name) {
                Some(time) => Ok(Value::time(time)),
                None => Err(format!("unknown time zone {name}")),
            }
        }),
    ),
    newer(
        0,
        28,
        row("since", &[Moment], |context, args| {
            let nanos = now(context).since(&time(&args, 0));
            Ok(Value::Duration(nanos, Pointer::No))
        }),
    ),
    newer(
        0,
        28,
        row("humanizeDuration", &[Any], |_, args| {
            Ok(Value::string(humanize_duration(to_float(&args[0])?)))
        }),
    ),
    newer(
        0,
        29,
        row("safeUrl", &[Text], |_, args| {
            Ok(Value::Url(text(&args, 0).into()))
        }),
    ),
    newer(
        0,
        29,
        row("urlUnescape", &[Text], |_, args| {
            query_unescape(text(&args, 0)).map(Value::string)
        }),
    ),
    newer(
        0,
        30,
        row("toJson", &[Any], |_, args| {
            Ok(Value::string(json::print(&args[0])?))
        }),
    ),
    newer(
        0,
        34,
        row("base64encode", &[Text], |_, args| {
            Ok(Value::string(base64_encode(text(&args, 0).as_bytes())))
        }),
    ),
    newer(
        0,
        34,
        row("base64decode", &[Text], |_, args| {
            let bytes = base64_decode(text(&args, 0))?;
            Ok(Value::string(String::from_utf8_lossy(&bytes)))
        }),
    ),
    newer(
        0,
        30,
        variadic("list", &[], Any, |_, args| Ok(Value::List(args.into()))),
    ),
    newer(0, 30, variadic("append", &[List], Any, append)),
    newer(0, 30, variadic("dict", &[], Any, dict)),
    newer(
        0,
        33,
        row("now", &[], |context, _| Ok(Value::time(now(context)))),
    ),
    newer(
        0,
        34,
        row("toDate", &[Text, Text], |_, _| {
            Err(format!("{NOT_SIMULATED}toDate"))
        }),
    ),
    newer(
        0,
        34,
        row("mustToDate", &[Text, Text], |_, _| {
            Err(format!("{NOT_SIMULATED}mustToDate"))
        }),
    ),
    newer(
        0,
        34,
        row("routeLabels", &[Text], |_, _| {
            Err(format!("{NOT_SIMULATED}routeLabels"))
        }),
    ),
];

fn time(args: &[Value], index: usize) -> Time {
    match args.get(index) {
        Some(Value::Time(time, _)) => Time::clone(time),
        // The evaluator has checked the types.
        _ => Time::ZERO,
    }
}

fn now(context: &Context) -> Time {
    Time::from_unix_ms((context.world.now() * 1000.0) as i64)
}

fn join(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    match &args[1] {
        Value::Strings(list, _) => Ok(Value::string(list.join(text(&args, 0)))),
        _ => Ok(Value::string("")),
    }
}

/// Newer versions join lists of anything, each part as it prints.
fn join_any(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    let separator = text(&args, 0);
    match args[1].shape() {
        Some(Shape::List(parts)) => {
            let parts: Vec<String> = parts.iter().map(|part| part.print(0)).collect();
            Ok(Value::string(parts.join(separator)))
        }
        _ => Err(format!("{NOT_SIMULATED}join of {}", args[1].type_name())),
    }
}

fn append(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    match args.split_first() {
        Some((Value::List(list), more)) => {
            Ok(Value::List(list.iter().chain(more).cloned().collect()))
        }
        _ => Ok(Value::List(Rc::new([]))),
    }
}

fn dict(_: &Context, args: Vec<Value>) -> Result<Value, String> {
    if !args.len().is_multiple_of(2) {
        return Err("dict requires an even number of arguments".to_owned());
    }
    let mut map = BTreeMap::new();
    for pair in args.chunks_exact(2) {
        let Value::String(key) = &pair[0] else {
            return Err("dict keys must be strings".to_owned());
        };
        map.insert(key.to_string(), pair[1].clone());
    }
    Ok(Value::Args(Rc::new(map)))
}

/// Go's `url.QueryUnescape`.
fn query_unescape(text: &str) -> Result<Arc<str>, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let digits = bytes.get(at + 1..at + 3);
                let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
                let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = digits
                    .filter(is_hex)
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                let Some(code) = code else {
                    let end = (at + 3).min(bytes.len());
                    let shown = String::from_utf8_lossy(&bytes[at..end]);
                    return Err(format!(
                        "invalid URL escape {}",
                        crate::labels::quote(&shown)
                    ));
                };
                out.push(code);
                at += 3;
                continue;
            }
            b'+' => out.push(b' '),
            byte => out.push(byte),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&out).into())
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// With the alphabet for URLs, padded.
fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at <= chunk.len() {
                let index = bits >> (18 - 6 * at) & 63;
                out.push(char::from(BASE64[index as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn base64_decode(text: &str) -> Result<Vec<u8>, String> {
    let broken = |at: usize| format!("illegal base64 data at input byte {at}");
    // Line ends are passed over.
    let letters: Vec<(usize, u8)> = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let mut out = Vec::new();
    let last = letters.chunks(4).count();
    for (number, chunk) in letters.chunks(4).enumerate() {
        let mut bits: u32 = 0;
        let padding = chunk
            .iter()
            .rev()
            .take_while(|(_, byte)| *byte == b'=')
            .count();
        if chunk.len() < 4 || padding > 2 || padding > 0 && number + 1 < last {
            return Err(broken(chunk[0].0));
        }
        for (at, byte) in &chunk[..4 - padding] {
            let value = BASE64.iter().position(|letter| letter == byte);
            bits = bits << 6 | value.ok_or_else(|| broken(*at))? as u32;
        }
        bits <<= 6 * padding as u32;
        let bytes = bits.to_be_bytes();
        out.extend(&bytes[1..4 - padding]);
    }
    Ok(out)
}
