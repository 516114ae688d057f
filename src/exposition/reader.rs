//! The reader of the text format: as strict as client_golang's, with its words for what is wrong.

use rustc_hash::FxHashMap;

use super::cursor::{Cursor, is_float, rune};
use super::family::{Family, Kind, Metric, ReadError};
use crate::labels::{METRIC_NAME, quote};

/// Reads a text; families without samples are left out. With `utf8_names` names may stand in quotes, as since 3.0.
pub fn read(text: &str, utf8_names: bool) -> Result<Vec<Family>, ReadError> {
    let mut reader = Reader {
        at: Cursor {
            rest: text,
            line: 1,
        },
        utf8_names,
        families: Vec::new(),
        by_name: FxHashMap::default(),
        by_labels: FxHashMap::default(),
    };
    while reader.read_line()? {
        reader.at.line += 1;
    }
    let mut families = reader.families;
    families.retain(|family| !family.metrics.is_empty());
    Ok(families)
}

/// A family by its index, and the labels of one of its metrics in order.
type MetricKey = (usize, Vec<(String, String)>);

struct Reader<'t> {
    at: Cursor<'t>,
    utf8_names: bool,
    families: Vec<Family>,
    by_name: FxHashMap<String, usize>,
    /// Histograms and summaries, whose samples are spread over lines.
    by_labels: FxHashMap<MetricKey, usize>,
}

/// Where a sample belongs.
#[derive(Clone, Copy)]
struct Place {
    family: usize,
    /// Whether it is the count or the sum.
    is_total: bool,
}

impl Reader<'_> {
    /// Reads a line; false at the end of the text.
    fn read_line(&mut self) -> Result<bool, ReadError> {
        self.at.blanks();
        match self.at.rest.chars().next() {
            None => return Ok(false),
            Some('\n') => self.at.step(),
            Some('#') => {
                self.at.step();
                self.comment()?;
            }
            Some('{') if self.utf8_names => {
                self.at.step();
                self.sample(None)?;
            }
            Some(_) => {
                let name = self.at.metric_name();
                if name.is_empty() {
                    return Err(self.at.error("invalid metric name"));
                }
                let place = self.place(name);
                self.sample(Some(place))?;
            }
        }
        Ok(true)
    }

    fn comment(&mut self) -> Result<(), ReadError> {
        self.at.blanks();
        let keyword = self.at.token();
        if self.at.at_line_end()? {
            self.at.step();
            return Ok(());
        }
        if keyword != "HELP" && keyword != "TYPE" {
            self.at.until_line_end()?;
            self.at.step();
            return Ok(());
        }
        self.at.blanks();
        self.at.peek()?;
        let name = self.at.metric_name();
        match self.at.peek()? {
            '\n' => {
                self.at.step();
                return Ok(());
            }
            ' ' | '\t' if !name.is_empty() => {}
            _ => return Err(self.at.error("invalid metric name in comment")),
        }
        let family = self.place(name).family;
        self.at.blanks();
        if self.at.at_line_end()? {
            self.at.step();
            return Ok(());
        }
        if keyword == "HELP" {
            self.help(family)?;
        } else {
            self.kind(family)?;
        }
        self.at.step();
        Ok(())
    }

    fn help(&mut self, family: usize) -> Result<(), ReadError> {
        if self.families[family].help.is_some() {
            let name = quote(&self.families[family].name);
            return Err(self
                .at
                .error(format!("second HELP line for metric name {name}")));
        }
        let text = self.at.until_line_end()?;
        // Since 3.0 a quote may be escaped, too.
        let quotes = if self.utf8_names { "\"" } else { "" };
        let text = self.at.unescape(text, quotes)?;
        self.families[family].help = Some(text);
        Ok(())
    }

    fn kind(&mut self, family: usize) -> Result<(), ReadError> {
        if self.families[family].kind.is_some() {
            let name = quote(&self.families[family].name);
            return Err(self.at.error(format!(
                "second TYPE line for metric name {name}, or TYPE reported after samples"
            )));
        }
        let text = self.at.until_line_end()?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(text));
        let Some(kind) = kind else {
            return Err(self
                .at
                .error(format!("unknown metric type {}", quote(text))));
        };
        self.families[family].kind = Some(kind);
        Ok(())
    }

    /// The labels, the value and the time of a sample. Without a place its name stands in quotes among the labels.
    fn sample(&mut self, place: Option<Place>) -> Result<(), ReadError> {
        let mut place = place;
        let mut labels: Vec<(String, String)> = Vec::new();
        let mut has_labels = place.is_none();
        if !has_labels {
            self.at.blanks();
            has_labels = self.at.peek()? == '{';
            if has_labels {
                self.at.step();
            }
        }
        if has_labels {
            self.labels(&mut place, &mut labels)?;
            self.at.blanks();
        }
        self.at.peek()?;
        let Some(place) = place else {
            return Err(self.at.error("invalid metric name"));
        };
        let kind = *self.families[place.family]
            .kind
            .get_or_insert(Kind::Untyped);
        let part = kind
            .part_label()
            .and_then(|name| labels.iter().position(|(label, _)| label == name));
        let part = part.map(|at| labels.remove(at));
        let metric = self.metric(place.family, kind, labels);
        let value = self.at.token();
        self.at.peek()?;
        if !is_float(value) {
            return Err(self
                .at
                .error(format!("expected float as value, got {}", quote(value))));
        }
        if part.is_some() && !place.is_total {
            self.families[place.family].metrics[metric].parts += 1;
        }
        if self.at.at_line_end()? {
            self.at.step();
            return Ok(());
        }
        self.at.blanks();
        self.at.peek()?;
        let time = self.at.token();
        self.at.peek()?;
        if time.parse::<i64>().is_err() {
            return Err(self.at.error(format!(
                "expected integer as timestamp, got {}",
                quote(time)
            )));
        }
        let behind = self.at.until_line_end()?;
        if !behind.is_empty() {
            return Err(self.at.error(format!(
                "spurious string after timestamp: {}",
                quote(behind)
            )));
        }
        self.at.step();
        Ok(())
    }

    /// The labels up to and with the `}`.
    fn labels(
        &mut self,
        place: &mut Option<Place>,
        labels: &mut Vec<(String, String)>,
    ) -> Result<(), ReadError> {
        loop {
            self.at.blanks();
            if self.at.peek()? == '}' {
                self.at.step();
                return Ok(());
            }
            let is_quoted = self.utf8_names && self.at.peek()? == '"';
            let name = match is_quoted {
                true => self.at.quoted("label name")?,
                false => self.at.label_name().to_owned(),
            };
            let family = place.map(|place| place.family);
            if name.is_empty() {
                let metric = quote(self.family_name(family));
                return Err(self
                    .at
                    .error(format!("invalid label name for metric {metric}")));
            }
            self.at.blanks();
            let next = self.at.peek()?;
            if next != '=' {
                if place.is_none() && is_quoted && matches!(next, ',' | '}') {
                    *place = Some(self.place(&name));
                    if next == ',' {
                        self.at.step();
                    }
                    continue;
                }
                return Err(self.at.error(format!(
                    "expected '=' after label name, found {}",
                    rune(next)
                )));
            }
            self.at.step();
            if name == METRIC_NAME {
                return Err(self
                    .at
                    .error(format!("label name {} is reserved", quote(&name))));
            }
            let kind = family.and_then(|family| self.families[family].kind);
            let is_part = kind.and_then(Kind::part_label) == Some(name.as_str());
            if !is_part && labels.iter().any(|(known, _)| *known == name) {
                let metric = quote(self.family_name(family));
                return Err(self
                    .at
                    .error(format!("duplicate label names for metric {metric}")));
            }
            self.at.blanks();
            let next = self.at.peek()?;
            if next != '"' {
                return Err(self.at.error(format!(
                    "expected '\"' at start of label value, found {}",
                    rune(next)
                )));
            }
            let value = self.at.quoted("label value")?;
            if is_part && !is_float(&value) {
                return Err(self.at.error(format!(
                    "expected float as value for '{name}' label, got {}",
                    quote(&value)
                )));
            }
            labels.push((name, value.clone()));
            self.at.blanks();
            match self.at.peek()? {
                ',' => self.at.step(),
                '}' => {}
                _ => {
                    return Err(self
                        .at
                        .error(format!("unexpected end of label value {}", quote(&value))));
                }
            }
        }
    }

    fn family_name(&self, family: Option<usize>) -> &str {
        family.map_or("", |family| &self.families[family].name)
    }

    /// The family that a name belongs to; a new one where there is none.
    fn place(&mut self, name: &str) -> Place {
        if let Some(&family) = self.by_name.get(name) {
            return Place {
                family,
                is_total: false,
            };
        }
        let endings = [
            ("_count", true, true),
            ("_sum", true, true),
            ("_bucket", false, false),
        ];
        for (ending, is_total, of_summaries) in endings {
            let base = name.strip_suffix(ending).filter(|base| !base.is_empty());
            let Some(&family) = base.and_then(|base| self.by_name.get(base)) else {
                continue;
            };
            match self.families[family].kind {
                Some(Kind::Histogram) => return Place { family, is_total },
                Some(Kind::Summary) if of_summaries => return Place { family, is_total },
                _ => {}
            }
        }
        let family = self.families.len();
        self.families.push(Family {
            name: name.to_owned(),
            help: None,
            kind: None,
            metrics: Vec::new(),
        });
        self.by_name.insert(name.to_owned(), family);
        Place {
            family,
            is_total: false,
        }
    }

    /// The metric of a family with these labels: of histograms and summaries the one that is there, otherwise a new one.
    fn metric(&mut self, family: usize, kind: Kind, labels: Vec<(String, String)>) -> usize {
        let index = self.families[family].metrics.len();
        if kind.part_label().is_some() {
            let mut key = labels.clone();
            key.sort_unstable();
            let known = *self.by_labels.entry((family, key)).or_insert(index);
            if known != index {
                return known;
            }
        }
        self.families[family]
            .metrics
            .push(Metric { labels, parts: 0 });
        index
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn samples_of_a_histogram_are_one_metric() {
        let text = "# TYPE a histogram\na_bucket{le=\"1\",x=\"y\"} 1\na_bucket{x=\"y\",le=\"+Inf\"} 2\na_sum{x=\"y\"} 3\na_count{x=\"y\"} 2\nb 1 5\n";
        let families = read(text, false).unwrap();
        assert_eq!(families.len(), 2);
        assert_eq!(families[0].kind, Some(Kind::Histogram));
        let labels = vec![("x".to_owned(), "y".to_owned())];
        assert_eq!(families[0].metrics, [Metric { labels, parts: 2 }]);
        assert_eq!(families[1].kind, Some(Kind::Untyped));
    }

    #[test]
    fn names_in_quotes_came_with_3_0() {
        let text = "{\"a.b\", \"c.d\"=\"e\", f=\"g\"} 1\n";
        let families = read(text, true).unwrap();
        assert_eq!(families[0].name, "a.b");
        assert_eq!(families[0].metrics[0].labels.len(), 2);
        assert_eq!(
            read(text, false).unwrap_err().message,
            "invalid metric name"
        );
    }
}
