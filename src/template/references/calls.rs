//! What the functions of a template give, and what they are given.

use std::sync::Arc;

use super::super::in_text;
use super::super::tree::{Arg, ArgKind};
use super::known::{Known, Meaning, type_of_result};
use super::walk::Walk;
use super::{Format, GoType, Humanized, Query, QueryText, Reference, Source, Use};
use crate::source::Span;

impl Walk<'_> {
    /// What `index` gives, where the key is written down.
    pub(super) fn index(&mut self, map: Known, key: &Arg, span: Span) -> Option<Known> {
        let ArgKind::String { text, .. } = &key.kind else {
            return match map.meaning {
                Meaning::Samples(query) => Some(Known::new(Meaning::Sample(query))),
                _ => None,
            };
        };
        match map.meaning {
            Meaning::Labels => self.found(Reference::Label(Arc::clone(text)), span),
            Meaning::ExternalLabels => self.found(Reference::ExternalLabel(Arc::clone(text)), span),
            Meaning::SampleLabels(query) => self.label_of(query, text, span),
            _ => return None,
        }
        Some(Known::new(Meaning::Typed(GoType::Text)))
    }

    pub(super) fn label_of(&mut self, query: usize, name: &Arc<str>, span: Span) {
        let guarded = self.guards > 0 || !self.tested.is_empty();
        if let Some(query) = self.reading.queries.get_mut(query) {
            query.labels.push(Use {
                span: in_text(span),
                what: Reference::Label(Arc::clone(name)),
                guarded,
            });
        }
    }

    /// What a function gives. `known` are its arguments, with what came down the pipe.
    pub(super) fn result(&mut self, name: &str, at: Span, args: &[Arg], known: &[Known]) -> Known {
        let varies = known.iter().filter_map(|known| known.varies).max();
        let last = known.last().copied().unwrap_or(Known::OTHER);
        let shows = match (name, last.shows) {
            ("humanize" | "humanize1024", Some((Humanized::No | Humanized::Format, _))) => {
                Some(Humanized::Number)
            }
            ("humanizePercentage", Some((Humanized::No | Humanized::Format, _))) => {
                Some(Humanized::Percentage)
            }
            ("humanizeDuration", Some((Humanized::No | Humanized::Format, _))) => {
                Some(Humanized::Duration)
            }
            _ => None,
        };
        let of = |meaning| Known {
            meaning,
            varies,
            shows: shows.map(|by| (by, false)),
        };
        match name {
            "query" => {
                let query = self.query(at, args);
                return Known::new(Meaning::Samples(query));
            }
            "first" => {
                if let Meaning::Samples(query) = last.meaning {
                    return Known::new(Meaning::Sample(query));
                }
            }
            "sortByLabel" => return last,
            "label" => {
                if let (Meaning::Sample(query), Some(arg)) = (last.meaning, args.first())
                    && let ArgKind::String { text, .. } = &arg.kind
                {
                    self.label_of(query, text, arg.span);
                }
                return of(Meaning::Typed(GoType::Text));
            }
            "value" => {
                return Known {
                    varies: Some(Source::Query),
                    ..Known::new(Meaning::Typed(GoType::Float))
                };
            }
            "now" => {
                return Known {
                    varies: Some(Source::Now),
                    ..Known::new(Meaning::Typed(GoType::Float))
                };
            }
            "printf" => return self.printf(args, known, varies),
            _ => {}
        }
        of(type_of_result(name).map_or(Meaning::Other, Meaning::Typed))
    }

    fn printf(&mut self, args: &[Arg], known: &[Known], varies: Option<Source>) -> Known {
        let text = Known {
            varies,
            ..Known::new(Meaning::Typed(GoType::Text))
        };
        let Some(ArgKind::String { text: format, .. }) = args.first().map(|arg| &arg.kind) else {
            return text;
        };
        let operands = &known[1..];
        self.reading.formats.push(Format {
            span: in_text(args[0].span),
            text: Arc::clone(format),
            args: operands.iter().map(|known| known.go_type()).collect(),
            has_value: operands.iter().any(|known| known.meaning == Meaning::Value),
        });
        let shows = match operands {
            [only] => only.shows.filter(|(by, _)| {
                // Only where the number comes first is it certain that what follows belongs to it.
                format.starts_with('%') && (*by == Humanized::No)
            }),
            _ => None,
        };
        let percent = format.ends_with("%%");
        let is_last = percent || format.ends_with(|c: char| c.is_ascii_alphabetic());
        Known {
            shows: shows
                .filter(|_| is_last)
                .map(|_| (Humanized::Format, percent)),
            ..text
        }
    }

    fn query(&mut self, at: Span, args: &[Arg]) -> usize {
        let (span, text) = match args {
            [arg] => (arg.span, self.query_text(arg)),
            _ => (at, QueryText::Unknown),
        };
        if let QueryText::Constant(text) = &text {
            self.found(Reference::Query(Arc::clone(text)), span);
        }
        self.reading.queries.push(Query {
            span: in_text(span),
            text,
            labels: Vec::new(),
        });
        self.reading.queries.len() - 1
    }

    fn query_text(&self, arg: &Arg) -> QueryText {
        match &arg.kind {
            ArgKind::String { text, .. } => QueryText::Constant(Arc::clone(text)),
            ArgKind::Pipe(pipe) if pipe.variables.is_empty() => match &*pipe.commands {
                [command] => match &*command.args {
                    [only] => self.query_text(only),
                    [function, format, ..] => match (&function.kind, &format.kind) {
                        (ArgKind::Function(name), ArgKind::String { text, .. })
                            if &**name == "printf" =>
                        {
                            QueryText::Format(Arc::clone(text))
                        }
                        _ => QueryText::Unknown,
                    },
                    [] => QueryText::Unknown,
                },
                _ => QueryText::Unknown,
            },
            _ => QueryText::Unknown,
        }
    }
}
