//! Go's regular expression syntax (`regexp/syntax` with the flags `Perl`) read into the HIR of `regex-syntax`.
//!
//! A stack instead of recursion, so that depth is bounded by the pattern's own limits and not by the machine's.

mod escape;
mod node;

use std::sync::Arc;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look};

use self::node::{Count, Kind, Node};
use super::class;
use super::error::{ErrorCode, RegexError};

/// Largest count of a repetition, and of repetitions inside repetitions.
const MAX_REPEAT: u32 = 1000;
/// Most levels of a parsed pattern.
const MAX_HEIGHT: u32 = 1000;
/// Most instructions of Go's program: 128 MiB of 40 bytes each.
const MAX_INSTRUCTIONS: u64 = (128 << 20) / 40;
/// Our own limits, far above what people write: bytes of a pattern, open groups (Go does not count those that
/// capture nothing), ranges in all classes together.
const MAX_LENGTH: usize = 1 << 20;
const MAX_OPEN_GROUPS: usize = 1000;
const MAX_RANGES: usize = 1 << 24;

/// What a pattern means.
pub(super) struct Parsed {
    pub hir: Hir,
    /// Names of the groups, from group 1.
    pub group_names: Vec<Option<Arc<str>>>,
    /// About how many states an automaton over bytes needs.
    pub states: u64,
}

/// Reads `pattern`; `dot_matches_newline` is the flag `s` from the start.
pub(super) fn parse(pattern: &str, dot_matches_newline: bool) -> Result<Parsed, RegexError> {
    Parser {
        pattern,
        at: 0,
        flags: Flags {
            dot_matches_newline,
            ..Flags::default()
        },
        stack: Vec::new(),
        open_groups: 0,
        group_names: Vec::new(),
        ranges: 0,
        no_more_posix: false,
    }
    .run()
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_matches_newline: bool,
    swap_greed: bool,
}

enum Entry {
    Node(Node),
    Bar,
    Open {
        /// The flags that hold again after the group.
        outer: Flags,
        /// Number of the group, from 1; `None` does not capture.
        capture: Option<u32>,
    },
}

type Result<T, E = RegexError> = std::result::Result<T, E>;

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    flags: Flags,
    stack: Vec<Entry>,
    open_groups: usize,
    group_names: Vec<Option<Arc<str>>>,
    /// Ranges of all classes so far.
    ranges: usize,
    /// There is no `:]` further on.
    no_more_posix: bool,
}

impl<'p> Parser<'p> {
    fn run(mut self) -> Result<Parsed> {
        if self.pattern.len() > MAX_LENGTH {
            return Err(self.error_of_whole(ErrorCode::Large));
        }
        // Where the repetition operator right before this place starts: Go forbids a second one after it.
        let mut last_repeat = None;
        while let Some(c) = self.peek() {
            last_repeat = self.item(c, last_repeat)?;
        }
        let node = self.close_alternation();
        self.check(&node)?;
        if !self.stack.is_empty() {
            return Err(self.error_of_whole(ErrorCode::MissingParen));
        }
        Ok(Parsed {
            hir: node.hir,
            group_names: self.group_names,
            states: node.states,
        })
    }

    /// Reads one item that starts with `c`; gives the start of a repetition operator where it was one.
    fn item(&mut self, c: char, last_repeat: Option<usize>) -> Result<Option<usize>> {
        let start = self.at;
        match c {
            '(' => self.open_group()?,
            ')' => self.close_group()?,
            '[' => self.bracket_class()?,
            '\\' => self.escape()?,
            '|' => {
                self.bump();
                let branch = self.take_concat();
                self.push(branch)?;
                self.stack.push(Entry::Bar);
            }
            '^' => self.look(if self.flags.multi_line {
                Look::StartLF
            } else {
                Look::Start
            })?,
            '$' => self.look(if self.flags.multi_line {
                Look::EndLF
            } else {
                Look::End
            })?,
            '.' => {
                self.bump();
                let dot = if self.flags.dot_matches_newline {
                    Dot::AnyChar
                } else {
                    Dot::AnyCharExceptLF
                };
                self.push(Node::atom(Hir::dot(dot), 8))?;
            }
            '*' | '+' | '?' => {
                self.bump();
                let (min, max) = match c {
                    '*' => (0, None),
                    '+' => (1, None),
                    _ => (0, Some(1)),
                };
                let count = Count {
                    min,
                    max,
                    counted: false,
                };
                self.repeat(count, start, last_repeat)?;
                return Ok(Some(start));
            }
            '{' => match self.counted() {
                Some(Counted::Fits(count)) => {
                    self.repeat(count, start, last_repeat)?;
                    return Ok(Some(start));
                }
                Some(Counted::TooBig) => {
                    return Err(self.error(ErrorCode::InvalidRepeatSize, start));
                }
                None => {
                    self.bump();
                    self.literal('{')?;
                }
            },
            _ => {
                self.bump();
                self.literal(c)?;
            }
        }
        Ok(None)
    }

    // Text.

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    /// An error about the bytes from `start` up to here.
    fn error(&self, code: ErrorCode, start: usize) -> RegexError {
        RegexError::new(code, &self.pattern[start..self.at])
    }

    fn error_of_whole(&self, code: ErrorCode) -> RegexError {
        RegexError::new(code, self.pattern)
    }

    // The stack.

    fn push(&mut self, node: Node) -> Result<()> {
        self.check(&node)?;
        self.stack.push(Entry::Node(node));
        Ok(())
    }

    fn check(&self, node: &Node) -> Result<()> {
        if node.height > MAX_HEIGHT {
            return Err(self.error_of_whole(ErrorCode::NestingDepth));
        }
        if node.size > MAX_INSTRUCTIONS {
            return Err(self.error_of_whole(ErrorCode::Large));
        }
        Ok(())
    }

    fn look(&mut self, look: Look) -> Result<()> {
        self.bump();
        self.push(Node::atom(Hir::look(look), 1))
    }

    fn literal(&mut self, c: char) -> Result<()> {
        if !self.flags.fold_case {
            let mut bytes = [0; 4];
            let bytes = c.encode_utf8(&mut bytes).as_bytes();
            return self.push(Node::atom(Hir::literal(bytes), bytes.len() as u64));
        }
        let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
        class::fold_case(&mut class);
        self.class(class)
    }

    fn class(&mut self, class: ClassUnicode) -> Result<()> {
        self.count_ranges(&class)?;
        let states = class.ranges().len() as u64 * 4;
        self.push(Node::atom(Hir::class(Class::Unicode(class)), states))
    }

    fn count_ranges(&mut self, class: &ClassUnicode) -> Result<()> {
        self.ranges += class.ranges().len();
        if self.ranges > MAX_RANGES {
            return Err(self.error_of_whole(ErrorCode::Large));
        }
        Ok(())
    }

    /// Takes off the nodes above the last `|` or `(`, in a row.
    fn take_concat(&mut self) -> Node {
        let first = self
            .stack
            .iter()
            .rposition(|entry| !matches!(entry, Entry::Node(_)))
            .map_or(0, |at| at + 1);
        let nodes = self.stack.drain(first..).filter_map(Entry::into_node);
        Node::join(nodes.collect(), Kind::Concat)
    }

    /// Takes off everything above the last `(`, as alternatives.
    fn close_alternation(&mut self) -> Node {
        let last = self.take_concat();
        let first = self
            .stack
            .iter()
            .rposition(|entry| matches!(entry, Entry::Open { .. }))
            .map_or(0, |at| at + 1);
        let branches = self.stack.drain(first..).filter_map(Entry::into_node);
        Node::join(
            branches.chain(std::iter::once(last)).collect(),
            Kind::Alternation,
        )
    }

    // Repetition.

    /// Repeats the node on top; the operator started at `start` and is read but for a `?` after it.
    fn repeat(&mut self, count: Count, start: usize, last_repeat: Option<usize>) -> Result<()> {
        let lazy = self.eat("?");
        if let Some(first) = last_repeat {
            return Err(self.error(ErrorCode::InvalidRepeatOp, first));
        }
        match self.stack.pop() {
            Some(Entry::Node(node)) => {
                let node = node.repeated(count, lazy == self.flags.swap_greed);
                self.check(&node)?;
                let several = count.min >= 2 || count.max.is_some_and(|max| max >= 2);
                if count.counted && several && node.copies > u64::from(MAX_REPEAT) {
                    return Err(self.error(ErrorCode::InvalidRepeatSize, start));
                }
                self.stack.push(Entry::Node(node));
                Ok(())
            }
            _ => Err(self.error(ErrorCode::MissingRepeatArgument, start)),
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`. Anything else is no repetition, and nothing is read.
    fn counted(&mut self) -> Option<Counted> {
        let inside = self.rest().strip_prefix('{')?;
        let end = inside.find(|c: char| c != ',' && !c.is_ascii_digit())?;
        let (inside, after) = inside.split_at(end);
        if !after.starts_with('}') {
            return None;
        }
        let (min, max) = match inside.split_once(',') {
            None => (inside, Some(inside)),
            Some((min, "")) => (min, None),
            Some((min, max)) => (min, Some(max)),
        };
        let min = repeat_number(min)?;
        let max = match max {
            Some(max) => Some(repeat_number(max)?),
            None => None,
        };
        self.at += inside.len() + 2;
        let fits = min <= MAX_REPEAT && max.is_none_or(|max| max <= MAX_REPEAT && min <= max);
        Some(if fits {
            Counted::Fits(Count {
                min,
                max,
                counted: true,
            })
        } else {
            Counted::TooBig
        })
    }

    // Groups.

    fn open_group(&mut self) -> Result<()> {
        let start = self.at;
        self.bump();
        if !self.eat("?") {
            return self.open_capture(None);
        }
        let rest = self.rest();
        let named = (rest.starts_with("P<") && rest.len() > 2)
            .then_some(2)
            .or_else(|| (rest.starts_with('<') && rest.len() > 1).then_some(1));
        match named {
            Some(skip) => self.named_group(start, skip),
            None => self.flag_group(start),
        }
    }

    fn open_capture(&mut self, name: Option<Arc<str>>) -> Result<()> {
        self.group_names.push(name);
        let capture = Some(self.group_names.len() as u32);
        self.open(Entry::Open {
            outer: self.flags,
            capture,
        })
    }

    fn open(&mut self, group: Entry) -> Result<()> {
        self.open_groups += 1;
        if self.open_groups > MAX_OPEN_GROUPS {
            return Err(self.error_of_whole(ErrorCode::NestingDepth));
        }
        self.stack.push(group);
        Ok(())
    }

    /// `(?P<name>` or `(?<name>`, read up to the question mark.
    fn named_group(&mut self, start: usize, skip: usize) -> Result<()> {
        let Some(end) = self.rest().find('>') else {
            self.at = self.pattern.len();
            return Err(self.error(ErrorCode::InvalidNamedCapture, start));
        };
        let name = &self.rest()[skip..end];
        self.at += end + 1;
        let valid = |name: &str| {
            name.bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
        };
        if name.is_empty() || !valid(name) {
            return Err(self.error(ErrorCode::InvalidNamedCapture, start));
        }
        self.open_capture(Some(name.into()))
    }

    /// `(?flags)` or `(?flags:`, read up to the question mark.
    fn flag_group(&mut self, start: usize) -> Result<()> {
        let outer = self.flags;
        let mut flags = outer;
        let mut on = true;
        let mut flag_after_minus = false;
        while let Some(c) = self.bump() {
            match c {
                'i' => flags.fold_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_matches_newline = on,
                'U' => flags.swap_greed = on,
                '-' if on => {
                    on = false;
                    continue;
                }
                ':' | ')' if on || flag_after_minus => {
                    if c == ':' {
                        self.open(Entry::Open {
                            outer,
                            capture: None,
                        })?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            flag_after_minus = !on;
        }
        Err(self.error(ErrorCode::InvalidPerlOp, start))
    }

    fn close_group(&mut self) -> Result<()> {
        let node = self.close_alternation();
        self.check(&node)?;
        let Some(Entry::Open { outer, capture }) = self.stack.pop() else {
            return Err(self.error_of_whole(ErrorCode::UnexpectedParen));
        };
        self.bump();
        self.open_groups -= 1;
        self.flags = outer;
        self.push(match capture {
            Some(index) => node.captured(index),
            None => node,
        })
    }
}

impl Entry {
    fn into_node(self) -> Option<Node> {
        match self {
            Self::Node(node) => Some(node),
            _ => None,
        }
    }
}

enum Counted {
    Fits(Count),
    TooBig,
}

/// A decimal number without leading zeros; one too big for its type saturates, which is above every limit.
fn repeat_number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    (is_number && !padded).then(|| digits.parse().unwrap_or(u32::MAX))
}
