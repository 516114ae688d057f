//! `am-mojibake`

use super::fields;
use crate::diagnostic::{Level, Location};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::TemplateFile;
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-mojibake",
    level: Level::Warning,
    summary: "Text that was UTF-8, was read as Windows-1252 and saved again.",
    documentation: "\
### What it does
Looks in `global`, in receivers and in template files for characters that come in such groups only where UTF-8 was read in the
wrong encoding, such as `â€¢` for a bullet, and shows what was meant.

### Why it matters
It is sent as it stands there.

### What it does not catch
Text that was mangled in other ways, or twice.",
    bad: &[
        Example { title: "an emoji and an umlaut", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        title: 'ðŸš¨ KapazitÃ¤t'\n")] },
    ],
    good: &[
        Example { title: "what was meant", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        title: '🚨 Kapazität • Ã'\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for field in fields(alertmanager) {
            let text = field.value.as_str();
            for (span, meant) in mangled(text) {
                let place = alertmanager.file.location(field.value.map(span));
                tell(findings, place, &text[span.range()], &meant);
            }
        }
        for TemplateFile { source, .. } in &alertmanager.item.templates.files {
            for (span, meant) in mangled(source.text()) {
                let place = Location::new(source, span);
                tell(findings, place, source.slice(span), &meant);
            }
        }
    }
}

fn tell(findings: &mut Findings<'_>, place: Location, found: &str, meant: &str) {
    let message = format!("`{found}` is `{meant}` in a wrong encoding, and is sent like that");
    findings.add(place, message).help =
        Some(format!("write `{meant}`, and save the file as UTF-8"));
}

/// Runs of characters whose bytes in Windows-1252 are UTF-8 of something else.
fn mangled(text: &str) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut at = 0;
    while at < chars.len() {
        let (start, first) = chars[at];
        let length = match windows_1252(first) {
            // Others before a sign may be a word: `PRIVÉ™`.
            Some(0xc2 | 0xc3 | 0xd0 | 0xd1) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..=0xf4) => 4,
            _ => 0,
        };
        let group = chars.get(at..at + length).unwrap_or_default();
        let bytes: Option<Vec<u8>> = group.iter().map(|&(_, c)| windows_1252(c)).collect();
        let meant = bytes
            .filter(|bytes| !bytes.is_empty())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(meant) = meant else {
            at += 1;
            continue;
        };
        let end = group.last().map_or(start, |&(last, c)| last + c.len_utf8());
        match found.last_mut() {
            // What stands together was one text.
            Some((span, before)) if span.end as usize == start => {
                *span = span.to(Span::new(start, end));
                before.push_str(&meant);
            }
            _ => found.push((Span::new(start, end), meant)),
        }
        at += length;
    }
    found
}

/// The byte of a character beyond ASCII.
fn windows_1252(c: char) -> Option<u8> {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    if let Some(at) = UPPER.iter().position(|upper| *upper == c) {
        return Some(0x80 + at as u8);
    }
    u8::try_from(u32::from(c)).ok().filter(|byte| *byte >= 0x80)
}
