//! Methods of the values that have some.

use super::duration;
use super::functions::Type;
use super::time::Time;
use super::value::{IntType, Pointer, Value};

/// A method. The first value given to `call` is the receiver.
pub(super) struct Method {
    pub params: &'static [Type],
    pub call: fn(&[Value]) -> Value,
}

/// The method `name` of `receiver`.
pub(super) fn find(receiver: &Value, name: &str) -> Option<Method> {
    match receiver {
        Value::Time(..) => time_method(name),
        Value::Duration(..) => duration_method(name),
        Value::Object(object) => object.method(name),
        Value::Strings(_, true) if name == "Join" => Some(Method {
            params: &[Type::String],
            call: |args| match (&args[0], args[1].as_text()) {
                (Value::Strings(list, _), Some(separator)) => Value::string(list.join(separator)),
                _ => Value::Invalid,
            },
        }),
        Value::Int(_, IntType::Month | IntType::Weekday) if name == "String" => {
            Some(plain(|args| Value::string(args[0].print(0))))
        }
        _ => None,
    }
}

const fn plain(call: fn(&[Value]) -> Value) -> Method {
    Method { params: &[], call }
}

fn time_method(name: &str) -> Option<Method> {
    use Type::{Duration, String as Text, Time as AnotherTime};
    let with = |params: &'static [Type], call: fn(&[Value]) -> Value| Method { params, call };
    Some(match name {
        "Format" => with(&[Text], |args| {
            let layout = args[1].as_text().map_or("", |text| &**text);
            Value::string(time(args, 0).format(layout))
        }),
        "String" => plain(|args| Value::string(time(args, 0).to_string())),
        "Year" => plain(|args| Value::Int(time(args, 0).date().year, IntType::Int)),
        "Month" => plain(|args| Value::Int(time(args, 0).date().month, IntType::Month)),
        "Day" => plain(|args| Value::Int(time(args, 0).date().day, IntType::Int)),
        "Weekday" => plain(|args| Value::Int(time(args, 0).weekday(), IntType::Weekday)),
        "YearDay" => plain(|args| Value::Int(time(args, 0).year_day(), IntType::Int)),
        "Hour" => plain(|args| Value::Int(time(args, 0).hour(), IntType::Int)),
        "Minute" => plain(|args| Value::Int(time(args, 0).minute(), IntType::Int)),
        "Second" => plain(|args| Value::Int(time(args, 0).second(), IntType::Int)),
        "Nanosecond" => plain(|args| Value::Int(i64::from(time(args, 0).nanos), IntType::Int)),
        "Unix" => plain(|args| Value::Int(time(args, 0).seconds, IntType::Int64)),
        "UnixMilli" => plain(|args| {
            Value::Int(
                time(args, 0).unix_nanos().div_euclid(1_000_000),
                IntType::Int64,
            )
        }),
        "UnixMicro" => {
            plain(|args| Value::Int(time(args, 0).unix_nanos().div_euclid(1_000), IntType::Int64))
        }
        "UnixNano" => plain(|args| Value::Int(time(args, 0).unix_nanos(), IntType::Int64)),
        "UTC" | "Local" => plain(|args| Value::time(time(args, 0).utc())),
        "IsZero" => plain(|args| Value::Bool(time(args, 0) == Time::ZERO)),
        "Add" => with(&[Duration], |args| {
            Value::time(time(args, 0).add(nanos(args, 1)))
        }),
        "AddDate" => with(&[Type::Int, Type::Int, Type::Int], |args| {
            let number = |index: usize| args[index].as_int().unwrap_or(0);
            Value::time(time(args, 0).add_date(number(1), number(2), number(3)))
        }),
        "Truncate" => with(&[Duration], |args| {
            Value::time(time(args, 0).truncate(nanos(args, 1)))
        }),
        "Round" => with(&[Duration], |args| {
            Value::time(time(args, 0).round(nanos(args, 1)))
        }),
        "Sub" => with(&[AnotherTime], |args| {
            let (a, b) = (time(args, 0), time(args, 1));
            Value::Duration(a.since(&b), Pointer::No)
        }),
        "Before" => with(&[AnotherTime], |args| {
            Value::Bool(time(args, 0) < time(args, 1))
        }),
        "After" => with(&[AnotherTime], |args| {
            Value::Bool(time(args, 0) > time(args, 1))
        }),
        "Equal" => with(&[AnotherTime], |args| {
            Value::Bool(time(args, 0) == time(args, 1))
        }),
        "Compare" => with(&[AnotherTime], |args| {
            Value::Int(time(args, 0).cmp(&time(args, 1)) as i64, IntType::Int)
        }),
        _ => return None,
    })
}

fn duration_method(name: &str) -> Option<Method> {
    Some(match name {
        "String" => plain(|args| Value::string(duration::print(nanos(args, 0)))),
        "Hours" => plain(|args| Value::Float(nanos(args, 0) as f64 / 3.6e12)),
        "Minutes" => plain(|args| Value::Float(nanos(args, 0) as f64 / 6e10)),
        "Seconds" => plain(|args| Value::Float(nanos(args, 0) as f64 / 1e9)),
        "Milliseconds" => plain(|args| Value::Int(nanos(args, 0) / 1_000_000, IntType::Int64)),
        "Microseconds" => plain(|args| Value::Int(nanos(args, 0) / 1_000, IntType::Int64)),
        "Nanoseconds" => plain(|args| Value::Int(nanos(args, 0), IntType::Int64)),
        "Abs" => plain(|args| Value::Duration(nanos(args, 0).saturating_abs(), Pointer::No)),
        "Truncate" => Method {
            params: &[Type::Duration],
            call: |args| {
                let (value, unit) = (nanos(args, 0), nanos(args, 1));
                let rest = if unit > 0 { value % unit } else { 0 };
                Value::Duration(value - rest, Pointer::No)
            },
        },
        "Round" => Method {
            params: &[Type::Duration],
            call: |args| Value::Duration(round(nanos(args, 0), nanos(args, 1)), Pointer::No),
        },
        _ => return None,
    })
}

/// To the nearest multiple, halves away from zero.
fn round(value: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return value;
    }
    let rest = value % unit;
    let down = value - rest;
    if rest.unsigned_abs() * 2 < unit.unsigned_abs() {
        down
    } else {
        down.saturating_add(unit * rest.signum())
    }
}

fn time(args: &[Value], index: usize) -> Time {
    match args.get(index) {
        Some(Value::Time(time, _)) => Time::clone(time),
        // The evaluator has checked the types.
        _ => Time::ZERO,
    }
}

fn nanos(args: &[Value], index: usize) -> i64 {
    match args.get(index) {
        Some(Value::Duration(nanos, _)) => *nanos,
        _ => 0,
    }
}
