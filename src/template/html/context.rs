//! Where in a page of HTML a text stands, as Go's `html/template` tells places apart.

use std::fmt;

/// A place in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Context {
    pub state: State,
    pub delim: Delim,
    pub url: UrlPart,
    pub attr: Attr,
    pub element: Element,
    /// Whether a slash in a script would divide; only printed.
    pub divides: bool,
}

/// What is being read. Each is the state of that name in Go.
#[allow(
    clippy::upper_case_acronyms,
    reason = "the names print as Go prints them"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Text,
    Tag,
    AttrName,
    AfterName,
    BeforeValue,
    HTMLCmt,
    RCDATA,
    Attr,
    URL,
    Srcset,
    JS,
    CSS,
    CSSDqStr,
    CSSSqStr,
    CSSBlockCmt,
    CSSLineCmt,
    /// Behind `break` and `continue`.
    Dead,
}

/// What ends the value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delim {
    None,
    DoubleQuote,
    SingleQuote,
    SpaceOrTagEnd,
}

/// How much of a URL has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UrlPart {
    None,
    PreQuery,
    QueryOrFrag,
    Unknown,
}

/// What the value of an attribute is.
#[allow(
    clippy::upper_case_acronyms,
    reason = "the names print as Go prints them"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attr {
    None,
    Script,
    ScriptType,
    Style,
    URL,
    Srcset,
}

/// The elements whose content is not HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    None,
    Script,
    Style,
    Textarea,
    Title,
}

/// Why a text cannot be followed.
#[derive(Clone, Debug)]
pub(in crate::template) enum Trouble {
    /// Go refuses it, in these words.
    Refused(String),
    /// Go takes it; it is not simulated here.
    NotSimulated(&'static str),
}

impl Context {
    /// Between tags.
    pub const TEXT: Self = Self {
        state: State::Text,
        delim: Delim::None,
        url: UrlPart::None,
        attr: Attr::None,
        element: Element::None,
        divides: false,
    };

    pub fn tag(element: Element) -> Self {
        Self {
            state: State::Tag,
            element,
            ..Self::TEXT
        }
    }

    pub fn is_comment(&self) -> bool {
        matches!(
            self.state,
            State::HTMLCmt | State::CSSBlockCmt | State::CSSLineCmt
        )
    }

    /// The place where an action stands that stands here: the transitions that take no text.
    pub fn nudged(&self) -> Self {
        let mut context = self.clone();
        match self.state {
            State::Tag => context.state = State::AttrName,
            State::BeforeValue => {
                context.state = start_of(self.attr);
                context.delim = Delim::SpaceOrTagEnd;
                context.attr = Attr::None;
            }
            State::AfterName => {
                context.state = State::AttrName;
                context.attr = Attr::None;
            }
            _ => {}
        }
        context
    }

    /// The name of the template `name` when it is called from here.
    pub fn mangle(&self, name: &str) -> String {
        if self.state == State::Text {
            return name.to_owned();
        }
        let mut out = format!("{name}$htmltemplate_state{:?}", self.state);
        if self.delim != Delim::None {
            out.push_str(&format!("_delim{:?}", self.delim));
        }
        if self.url != UrlPart::None {
            out.push_str(&format!("_urlPart{:?}", self.url));
        }
        if self.divides {
            out.push_str("_jsCtxDivOp");
        }
        if self.attr != Attr::None {
            out.push_str(&format!("_attr{:?}", self.attr));
        }
        if self.element != Element::None {
            out.push_str(&format!("_element{:?}", self.element));
        }
        out
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = if self.divides {
            "jsCtxDivOp"
        } else {
            "jsCtxRegexp"
        };
        write!(
            f,
            "{{state{:?} delim{:?} urlPart{:?} {script} attr{:?} element{:?} <nil>}}",
            self.state, self.delim, self.url, self.attr, self.element
        )
    }
}

pub(super) fn start_of(attr: Attr) -> State {
    match attr {
        Attr::None | Attr::ScriptType => State::Attr,
        Attr::Script => State::JS,
        Attr::Style => State::CSS,
        Attr::URL => State::URL,
        Attr::Srcset => State::Srcset,
    }
}
