//! Pipelines and the escapers at their end.

use rustc_hash::FxHashSet;

use super::super::tree::{Arg, ArgKind, Command, Pipe};
use crate::labels::quote;
use crate::source::Span;

/// `html` and `urlquery` may only come last, and `html` not in a value without quotes.
pub(super) fn misplaced_escaper(pipe: &Pipe, is_unquoted: bool) -> Option<String> {
    let last = pipe.commands.len().saturating_sub(1);
    if !pipe.variables.is_empty() {
        return None;
    }
    let names = pipe.commands.iter().map(function_of).enumerate();
    let mut misplaced = names.filter_map(|(position, name)| match name {
        Some(name @ ("html" | "urlquery")) if position < last || is_unquoted && name == "html" => {
            Some(name)
        }
        _ => None,
    });
    let name = misplaced.next()?;
    Some(format!(
        "predefined escaper {} disallowed in template",
        quote(name)
    ))
}

fn function_of(command: &Command) -> Option<&str> {
    match command.args.first().map(|arg| &arg.kind) {
        Some(ArgKind::Function(name)) => Some(name),
        _ => None,
    }
}

/// The escaper of every template to which this one is as good.
fn equivalent(name: &str) -> &str {
    match name {
        "_html_template_attrescaper"
        | "_html_template_htmlescaper"
        | "_html_template_rcdataescaper" => "html",
        "_html_template_urlescaper" | "_html_template_urlnormalizer" => "urlquery",
        other => other,
    }
}

/// The pipeline with the escapers at its end, those left out that are there already.
pub(super) fn with_escapers(pipe: &Pipe, mut escapers: Vec<&'static str>) -> Pipe {
    let mut pipe = pipe.clone();
    if escapers.is_empty() {
        return pipe;
    }
    let at = pipe.at;
    let called = |name: &str| Command {
        at,
        args: vec![function(name, at)],
    };
    let last = pipe.commands.len() - 1;
    let own = function_of(&pipe.commands[last]).map(str::to_owned);
    if let Some(own @ ("html" | "urlquery")) = own.as_deref() {
        if last == 0 && pipe.commands[0].args.len() > 1 {
            let place = pipe.commands[0].args[0].at;
            pipe.commands[0].args[0] = function("_eval_args_", place);
            pipe.commands.push(called(own));
        }
        let mut is_there = false;
        for escaper in &mut escapers {
            if equivalent(escaper) == own {
                *escaper = if own == "html" { "html" } else { "urlquery" };
                is_there = true;
            }
        }
        if is_there {
            pipe.commands.pop();
        }
    }
    let present: FxHashSet<String> = pipe
        .commands
        .iter()
        .filter_map(|command| function_of(command).map(|name| equivalent(name).to_owned()))
        .collect();
    for escaper in escapers {
        if present.contains(equivalent(escaper)) {
            continue;
        }
        let before = pipe
            .commands
            .last()
            .and_then(function_of)
            .unwrap_or_default();
        let adds_nothing = matches!(
            (before, escaper),
            (
                "_html_template_commentescaper",
                "_html_template_attrescaper" | "_html_template_htmlescaper"
            ) | ("_html_template_urlescaper", "_html_template_urlnormalizer")
        );
        if !adds_nothing {
            pipe.commands.push(called(escaper));
        }
    }
    pipe
}

fn function(name: &str, at: usize) -> Arg {
    Arg {
        kind: ArgKind::Function(name.into()),
        at,
        span: Span::empty(at),
    }
}
