//! Random templates over the data of a notification.

use std::fmt::Write as _;

/// A generator of numbers (xorshift), and of templates.
pub struct Random(u64);

/// What a dot is, so that most of what is asked of it is there.
#[derive(Clone, Copy)]
enum Dot {
    Root,
    Alert,
    Pair,
    Text,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }

    pub fn template(&mut self) -> String {
        let mut out = String::new();
        self.nodes(&mut out, Dot::Root, 3);
        out
    }

    fn nodes(&mut self, out: &mut String, dot: Dot, depth: usize) {
        for _ in 0..1 + self.below(4) {
            self.node(out, dot, depth);
        }
    }

    fn node(&mut self, out: &mut String, dot: Dot, depth: usize) {
        match self.below(if depth == 0 { 5 } else { 10 }) {
            0 => out.push_str(self.of(&[
                "a ",
                "<b>",
                "</b>",
                " & ",
                "\n",
                "\"",
                "<p title=\"x\">",
                "1 < 2",
                "é",
            ])),
            1 => {
                let attribute = self.of(&["title", "href", "src", "class", "data-uri", "alt"]);
                let before = self.of(&["", "", "http://x/", "/y?z=", "#"]);
                let value = self.expression(dot, 1);
                let quote = self.of(&["\"", "\"", "'", ""]);
                let _ = write!(
                    out,
                    "<i {attribute}={quote}{before}{{{{ {value} }}}}{quote}>"
                );
            }
            2..=4 => {
                let value = self.pipeline(dot);
                let (left, right) = (
                    self.of(&["{{ ", "{{ ", "{{- "]),
                    self.of(&[" }}", " }}", " -}}"]),
                );
                let _ = write!(out, "{left}{value}{right}");
            }
            5 => {
                let _ = write!(out, "{{{{ if {} }}}}", self.condition(dot));
                self.nodes(out, dot, depth - 1);
                if self.one_in(2) {
                    out.push_str("{{ else }}");
                    self.nodes(out, dot, depth - 1);
                }
                out.push_str("{{ end }}");
            }
            6 | 7 => {
                let (list, inner) = self.list(dot);
                let names = self.of(&["", "", "$x := ", "$i, $x := "]);
                let _ = write!(out, "{{{{ range {names}{list} }}}}");
                self.nodes(out, inner, depth - 1);
                if names.contains("$i") && self.one_in(2) {
                    out.push_str("{{ $i }}");
                }
                if self.one_in(3) {
                    out.push_str("{{ else }}");
                    self.nodes(out, dot, depth - 1);
                }
                out.push_str("{{ end }}");
            }
            8 => {
                let value = self.expression(dot, 1);
                let _ = write!(out, "{{{{ with {value} }}}}");
                self.nodes(out, Dot::Text, depth - 1);
                out.push_str("{{ end }}");
            }
            _ => {
                let value = self.expression(dot, 1);
                let name = self.of(&["value", "value", "pair", "self", "nope"]);
                let _ = write!(out, "{{{{ template \"{name}\" {value} }}}}");
            }
        }
    }

    fn list(&mut self, dot: Dot) -> (&'static str, Dot) {
        match dot {
            Dot::Root => match self.below(4) {
                0 => (".Alerts", Dot::Alert),
                1 => (".Alerts.Firing", Dot::Alert),
                2 => (".CommonLabels.SortedPairs", Dot::Pair),
                _ => (".GroupLabels", Dot::Text),
            },
            Dot::Alert => match self.below(3) {
                0 => (".Labels.SortedPairs", Dot::Pair),
                1 => (".Annotations.Names", Dot::Text),
                _ => (".Annotations", Dot::Text),
            },
            Dot::Pair | Dot::Text => ("$.Alerts.Resolved", Dot::Alert),
        }
    }

    fn condition(&mut self, dot: Dot) -> String {
        let (a, b) = (self.expression(dot, 1), self.expression(dot, 1));
        match self.below(5) {
            0 => a,
            1 => format!("eq {a} {b}"),
            2 => format!("and {a} (not {b})"),
            3 => format!("gt (len {a}) {}", self.below(3)),
            _ => format!("match \"[a-m]\" {a}"),
        }
    }

    fn pipeline(&mut self, dot: Dot) -> String {
        let mut out = self.expression(dot, 2);
        for _ in 0..self.below(3) {
            let command = self.of(&[
                "toUpper",
                "title",
                "len",
                "print",
                "html",
                "urlquery",
                "join \",\"",
                "printf \"%v\"",
                "printf \"%q\"",
                "printf \"%-8s|\"",
                "safeHtml",
                "reReplaceAll \"[aeiou]\" \"<$0>\"",
                "js",
                "printf \"%x\"",
                "printf \"%+v\"",
                "printf \"%5v\"",
                "printf \"%T\"",
                "toLower",
            ]);
            out.push_str(" | ");
            out.push_str(command);
        }
        out
    }

    /// A word or something in parentheses.
    fn expression(&mut self, dot: Dot, depth: usize) -> String {
        if depth > 0 && self.one_in(4) {
            let (a, b) = (
                self.expression(dot, depth - 1),
                self.expression(dot, depth - 1),
            );
            return match self.below(6) {
                0 => format!("(or {a} {b})"),
                1 => format!(
                    "(index {a} {})",
                    self.of(&["0", "1", "\"a\"", "\"alertname\""])
                ),
                2 => format!("(print {a} {b})"),
                3 => format!("(slice {a} {})", self.of(&["0", "1", "0 1", "2"])),
                4 => format!("(len {a})"),
                _ => format!("(stringSlice {a} {b})"),
            };
        }
        let word = match (self.below(12), dot) {
            (0, _) => self.of(&["\"x\"", "\"<&\\\"\"", "1", "2.5", "true", "`raw'`", "-3"]),
            (1, _) => self.of(&[
                "$.Status",
                "$.CommonLabels",
                "$.Receiver",
                "$.Alerts",
                "$.Nope",
            ]),
            (2, _) => ".",
            (_, Dot::Root) => self.of(&[
                ".Receiver",
                ".Status",
                ".ExternalURL",
                ".GroupLabels",
                ".CommonLabels.alertname",
                ".CommonLabels.z",
                ".CommonAnnotations",
                ".Alerts",
                ".Alerts.Firing",
                ".GroupLabels.Values",
                ".CommonLabels.SortedPairs",
                "(.CommonLabels.Remove .GroupLabels.Names)",
                ".Alerts.Firing.Nope",
                ".GroupLabels.SortedPairs.Names",
                ".GroupLabels.nope",
            ]),
            (_, Dot::Alert) => self.of(&[
                ".Status",
                ".Labels",
                ".Labels.alertname",
                ".Labels.instance",
                ".Annotations.summary",
                ".Annotations.runbook",
                ".StartsAt",
                ".EndsAt.Year",
                ".GeneratorURL",
                ".Fingerprint",
                "(.StartsAt.Format \"Jan 2 15:04 -0700\")",
                "(.EndsAt.Sub .StartsAt)",
                ".Labels.ümlaut",
                ".EndsAt.IsZero",
                ".Labels.SortedPairs",
            ]),
            (_, Dot::Pair) => self.of(&[".Name", ".Value", ".Value", ".Nope"]),
            (_, Dot::Text) => ".",
        };
        word.to_owned()
    }
}
