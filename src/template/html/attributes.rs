//! What the values of attributes are to Go's `html/template`.

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Plain,
    Url,
    Css,
    Js,
    Srcset,
    /// HTML, or something that changes how a page is read.
    Other,
}

/// What the value of the attribute `name`, in lower case, is.
pub(super) fn content(name: &str) -> Content {
    let name = match name.strip_prefix("data-") {
        Some(rest) => rest,
        None => match name.split_once(':') {
            Some(("xmlns", _)) => return Content::Url,
            Some((_, rest)) => rest,
            None => name,
        },
    };
    match name {
        "action" | "archive" | "background" | "cite" | "classid" | "codebase" | "data"
        | "formaction" | "href" | "icon" | "longdesc" | "manifest" | "poster" | "profile"
        | "src" | "usemap" | "xmlns" => Content::Url,
        "style" => Content::Css,
        "srcset" => Content::Srcset,
        "accept-charset" | "async" | "challenge" | "charset" | "content" | "crossorigin"
        | "defer" | "enctype" | "form" | "formenctype" | "formmethod" | "formnovalidate"
        | "http-equiv" | "keytype" | "language" | "method" | "novalidate" | "pattern" | "rel"
        | "sandbox" | "srcdoc" | "type" | "value" => Content::Other,
        "srclang" => Content::Plain,
        name if name.starts_with("on") => Content::Js,
        // Names that people give to URLs of their own.
        name if ["src", "uri", "url"].iter().any(|part| name.contains(part)) => Content::Url,
        _ => Content::Plain,
    }
}
