//! What Go's `html/template` puts behind actions.

use super::super::functions::{Function, NOT_SIMULATED, Type, variadic};
use super::super::printf::sprint_with;
use super::super::value::Value;
use super::attributes::{Content, content};

/// What stands for a value that would be dangerous.
const FAILSAFE: &str = "ZgotmplZ";

const fn escaper(
    name: &'static str,
    call: fn(&super::super::functions::Context, Vec<Value>) -> Result<Value, String>,
) -> Function {
    variadic(name, &[], Type::Any, call)
}

/// By the names that Go gives them. No template can call them by itself.
pub(in crate::template) static ESCAPERS: [Function; 10] = [
    escaper("_html_template_htmlescaper", |_, args| {
        Ok(Value::string(match stringified(&args) {
            Known::Html(text) => text,
            other => replaced(&other.text(), in_page),
        }))
    }),
    escaper("_html_template_rcdataescaper", |_, args| {
        Ok(Value::string(match stringified(&args) {
            Known::Html(text) => replaced(&text, |c| in_page(c).filter(|_| c != '&')),
            other => replaced(&other.text(), in_page),
        }))
    }),
    escaper("_html_template_attrescaper", |_, args| {
        Ok(Value::string(match stringified(&args) {
            Known::Html(text) => {
                replaced(without_tags(&text)?, |c| in_page(c).filter(|_| c != '&'))
            }
            other => replaced(&other.text(), in_page),
        }))
    }),
    escaper("_html_template_nospaceescaper", |_, args| {
        Ok(Value::string(match stringified(&args) {
            Known::Html(text) => {
                replaced(without_tags(&text)?, |c| unquoted(c).filter(|_| c != '&'))
            }
            other => replaced(&other.text(), unquoted),
        }))
    }),
    escaper("_html_template_urlfilter", |_, args| {
        Ok(Value::string(match stringified(&args) {
            Known::Url(text) => text,
            other => Some(other.text())
                .filter(|text| is_safe_url(text))
                .unwrap_or_else(|| format!("#{FAILSAFE}")),
        }))
    }),
    escaper("_html_template_urlnormalizer", |_, args| {
        Ok(Value::string(percent_encoded(
            &stringified(&args).text(),
            true,
        )))
    }),
    escaper("_html_template_urlescaper", |_, args| {
        let known = stringified(&args);
        let is_url = matches!(known, Known::Url(_));
        Ok(Value::string(percent_encoded(&known.text(), is_url)))
    }),
    escaper("_html_template_htmlnamefilter", |_, args| {
        let text = stringified(&args).text().to_lowercase();
        let is_name = !text.is_empty()
            && content(&text) == Content::Plain
            && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='z'));
        Ok(Value::string(if is_name { &*text } else { FAILSAFE }))
    }),
    escaper("_html_template_commentescaper", |_, _| {
        Ok(Value::string(""))
    }),
    escaper("_eval_args_", |_, args| {
        Ok(Value::string(stringified(&args).text()))
    }),
];

/// A text and what it is known to be.
enum Known {
    Plain(String),
    Html(String),
    Url(String),
}

impl Known {
    fn text(self) -> String {
        match self {
            Self::Plain(text) | Self::Html(text) | Self::Url(text) => text,
        }
    }
}

fn stringified(args: &[Value]) -> Known {
    match args {
        [Value::Html(text)] => Known::Html(text.to_string()),
        [Value::Url(text)] => Known::Url(text.to_string()),
        args => {
            let args: Vec<Value> = args.iter().filter(|arg| !arg.is_nil()).cloned().collect();
            Known::Plain(sprint_with(&args, Value::print_in_action))
        }
    }
}

fn replaced(text: &str, replacement: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match replacement(c) {
            Some(text) => out.push_str(&text),
            None => out.push(c),
        }
    }
    out
}

/// In the text of a page and between quotes.
fn in_page(c: char) -> Option<String> {
    match c {
        '\0' => Some("\u{fffd}".to_owned()),
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' | '\'' | '+' => Some(format!("&#{};", c as u32)),
        _ => None,
    }
}

/// In a value without quotes.
fn unquoted(c: char) -> Option<String> {
    match c {
        '\0' => Some("&#xfffd;".to_owned()),
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '=' | '`' => {
            Some(format!("&#{};", c as u32))
        }
        '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' => Some(format!("&#x{:x};", c as u32)),
        c => in_page(c),
    }
}

/// Go takes the tags out of HTML that is put into an attribute.
fn without_tags(html: &str) -> Result<&str, String> {
    if html.contains('<') {
        return Err(format!(
            "{NOT_SIMULATED}safe HTML with tags in an attribute"
        ));
    }
    Ok(html)
}

/// Without a scheme, or with one of those that harm nobody.
fn is_safe_url(text: &str) -> bool {
    match text.split_once(':') {
        Some((scheme, _)) if !scheme.contains('/') => ["http", "https", "mailto"]
            .iter()
            .any(|safe| scheme.eq_ignore_ascii_case(safe)),
        _ => true,
    }
}

/// For a URL. `keeps` what has a meaning there, and escapes that are there already.
fn percent_encoded(text: &str, keeps: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        let stays = match byte {
            b'-' | b'.' | b'_' | b'~' => true,
            b'!' | b'#' | b'$' | b'&' | b'*' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?'
            | b'@' | b'[' | b']' => keeps,
            b'%' => keeps && is_hex(at + 1) && is_hex(at + 2),
            byte => byte.is_ascii_alphanumeric(),
        };
        if stays {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02x}"));
        }
    }
    out
}
