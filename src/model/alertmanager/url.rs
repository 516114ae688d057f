//! Addresses as Go's `net/url` and `net` read them, with Go's words for what is wrong.

use crate::labels::quote;

/// An address that Alertmanager talks to: a URL with the scheme `http` or `https` and a host.
pub(super) fn http_url(text: &str) -> Result<(), String> {
    let url = parse(text)?;
    match url.scheme.as_str() {
        "http" | "https" if url.host.is_empty() => Err("missing host for URL".to_owned()),
        "http" | "https" => Ok(()),
        other => Err(format!("unsupported scheme {} for URL", quote(other))),
    }
}

/// The same; the text that Alertmanager prints in the place of secrets will do too.
pub(super) fn secret_url(text: &str) -> Result<(), String> {
    match text {
        "<secret>" => Ok(()),
        _ => http_url(text),
    }
}

/// The same, or a template of one.
pub(super) fn template_url(text: &str) -> Result<(), String> {
    match text.contains("{{") {
        true => Ok(()),
        false => secret_url(text),
    }
}

/// Any URL.
pub(super) fn any_url(text: &str) -> Result<(), String> {
    parse(text).map(|_| ())
}

/// `host:port`, or nothing.
pub(super) fn host_port(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let port = split_host_port(text).map_err(|error| format!("address {text}: {error}"))?;
    match port.is_empty() {
        true => Err(format!("address {}: port cannot be empty", quote(text))),
        false => Ok(()),
    }
}

struct Url {
    /// In small letters.
    scheme: String,
    host: String,
}

/// `url.Parse`.
fn parse(text: &str) -> Result<Url, String> {
    let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
    let failed = |text: &str, error: String| format!("parse {}: {error}", quote(text));
    let parsed = parse_without_fragment(url).map_err(|error| failed(url, error))?;
    unescape(fragment, Mode::Other).map_err(|error| failed(text, error))?;
    Ok(parsed)
}

fn parse_without_fragment(text: &str) -> Result<Url, String> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (scheme, rest) = split_scheme(text)?;
    let mut url = Url {
        scheme: scheme.to_ascii_lowercase(),
        host: String::new(),
    };
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            // What follows is opaque, as in `mailto:me`.
            return Ok(url);
        }
        let first = rest.split('/').next().unwrap_or_default();
        if first.contains(':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    if let Some(after) = rest.strip_prefix("//")
        && (!scheme.is_empty() || !after.starts_with('/'))
    {
        let end = after.find('/').unwrap_or(after.len());
        path = &after[end..];
        url.host = authority(&after[..end])?;
    }
    unescape(path, Mode::Other)?;
    Ok(url)
}

/// `getScheme`: what stands before the first colon, if it can be a scheme.
fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

/// `parseAuthority`: the host behind the user.
fn authority(text: &str) -> Result<String, String> {
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, text),
    };
    let host = parse_host(host)?;
    if let Some(user) = user {
        let is_valid = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
        if !user.chars().all(is_valid) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        unescape(user, Mode::Other)?;
    }
    Ok(host)
}

fn parse_host(host: &str) -> Result<String, String> {
    let port = if host.starts_with('[') {
        let Some(end) = host.rfind(']') else {
            return Err("missing ']' in host".to_owned());
        };
        if let Some(zone) = host[..end].find("%25") {
            check_port(&host[end + 1..])?;
            unescape(&host[..zone], Mode::Host)?;
            unescape(&host[zone..end], Mode::Zone)?;
            unescape(&host[end..], Mode::Host)?;
            return Ok(host.to_owned());
        }
        &host[end + 1..]
    } else {
        host.rfind(':').map_or("", |at| &host[at..])
    };
    check_port(port)?;
    unescape(host, Mode::Host)?;
    Ok(host.to_owned())
}

/// A colon and digits, or nothing.
fn check_port(port: &str) -> Result<(), String> {
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_valid = port.is_empty()
        || (port.starts_with(':') && digits.bytes().all(|byte| byte.is_ascii_digit()));
    match is_valid {
        true => Ok(()),
        false => Err(format!("invalid port {} after host", quote(port))),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Host,
    Zone,
    Other,
}

/// `unescape`, of which only the errors matter here.
fn unescape(text: &str, mode: Mode) -> Result<(), String> {
    let bytes = text.as_bytes();
    let escape_error = |at: usize, length: usize| {
        let end = text.floor_char_boundary((at + length).min(text.len()));
        format!("invalid URL escape {}", quote(&text[at..end]))
    };
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            if mode != Mode::Other && bytes[at].is_ascii() && !fits_host(bytes[at]) {
                let character = quote(&text[at..=at]);
                return Err(format!("invalid character {character} in host name"));
            }
            at += 1;
            continue;
        }
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            Some((digit(pair[0])?, digit(pair[1])?))
        });
        let Some((high, low)) = digits else {
            return Err(escape_error(at, 3));
        };
        let is_percent = &bytes[at..at + 3] == b"%25";
        let byte = (high * 16 + low) as u8;
        let is_refused = match mode {
            // Only characters beyond ASCII may be escaped in a host.
            Mode::Host => high < 8 && !is_percent,
            Mode::Zone => !is_percent && byte != b' ' && !fits_host(byte),
            Mode::Other => false,
        };
        if is_refused {
            return Err(escape_error(at, 3));
        }
        at += 3;
    }
    Ok(())
}

/// Whether a byte may stand in a host as it is.
fn fits_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}

/// `net.SplitHostPort`: the port, or what is wrong.
fn split_host_port(text: &str) -> Result<&str, &'static str> {
    let Some(colon) = text.rfind(':') else {
        return Err("missing port in address");
    };
    // Where brackets may no longer open and close.
    let (mut open_from, mut close_from) = (0, 0);
    if text.starts_with('[') {
        let Some(end) = text.find(']') else {
            return Err("missing ']' in address");
        };
        if end + 1 == text.len() {
            return Err("missing port in address");
        }
        if end + 1 != colon {
            return Err(match text.as_bytes()[end + 1] {
                b':' => "too many colons in address",
                _ => "missing port in address",
            });
        }
        (open_from, close_from) = (1, end + 1);
    } else if text[..colon].contains(':') {
        return Err("too many colons in address");
    }
    if text[open_from..].contains('[') {
        return Err("unexpected '[' in address");
    }
    if text[close_from..].contains(']') {
        return Err("unexpected ']' in address");
    }
    Ok(&text[colon + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words are those of amtool 0.25.
    #[test]
    fn urls_are_refused_as_go_refuses_them() {
        let refused = [
            ("", r#"unsupported scheme "" for URL"#),
            ("${X}", r#"unsupported scheme "" for URL"#),
            ("ftp://x", r#"unsupported scheme "ftp" for URL"#),
            ("https:///x", "missing host for URL"),
            ("https:x", "missing host for URL"),
            (
                "https://${HOST}/x",
                r#"parse "https://${HOST}/x": invalid character "{" in host name"#,
            ),
            (
                " https://x",
                r#"parse " https://x": first path segment in URL cannot contain colon"#,
            ),
            (
                "https://x/%zz",
                r#"parse "https://x/%zz": invalid URL escape "%zz""#,
            ),
            (":foo", r#"parse ":foo": missing protocol scheme"#),
            (
                "http://a:b/",
                r#"parse "http://a:b/": invalid port ":b" after host"#,
            ),
            ("http://[::1", r#"parse "http://[::1": missing ']' in host"#),
            (
                "http://a%41/",
                r#"parse "http://a%41/": invalid URL escape "%41""#,
            ),
        ];
        for (text, error) in refused {
            assert_eq!(http_url(text), Err(error.to_owned()), "{text}");
        }
        for text in [
            "HTTPS://x",
            "http://x:",
            "https://hooks.slack.com/services/${X}",
            "http://u:p@[::1]:25/a?b#c",
            "http://[fe80::1%25en0]/",
            "http://ü/",
        ] {
            assert_eq!(http_url(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn addresses_are_refused_as_go_refuses_them() {
        let refused = [
            ("host", "address host: missing port in address"),
            ("host:", r#"address "host:": port cannot be empty"#),
            ("a:b:c", "address a:b:c: too many colons in address"),
            ("[::1", "address [::1: missing ']' in address"),
            ("[::1]", "address [::1]: missing port in address"),
            ("[::1]x:25", "address [::1]x:25: missing port in address"),
            ("a]:25", "address a]:25: unexpected ']' in address"),
            ("a[:25", "address a[:25: unexpected '[' in address"),
        ];
        for (text, error) in refused {
            assert_eq!(host_port(text), Err(error.to_owned()), "{text}");
        }
        for text in ["", ":25", "[::1]:25", "mail.example.org:587"] {
            assert_eq!(host_port(text), Ok(()), "{text}");
        }
    }
}
