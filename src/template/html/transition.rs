//! How a text leads from one place in a page to another.

use super::attributes::{Content, content};
use super::context::{Attr, Context, Delim, Element, State, Trouble, UrlPart, start_of};

/// The place behind the first part of `text`, and how long that part is.
pub(super) fn after_text(context: &Context, text: &str) -> Result<(Context, usize), Trouble> {
    if context.delim == Delim::None {
        let end = match end_of_special(context, text) {
            Some(0) => return Ok((Context::TEXT, 0)),
            Some(end) => end,
            None => text.len(),
        };
        return step(context, &text[..end]);
    }
    let end = match context.delim {
        Delim::DoubleQuote => text.find('"'),
        Delim::SingleQuote => text.find('\''),
        _ => text.find([' ', '\t', '\n', '\u{c}', '\r', '>']),
    };
    let value = &text[..end.unwrap_or(text.len())];
    if context.delim == Delim::SpaceOrTagEnd
        && let Some(at) = value.find(['"', '\'', '<', '=', '`'])
    {
        return Err(Trouble::Refused(format!(
            "{} in unquoted attr: {}",
            crate::labels::quote(&value[at..=at]),
            crate::labels::quote(value)
        )));
    }
    let Some(end) = end else {
        // An action follows within the value.
        let value = decoded(value);
        let mut inside = context.clone();
        let mut rest = &*value;
        while !rest.is_empty() {
            let (next, length) = step(&inside, rest)?;
            inside = next;
            rest = &rest[length..];
        }
        return Ok((inside, text.len()));
    };
    let mut element = context.element;
    if context.state == State::Attr
        && element == Element::Script
        && context.attr == Attr::ScriptType
        && !is_script_type(value)
    {
        element = Element::None;
    }
    let quote = usize::from(context.delim != Delim::SpaceOrTagEnd);
    Ok((Context::tag(element), end + quote))
}

/// The text with those entities decoded that tell where in a URL it ends: blanks, `#` and `?`, and all that are numbers.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (known, length) = entity(after).unwrap_or(('&', 0));
        out.push(known);
        rest = &after[length..];
    }
    out + rest
}

/// The entity behind an ampersand, and how long it is.
fn entity(text: &str) -> Option<(char, usize)> {
    let named = [
        ("num;", '#'),
        ("quest;", '?'),
        ("Tab;", '\t'),
        ("NewLine;", '\n'),
    ];
    if let Some((name, known)) = named.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*known, name.len()));
    }
    let digits = text.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let code = u32::from_str_radix(&digits[..end], radix).ok()?;
    let semicolon = usize::from(digits[end..].starts_with(';'));
    let known = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((known, text.len() - digits.len() + end + semicolon))
}

/// Where the end tag of an element begins whose content is not HTML.
fn end_of_special(context: &Context, text: &str) -> Option<usize> {
    let inside = !matches!(
        context.state,
        State::Tag | State::AttrName | State::AfterName | State::BeforeValue
    );
    let name = match context.element {
        Element::None => return None,
        _ if !inside => return None,
        Element::Script => "script",
        Element::Style => "style",
        Element::Textarea => "textarea",
        Element::Title => "title",
    };
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        let rest = &text.as_bytes()[at + 2..];
        rest.len() > name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && b"> \t\n\x0c/".contains(&rest[name.len()])
    })
}

fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{c}' | '\r')
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(blank).len()
}

/// One transition.
fn step(context: &Context, text: &str) -> Result<(Context, usize), Trouble> {
    let same = || Ok((context.clone(), text.len()));
    let with = |state| Context {
        state,
        ..context.clone()
    };
    match context.state {
        State::Text => Ok(in_text(context, text)),
        State::Tag => in_tag(context, text),
        State::AttrName => {
            let end = attr_name(text, 0)?;
            let state = if end == text.len() {
                State::AttrName
            } else {
                State::AfterName
            };
            Ok((with(state), end))
        }
        State::AfterName => {
            let at = leading_blanks(text);
            match text[at..].chars().next() {
                None => same(),
                Some('=') => Ok((with(State::BeforeValue), at + 1)),
                Some(_) => Ok((with(State::Tag), at)),
            }
        }
        State::BeforeValue => {
            let at = leading_blanks(text);
            let (delim, at) = match text[at..].chars().next() {
                None => return same(),
                Some('\'') => (Delim::SingleQuote, at + 1),
                Some('"') => (Delim::DoubleQuote, at + 1),
                Some(_) => (Delim::SpaceOrTagEnd, at),
            };
            Ok((
                Context {
                    delim,
                    ..with(start_of(context.attr))
                },
                at,
            ))
        }
        State::HTMLCmt => match text.find("-->") {
            Some(at) => Ok((Context::TEXT, at + 3)),
            None => same(),
        },
        State::URL | State::Srcset => {
            let url = if text.contains(['#', '?']) {
                UrlPart::QueryOrFrag
            } else if leading_blanks(text) != text.len() && context.url == UrlPart::None {
                UrlPart::PreQuery
            } else {
                context.url
            };
            Ok((
                Context {
                    url,
                    ..context.clone()
                },
                text.len(),
            ))
        }
        State::JS if context.delim == Delim::None && text.trim().is_empty() => same(),
        State::JS => Err(Trouble::NotSimulated("a script")),
        State::CSS | State::CSSDqStr | State::CSSSqStr | State::CSSBlockCmt | State::CSSLineCmt => {
            Ok(in_style(context, text))
        }
        State::RCDATA | State::Attr | State::Dead => same(),
    }
}

fn in_text(context: &Context, text: &str) -> (Context, usize) {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let Some(found) = text[from..].find('<') else {
            return (context.clone(), text.len());
        };
        let mut at = from + found;
        if at + 1 == text.len() {
            return (context.clone(), text.len());
        }
        if text[at..].starts_with("<!--") {
            let comment = Context {
                state: State::HTMLCmt,
                ..Context::TEXT
            };
            return (comment, at + 4);
        }
        at += 1;
        let is_end = bytes[at] == b'/';
        if is_end {
            if at + 1 == text.len() {
                return (context.clone(), text.len());
            }
            at += 1;
        }
        let end = tag_name(bytes, at);
        if end != at {
            let name = text[at..end].to_ascii_lowercase();
            let element = match &*name {
                _ if is_end => Element::None,
                "script" => Element::Script,
                "style" => Element::Style,
                "textarea" => Element::Textarea,
                "title" => Element::Title,
                _ => Element::None,
            };
            return (Context::tag(element), end);
        }
        // What stands here may be a character of several bytes.
        from = at;
    }
}

/// Where the name of a tag ends: a letter, then letters and digits, and `:` or `-` between them.
fn tag_name(text: &[u8], from: usize) -> usize {
    if !text.get(from).is_some_and(u8::is_ascii_alphabetic) {
        return from;
    }
    let mut at = from + 1;
    while at < text.len() {
        let next = text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        match text[at] {
            byte if byte.is_ascii_alphanumeric() => at += 1,
            b':' | b'-' if next => at += 2,
            _ => break,
        }
    }
    at
}

fn in_tag(context: &Context, text: &str) -> Result<(Context, usize), Trouble> {
    let at = leading_blanks(text);
    if at == text.len() {
        return Ok((context.clone(), at));
    }
    if text[at..].starts_with('>') {
        let state = match context.element {
            Element::None => State::Text,
            Element::Script => State::JS,
            Element::Style => State::CSS,
            Element::Textarea | Element::Title => State::RCDATA,
        };
        let inside = Context {
            state,
            ..Context::tag(context.element)
        };
        return Ok((inside, at + 1));
    }
    let end = attr_name(text, at)?;
    if end == at {
        return Err(Trouble::Refused(format!(
            "expected space, attr name, or end of tag, but got {}",
            crate::labels::quote(&text[at..])
        )));
    }
    let name = text[at..end].to_lowercase();
    let attr = if context.element == Element::Script && name == "type" {
        Attr::ScriptType
    } else {
        match content(&name) {
            Content::Url => Attr::URL,
            Content::Css => Attr::Style,
            Content::Js => Attr::Script,
            Content::Srcset => Attr::Srcset,
            _ => Attr::None,
        }
    };
    let state = if end == text.len() {
        State::AttrName
    } else {
        State::AfterName
    };
    Ok((
        Context {
            state,
            attr,
            ..Context::tag(context.element)
        },
        end,
    ))
}

fn attr_name(text: &str, from: usize) -> Result<usize, Trouble> {
    for (at, c) in text[from..].char_indices() {
        match c {
            '=' | '>' => return Ok(from + at),
            c if blank(c) => return Ok(from + at),
            '\'' | '"' | '<' => {
                let shown: String = text.chars().take(32).collect();
                return Err(Trouble::Refused(format!(
                    "{} in attribute name: {}",
                    crate::labels::quote(c.encode_utf8(&mut [0; 4])),
                    crate::labels::quote(&shown)
                )));
            }
            _ => {}
        }
    }
    Ok(text.len())
}

/// Style sheets, as far as it takes to find their comments; nothing can be put into them here.
fn in_style(context: &Context, text: &str) -> (Context, usize) {
    let with = |state, at| {
        (
            Context {
                state,
                ..context.clone()
            },
            at,
        )
    };
    let until = |found: Option<usize>, length| match found {
        Some(at) => with(State::CSS, at + length),
        None => (context.clone(), text.len()),
    };
    match context.state {
        State::CSSBlockCmt => until(text.find("*/"), 2),
        State::CSSLineCmt => until(text.find(['\n', '\u{c}', '\r']), 0),
        State::CSSDqStr | State::CSSSqStr => {
            let quote = if context.state == State::CSSDqStr {
                '"'
            } else {
                '\''
            };
            let mut escaped = false;
            for (at, c) in text.char_indices() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    c if c == quote => return with(State::CSS, at + 1),
                    _ => {}
                }
            }
            (context.clone(), text.len())
        }
        _ => {
            for (at, c) in text.char_indices() {
                match c {
                    '"' => return with(State::CSSDqStr, at + 1),
                    '\'' => return with(State::CSSSqStr, at + 1),
                    '/' if text[at..].starts_with("/*") => return with(State::CSSBlockCmt, at + 2),
                    '/' if text[at..].starts_with("//") => return with(State::CSSLineCmt, at + 2),
                    _ => {}
                }
            }
            (context.clone(), text.len())
        }
    }
}

/// Whether a MIME type is that of a script.
fn is_script_type(text: &str) -> bool {
    let text = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    matches!(
        &*text,
        "application/ecmascript"
            | "application/javascript"
            | "application/json"
            | "application/ld+json"
            | "application/x-ecmascript"
            | "application/x-javascript"
            | "module"
            | "text/ecmascript"
            | "text/javascript"
            | "text/javascript1.0"
            | "text/javascript1.1"
            | "text/javascript1.2"
            | "text/javascript1.3"
            | "text/javascript1.4"
            | "text/javascript1.5"
            | "text/jscript"
            | "text/livescript"
            | "text/x-ecmascript"
            | "text/x-javascript"
    )
}
