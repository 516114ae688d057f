//! Fields, functions, methods and their arguments.

use std::rc::Rc;
use std::sync::Arc;

use super::super::alertmanager::object::Object;
use super::super::functions::{self, Function, Type};
use super::super::methods;
use super::super::tree::{Arg, ArgKind};
use super::super::value::{IntType, Pointer, Shape, Value};
use super::{Machine, Place, Result};
use crate::labels::quote;

impl<'t> Machine<'t> {
    pub(super) fn chain(
        &mut self,
        dot: &Value,
        arg: &'t Arg,
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Value> {
        self.frame.at = Place::Arg(arg);
        let ArgKind::Chain(inner, names) = &arg.kind else {
            return Ok(Value::Invalid);
        };
        let receiver = self.deeper(|this| this.argument(dot, None, inner))?;
        self.fields(dot, receiver, names, args, last)
    }

    pub(super) fn variable_chain(
        &mut self,
        dot: &Value,
        arg: &'t Arg,
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Value> {
        self.frame.at = Place::Arg(arg);
        let ArgKind::Variable(name, names) = &arg.kind else {
            return Ok(Value::Invalid);
        };
        let value = self.variable(name)?;
        if names.is_empty() {
            self.no_arguments(arg, args, last.as_ref())?;
            return Ok(value);
        }
        self.fields(dot, value, names, args, last)
    }

    /// One field after the other; the last may be a method with arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Value,
        receiver: Value,
        names: &[Arc<str>],
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Value> {
        let mut receiver = Receiver {
            value: receiver,
            is_interface: false,
        };
        let Some((final_name, before)) = names.split_last() else {
            return Ok(receiver.value);
        };
        for name in before {
            receiver = self.field(dot, name, &[], None, receiver)?;
        }
        let result = self.field(dot, final_name, args, last, receiver)?;
        Ok(result.value)
    }

    fn field(
        &mut self,
        dot: &Value,
        name: &str,
        args: &'t [Arg],
        last: Option<Value>,
        receiver: Receiver,
    ) -> Result<Receiver> {
        let type_name = receiver.type_name();
        match &receiver.value {
            Value::Invalid => return Ok(Receiver::plain(Value::Invalid)),
            Value::NilInterface => {
                return self.fail(format!("nil pointer evaluating {type_name}.{name}"));
            }
            _ => {}
        }
        if let Some(method) = methods::find(&receiver.value, name) {
            let mut values = vec![receiver.value];
            values.extend(self.arguments(dot, name, method.params, None, args, last)?);
            return Ok(Receiver::plain((method.call)(&values)));
        }
        let has_args = !args.is_empty() || last.is_some();
        match &receiver.value {
            Value::Labels(_) | Value::Args(_) if has_args => {
                self.fail(format!("{name} is not a method but has arguments"))
            }
            // A key that is missing is the zero value of its type.
            Value::Labels(labels) => {
                let value = labels.get_arc(name).cloned().unwrap_or_default();
                Ok(Receiver::plain(Value::String(value)))
            }
            Value::Args(map) => Ok(Receiver {
                value: map.get(name).cloned().unwrap_or(Value::NilInterface),
                is_interface: true,
            }),
            Value::Object(object @ Object::Kv(..)) => match object.shape() {
                _ if has_args => self.fail(format!("{name} is not a method but has arguments")),
                Shape::Map(pairs) => {
                    let found = pairs.into_iter().find(|(key, _)| **key == *name);
                    Ok(Receiver::plain(
                        found.map_or(Value::string(""), |(_, value)| value),
                    ))
                }
                _ => Ok(Receiver::plain(Value::Invalid)),
            },
            value => match struct_field(value, name) {
                Some(_) if has_args => self.fail(format!(
                    "{name} has arguments but cannot be invoked as function"
                )),
                Some(field) => Ok(field),
                None => self.fail(format!("can't evaluate field {name} in type {type_name}")),
            },
        }
    }

    pub(super) fn function(
        &mut self,
        dot: &Value,
        node: &'t Arg,
        name: &str,
        whole: Place<'t>,
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Value> {
        self.step()?;
        self.frame.at = Place::Arg(node);
        let Some(function) = functions::find(name, self.context.host, self.context.target) else {
            return self.fail(format!("{} is not a defined function", quote(name)));
        };
        if matches!(name, "and" | "or") {
            return self.and_or(dot, function, args, last);
        }
        let values = self.arguments(dot, name, function.params, function.variadic, args, last)?;
        if name == "call" && self.context.has_go(25) {
            // Newer releases of Go name the argument; no value of a template is a function.
            let callee = args.first().map(Arg::to_string).unwrap_or_default();
            if let Some(value) = values.first().filter(|value| !value.is_nil()) {
                let kind = value.type_name();
                self.frame.at = whole;
                return self.fail(format!(
                    "error calling call: non-function {callee} of type {kind}"
                ));
            }
        }
        match (function.call)(self.context, values) {
            Ok(value)
                if value
                    .as_text()
                    .is_some_and(|text| text.len() > super::super::MAX_OUTPUT) =>
            {
                self.fail("the template prints too much")
            }
            Ok(value) => Ok(value),
            Err(message) => {
                self.frame.at = whole;
                self.fail(format!("error calling {name}: {message}"))
            }
        }
    }

    /// `and` and `or` give the argument that decides and look at none behind it.
    fn and_or(
        &mut self,
        dot: &Value,
        function: &'static Function,
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Value> {
        if args.is_empty() && last.is_none() {
            return self.fail(format!(
                "wrong number of args for {}: want at least 1 got 0",
                function.name
            ));
        }
        let mut value = Value::Invalid;
        for arg in args {
            value = self.argument(dot, Some(Type::Reflect), arg)?;
            if value.is_true() == (function.name == "or") {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn arguments(
        &mut self,
        dot: &Value,
        name: &str,
        params: &[Type],
        variadic: Option<Type>,
        args: &'t [Arg],
        last: Option<Value>,
    ) -> Result<Vec<Value>> {
        let given = args.len() + usize::from(last.is_some());
        if variadic.is_some() && given < params.len() {
            return self.fail(format!(
                "wrong number of args for {name}: want at least {} got {}",
                params.len(),
                args.len()
            ));
        }
        if variadic.is_none() && given != params.len() {
            return self.fail(format!(
                "wrong number of args for {name}: want {} got {given}",
                params.len()
            ));
        }
        let type_of = |index: usize| params.get(index).copied().or(variadic);
        let mut values = Vec::with_capacity(given);
        for (index, arg) in args.iter().enumerate() {
            values.push(self.argument(dot, type_of(index), arg)?);
        }
        if let Some(last) = last {
            values.push(self.checked(last, type_of(args.len()))?);
        }
        Ok(values)
    }

    /// The value of an argument for a parameter of type `wanted`; `None` takes any.
    fn argument(&mut self, dot: &Value, wanted: Option<Type>, arg: &'t Arg) -> Result<Value> {
        self.frame.at = Place::Arg(arg);
        let value = match &arg.kind {
            ArgKind::Dot => dot.clone(),
            ArgKind::Nil => match wanted {
                Some(kind) if !kind.can_be_nil() => {
                    return self.fail(format!("cannot assign nil to {}", kind.name()));
                }
                Some(Type::Samples) => Value::Samples(Rc::default()),
                Some(Type::Strings) => Value::Strings(Rc::new([]), false),
                Some(Type::List) => Value::List(Rc::new([])),
                _ => Value::Invalid,
            },
            ArgKind::Field(names) => self.fields(dot, dot.clone(), names, &[], None)?,
            ArgKind::Variable(..) => self.variable_chain(dot, arg, &[], None)?,
            ArgKind::Pipe(pipe) => self.deeper(|this| this.pipeline(dot, pipe))?,
            ArgKind::Function(name) => self.function(dot, arg, name, Place::Arg(arg), &[], None)?,
            ArgKind::Chain(..) => self.chain(dot, arg, &[], None)?,
            ArgKind::Bool(_) | ArgKind::Number(_) | ArgKind::String { .. } => {
                return self.constant_for(wanted, arg);
            }
        };
        self.checked(value, wanted)
    }

    /// A constant for a parameter of a certain type.
    fn constant_for(&mut self, wanted: Option<Type>, arg: &'t Arg) -> Result<Value> {
        match (wanted, &arg.kind) {
            (None | Some(Type::Any | Type::Reflect), _) => self.constant(arg),
            (Some(Type::String), ArgKind::String { text, .. }) => {
                Ok(Value::String(Arc::clone(text)))
            }
            (Some(Type::String), _) => self.fail(format!("expected string; found {arg}")),
            (Some(wanted @ (Type::Duration | Type::Int)), kind) => {
                let whole = match kind {
                    ArgKind::Number(number) => number.int,
                    _ => None,
                };
                match whole {
                    Some(nanos) if wanted == Type::Duration => {
                        Ok(Value::Duration(nanos, Pointer::No))
                    }
                    Some(number) => Ok(Value::Int(number, IntType::Int)),
                    None => self.fail(format!("expected integer; found {arg}")),
                }
            }
            (Some(kind), _) => self.fail(format!(
                "can't handle {arg} for arg of type {}",
                kind.name()
            )),
        }
    }

    /// `value`, if it may stand for a parameter of type `wanted`.
    fn checked(&self, value: Value, wanted: Option<Type>) -> Result<Value> {
        let Some(wanted) = wanted else {
            return Ok(value);
        };
        let fits = match (wanted, &value) {
            (Type::Any | Type::Reflect, _) => true,
            (_, Value::Invalid) if wanted.can_be_nil() => true,
            (_, Value::Invalid) => {
                return self.fail(format!("invalid value; expected {}", wanted.name()));
            }
            (Type::String, Value::String(_)) => true,
            (Type::Sample, Value::Sample(_)) | (Type::Samples, Value::Samples(_)) => true,
            (Type::Int, Value::Int(_, IntType::Int)) => true,
            (Type::Strings, Value::Strings(..)) | (Type::List, Value::List(_)) => true,
            (Type::Time, Value::Time(..)) | (Type::Duration, Value::Duration(..)) => true,
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        self.fail(format!(
            "wrong type for value; expected {}; got {}",
            wanted.name(),
            value.type_name()
        ))
    }
}

/// A value whose field is asked for, and whether it is declared as an interface, which shows in errors.
struct Receiver {
    value: Value,
    is_interface: bool,
}

impl Receiver {
    fn plain(value: Value) -> Self {
        Self {
            value,
            is_interface: false,
        }
    }

    fn type_name(&self) -> &'static str {
        if self.is_interface {
            "interface {}"
        } else {
            self.value.type_name()
        }
    }
}

fn struct_field(value: &Value, name: &str) -> Option<Receiver> {
    Some(match (value, name) {
        (Value::Data(data), "Labels") => Receiver::plain(Value::Labels(data.labels.clone())),
        (Value::Data(data), "ExternalLabels") => {
            Receiver::plain(Value::Labels(data.external_labels.clone()))
        }
        (Value::Data(data), "ExternalURL") => {
            Receiver::plain(Value::String(Arc::clone(&data.external_url)))
        }
        (Value::Data(data), "Value") => Receiver {
            value: data.value.clone(),
            is_interface: !data.value_is_float,
        },
        (Value::Sample(sample), "Labels") => Receiver::plain(Value::Labels(sample.labels.clone())),
        (Value::Sample(sample), "Value") => Receiver::plain(Value::Float(sample.value)),
        (Value::Object(object), _) => Receiver::plain(object.field(name)?),
        _ => return None,
    })
}

impl Type {
    /// Whether Go lets `nil` stand for it.
    fn can_be_nil(self) -> bool {
        matches!(
            self,
            Self::Any | Self::Reflect | Self::Sample | Self::Samples | Self::Strings | Self::List
        )
    }
}
