//! From the value of a scalar back to the file.
//!
//! The raw bytes are walked once more beside the value. Where both agree a run is kept; what stands only in the file
//! (quotes, indentation, folded line ends) falls between the runs.

use super::tree::{Kind, Node, Style, Value};
use crate::source::Span;

/// Leads from bytes of a scalar's value to bytes of the file.
#[derive(Clone, Debug)]
pub struct ScalarMap {
    /// The whole scalar, as it stands where it is used.
    whole: Span,
    value_len: usize,
    places: Places,
}

#[derive(Clone, Debug)]
enum Places {
    /// The value stands in the file as it is, from this byte.
    Straight(usize),
    /// In order, without gaps on the side of the value.
    Runs(Vec<Run>),
    /// Only the whole is known.
    Whole,
}

/// A piece of the value and the bytes it was read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    value: Span,
    /// As long as `value`, byte for byte; or of another length, and then only known as a whole (an escape, `\r\n`).
    raw: Span,
}

impl ScalarMap {
    pub(super) fn new(node: Node<'_>) -> Self {
        let value = node.scalar().unwrap_or_default();
        Self {
            whole: node.span(),
            value_len: value.len(),
            places: places(node, value),
        }
    }

    /// Whether places inside the value are known. They are not for an alias, whose value stands elsewhere, for an omitted
    /// value, and for a scalar whose bytes could not be followed.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        !matches!(self.places, Places::Whole)
    }

    /// The bytes of the file that the bytes `value` of the value were read from; the whole scalar where they are not known.
    ///
    /// Of an empty span the place in front of that byte; at the end of the value the place behind the last.
    #[must_use]
    pub fn span(&self, value: Span) -> Span {
        let start = (value.start as usize).min(self.value_len);
        let end = (value.end as usize).clamp(start, self.value_len);
        match &self.places {
            Places::Straight(at) => Span::new(at + start, at + end),
            Places::Runs(runs) => {
                if start == end {
                    return Span::empty(start_of(runs, start));
                }
                Span::new(start_of(runs, start), end_of(runs, end))
            }
            Places::Whole => self.whole,
        }
    }

    /// The byte of the file that byte `offset` of the value was read from.
    #[must_use]
    pub fn offset(&self, offset: usize) -> usize {
        self.span(Span::empty(offset)).start as usize
    }
}

/// Where the byte `offset` starts in the file.
fn start_of(runs: &[Run], offset: usize) -> usize {
    let next = runs.partition_point(|run| run.value.end as usize <= offset);
    match runs.get(next) {
        Some(run) if run.is_byte_for_byte() => {
            run.raw.start as usize + (offset - run.value.start as usize)
        }
        Some(run) => run.raw.start as usize,
        None => runs.last().map_or(0, |run| run.raw.end as usize),
    }
}

/// Where the bytes before `offset` end in the file.
fn end_of(runs: &[Run], offset: usize) -> usize {
    let at = runs.partition_point(|run| (run.value.end as usize) < offset);
    match runs.get(at) {
        Some(run) if run.is_byte_for_byte() => {
            run.raw.start as usize + (offset - run.value.start as usize)
        }
        Some(run) => run.raw.end as usize,
        None => runs.last().map_or(0, |run| run.raw.end as usize),
    }
}

impl Run {
    const fn is_byte_for_byte(self) -> bool {
        self.value.len() == self.raw.len()
    }
}

fn places(node: Node<'_>, value: &str) -> Places {
    let data = node.data();
    let Kind::Scalar {
        style,
        value: stored,
    } = data.kind
    else {
        return Places::Whole;
    };
    if let Value::InFile(span) = stored {
        return match node.is_null() && span.is_empty() {
            true => Places::Whole,
            false => Places::Straight(span.start as usize),
        };
    }
    let text = node.tree().file().text();
    let mut walk = Walk::new(text, value);
    let followed = match style {
        Style::Plain => walk.flow(data.span, Quotes::None),
        Style::SingleQuoted => walk.flow(inside_quotes(data.span), Quotes::Single),
        Style::DoubleQuoted => walk.flow(inside_quotes(data.span), Quotes::Double),
        Style::Literal => walk.block(block_start(text, data.span.start as usize), false),
        Style::Folded => walk.block(block_start(text, data.span.start as usize), true),
    };
    match followed {
        Some(()) if walk.at == value.len() => Places::Runs(walk.runs),
        _ => Places::Whole,
    }
}

fn inside_quotes(span: Span) -> Span {
    Span::new(
        span.start as usize + 1,
        (span.end as usize).saturating_sub(1),
    )
}

/// First byte of the line behind the header of a block scalar whose content starts at `content`.
fn block_start(text: &str, content: usize) -> usize {
    // Between header and content there are only line ends and indentation.
    let header_end = text[..content].trim_end_matches([' ', '\n', '\r']).len();
    let line_end = text[header_end..].find('\n');
    line_end.map_or(content, |at| header_end + at + 1)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Single,
    Double,
}

/// The walk along raw text and value. Every step returns `None` where the two do not agree.
struct Walk<'t> {
    text: &'t str,
    value: &'t str,
    /// How much of the value has been found.
    at: usize,
    runs: Vec<Run>,
}

impl<'t> Walk<'t> {
    const fn new(text: &'t str, value: &'t str) -> Self {
        Self {
            text,
            value,
            at: 0,
            runs: Vec::new(),
        }
    }

    fn rest(&self) -> &'t str {
        &self.value[self.at..]
    }

    /// The next `len` bytes of the value come from `raw`.
    fn take(&mut self, len: usize, raw: Span) {
        let value = Span::new(self.at, self.at + len);
        self.at += len;
        if let Some(last) = self.runs.last_mut()
            && last.raw.end == raw.start
            && last.is_byte_for_byte()
            && value.len() == raw.len()
        {
            last.value = last.value.to(value);
            last.raw = last.raw.to(raw);
            return;
        }
        self.runs.push(Run { value, raw });
    }

    /// The bytes of `raw` as they are.
    fn take_same(&mut self, raw: Span) -> Option<()> {
        if raw.is_empty() {
            return Some(());
        }
        if !self.rest().starts_with(self.text.get(raw.range())?) {
            return None;
        }
        self.take(raw.len(), raw);
        Some(())
    }

    /// Plain and quoted scalars between their quotes.
    fn flow(&mut self, inside: Span, quotes: Quotes) -> Option<()> {
        let (mut raw, end) = (inside.start as usize, inside.end as usize);
        let bytes = &self.text.as_bytes()[..end];
        while raw < end {
            match bytes[raw] {
                b' ' | b'\t' | b'\n' | b'\r' => raw = self.blanks(raw, end)?,
                b'\'' if quotes == Quotes::Single => {
                    self.take_char('\'', Span::new(raw, raw + 2))?;
                    raw += 2;
                }
                b'\\' if quotes == Quotes::Double => raw = self.escape(raw, end)?,
                _ => {
                    let stop =
                        |&byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\'' | b'\\');
                    let len = 1 + bytes[raw + 1..]
                        .iter()
                        .position(stop)
                        .unwrap_or(end - raw - 1);
                    self.take_same(Span::new(raw, raw + len))?;
                    raw += len;
                }
            }
        }
        Some(())
    }

    fn take_char(&mut self, c: char, raw: Span) -> Option<()> {
        if !self.rest().starts_with(c) {
            return None;
        }
        self.take(c.len_utf8(), raw);
        Some(())
    }

    /// Blanks inside a line are content; around line ends they are not, and the line ends are folded.
    fn blanks(&mut self, raw: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        let mut behind = raw;
        let mut line_ends = Vec::new();
        while behind < end {
            match bytes[behind] {
                b' ' | b'\t' => behind += 1,
                b'\n' | b'\r' => {
                    let len = line_end_len(&bytes[behind..]);
                    line_ends.push(Span::new(behind, behind + len));
                    behind += len;
                }
                _ => break,
            }
        }
        match line_ends.as_slice() {
            [] => self.take_same(Span::new(raw, behind))?,
            [one] => self.take_char(' ', *one)?,
            [_, blank_lines @ ..] => {
                for &line_end in blank_lines {
                    self.take_char('\n', line_end)?;
                }
            }
        }
        Some(behind)
    }

    /// One escape of a double-quoted scalar. What it means is read from the value: one character, or nothing for an escaped
    /// line end.
    fn escape(&mut self, raw: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        let letter = *bytes.get(raw + 1)?;
        if matches!(letter, b'\n' | b'\r') {
            return self.escaped_line_end(raw + 1, end);
        }
        let c = self.rest().chars().next()?;
        let mut len = escape_len(letter);
        if matches!(c as u32, 0x1_0000..) && letter == b'u' {
            // Two halves of a surrogate pair make one character.
            len *= 2;
        }
        if raw + len > end {
            return None;
        }
        self.take(c.len_utf8(), Span::new(raw, raw + len));
        Some(raw + len)
    }

    /// An escaped line end vanishes with the blanks that follow it; further line ends stay.
    fn escaped_line_end(&mut self, line_end: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        let mut raw = line_end + line_end_len(&bytes[line_end..]);
        while raw < end {
            match bytes[raw] {
                b' ' | b'\t' => raw += 1,
                b'\n' | b'\r' => {
                    let len = line_end_len(&bytes[raw..]);
                    self.take_char('\n', Span::new(raw, raw + len))?;
                    raw += len;
                }
                _ => break,
            }
        }
        Some(raw)
    }

    /// Literal and folded scalars, from the first byte of their first line.
    fn block(&mut self, start: usize, folded: bool) -> Option<()> {
        let indent = self.indentation(start);
        let mut raw = start;
        // Line ends since the last line with content.
        let mut line_ends: Vec<Span> = Vec::new();
        let mut has_content = false;
        while self.at < self.value.len() {
            let left = self.rest();
            if line_ends.len() >= left.len() && left.bytes().all(|byte| byte == b'\n') {
                return self.take_newlines(&line_ends[..left.len()]);
            }
            if raw >= self.text.len() {
                return None;
            }
            let line = line_at(self.text, raw);
            let spaces = self.text[raw..line.end as usize]
                .bytes()
                .take_while(|&byte| byte == b' ')
                .count();
            let content = Span::new(raw + spaces.min(indent), line.end as usize);
            if !content.is_empty() {
                self.line_break(&line_ends, folded && has_content, content)?;
                line_ends.clear();
                self.take_same(content)?;
                has_content = true;
            }
            let len = line_end_len(&self.text.as_bytes()[line.end as usize..]);
            raw = line.end as usize + len;
            if len > 0 {
                line_ends.push(Span::new(line.end as usize, raw));
            }
        }
        Some(())
    }

    /// What the value has for the line ends between two lines with content.
    fn line_break(&mut self, line_ends: &[Span], folded: bool, next: Span) -> Option<()> {
        if folded && let [one] = line_ends {
            let more_indented = matches!(self.text.as_bytes()[next.start as usize], b' ' | b'\t');
            if !more_indented && self.rest().starts_with(' ') {
                return self.take_char(' ', *one);
            }
        }
        let newlines = self.rest().bytes().take_while(|&b| b == b'\n').count();
        let count = newlines.min(line_ends.len());
        if !folded && count < line_ends.len() {
            return None;
        }
        // Of several folded line ends the first vanishes.
        self.take_newlines(&line_ends[line_ends.len() - count..])
    }

    fn take_newlines(&mut self, line_ends: &[Span]) -> Option<()> {
        line_ends
            .iter()
            .try_for_each(|&line_end| self.take_char('\n', line_end))
    }

    /// How many spaces were taken off each line, found by comparing the first lines that have content.
    fn indentation(&self, start: usize) -> usize {
        let has_content = |line: &&str| line.bytes().any(|byte| byte != b' ' && byte != b'\r');
        let leading = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let raw = self.text[start..].split('\n').find(has_content);
        let value = self.value.split('\n').find(has_content);
        match (raw, value) {
            (Some(raw), Some(value)) => leading(raw).saturating_sub(leading(value)),
            // Nothing but line ends.
            _ => usize::MAX,
        }
    }
}

/// The line that starts at `start`, without its end.
fn line_at(text: &str, start: usize) -> Span {
    let len = text[start..].find(['\n', '\r']);
    Span::new(start, len.map_or(text.len(), |len| start + len))
}

fn line_end_len(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// How many bytes an escape has, its backslash included.
const fn escape_len(letter: u8) -> usize {
    match letter {
        b'x' => 4,
        b'u' => 6,
        b'U' => 10,
        // `\` before a character beyond ASCII is no escape, so one byte is one letter.
        _ => 2,
    }
}
