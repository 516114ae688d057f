//! The only user of the YAML crate: its events in our words.

use std::borrow::Cow;

use granit_parser::{
    ErrorKind, Event as Granit, Options, Parser, ScalarStyle, ScanError, Span as GranitSpan,
    StrInput, StructureStyle, Tag,
};

use super::limits::{MAX_DEPTH, too_deep};
use super::tree::Style;
use crate::source::Span;

/// Number of an anchor's definition; 0 is none. Redefined names get new numbers.
pub(super) type AnchorId = usize;

/// One step of the walk through the text.
#[derive(Debug)]
pub(super) enum Event<'t> {
    DocumentStart,
    DocumentEnd,
    Scalar {
        value: Cow<'t, str>,
        style: Style,
        anchor: AnchorId,
        tag: Option<String>,
    },
    SequenceStart {
        flow: bool,
        anchor: AnchorId,
        tag: Option<String>,
    },
    MappingStart {
        flow: bool,
        anchor: AnchorId,
        tag: Option<String>,
    },
    /// The end of the innermost sequence or mapping.
    CollectionEnd,
    Alias(AnchorId),
    /// An alias whose anchor was not defined before it.
    UnknownAlias(String),
    Comment,
    /// Nothing that matters here.
    Other,
}

/// Why the text is no YAML.
#[derive(Debug)]
pub(super) struct Broken {
    pub offset: usize,
    pub message: String,
}

/// The events of a text, in order.
pub(super) struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    end: usize,
}

impl<'t> Events<'t> {
    pub fn new(text: &'t str) -> Self {
        let mut options = Options::default();
        // As libyaml, and so Go, reads a block scalar on the last line.
        options.block_scalar_eof_without_line_feed = true;
        // An undefined alias is one error among others, not the end of the walk.
        options.emit_unresolved_aliases = true;
        // Long licence headers are no attack: the text itself is already bounded.
        options.max_buffered_comment_events = usize::MAX;
        // The builder counts block and flow together.
        options.flow_nesting_limit = MAX_DEPTH as usize;
        options.block_nesting_limit = MAX_DEPTH as usize;
        Self {
            parser: Parser::new_from_str_with_options(text, options),
            end: text.len(),
        }
    }

    /// The next event, or the error that ends the document, or `None` at the end of the text.
    pub fn next(&mut self) -> Option<Result<(Event<'t>, Span), Broken>> {
        let result = self.parser.next_event()?;
        Some(
            result
                .map(|(event, span)| (translate(event), self.bytes(&span)))
                .map_err(|error| self.broken(&error)),
        )
    }

    /// Moves on to the next document, after an error or a refusal; false where there is none.
    pub fn skip_document(&mut self) -> bool {
        self.parser.proceed_next_document().unwrap_or(false)
    }

    fn bytes(&self, span: &GranitSpan) -> Span {
        let range = span.byte_range().unwrap_or(self.end..self.end);
        Span::new(range.start.min(self.end), range.end.min(self.end))
    }

    fn broken(&self, error: &ScanError) -> Broken {
        Broken {
            offset: error
                .marker()
                .byte_offset()
                .unwrap_or(self.end)
                .min(self.end),
            message: match error.kind() {
                ErrorKind::RecursionLimitExceeded => too_deep(),
                _ => error.info(),
            },
        }
    }
}

fn translate(event: Granit<'_>) -> Event<'_> {
    match event {
        Granit::DocumentStart(..) => Event::DocumentStart,
        Granit::DocumentEnd => Event::DocumentEnd,
        Granit::Scalar(value, style, anchor, tag) => Event::Scalar {
            value,
            style: style_of(style),
            anchor,
            tag: tag.map(tag_name),
        },
        Granit::SequenceStart(style, anchor, tag) => Event::SequenceStart {
            flow: style == StructureStyle::Flow,
            anchor,
            tag: tag.map(tag_name),
        },
        Granit::MappingStart(style, anchor, tag) => Event::MappingStart {
            flow: style == StructureStyle::Flow,
            anchor,
            tag: tag.map(tag_name),
        },
        Granit::SequenceEnd | Granit::MappingEnd => Event::CollectionEnd,
        Granit::Alias(anchor) => Event::Alias(anchor),
        Granit::UnresolvedAlias(name) => Event::UnknownAlias(name.into_owned()),
        Granit::Comment(..) => Event::Comment,
        _ => Event::Other,
    }
}

const fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// The tag in full, such as `tag:yaml.org,2002:str`, or `!name` for a local one.
fn tag_name(tag: Cow<'_, Tag>) -> String {
    format!("{}{}", tag.handle(), tag.suffix())
}
