//! Durations as Go's `time.ParseDuration` reads them: fractions are allowed, days are not.

use crate::labels::quote;

const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

/// What is wrong with a duration, in Go's words.
pub(super) fn go_duration(text: &str) -> Result<(), String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(());
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut nanoseconds = 0.0;
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        // A second point ends the number.
        let number = match rest[..number].match_indices('.').nth(1) {
            Some((second, _)) => second,
            None => number,
        };
        let (digits, behind) = rest.split_at(number);
        let value: f64 = match digits {
            "" | "." => return Err(invalid()),
            // Digits and at most one point, with a digit.
            _ => digits.parse().map_err(|_| invalid())?,
        };
        let unit = behind
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(behind.len());
        let (unit, after) = behind.split_at(unit);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text)));
        }
        let Some((_, length)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            let (unit, text) = (quote(unit), quote(text));
            return Err(format!("time: unknown unit {unit} in duration {text}"));
        };
        nanoseconds += value * length;
        // 64 bits.
        if nanoseconds >= 9.223_372_036_854_775e18 {
            return Err(invalid());
        }
        rest = after;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::go_duration;

    /// The words are those of Go, as amtool 0.25 prints them.
    #[test]
    fn durations_are_refused_as_go_refuses_them() {
        let refused = [
            ("1d", r#"time: unknown unit "d" in duration "1d""#),
            ("5", r#"time: missing unit in duration "5""#),
            ("", r#"time: invalid duration """#),
            ("abc", r#"time: invalid duration "abc""#),
            (".s", r#"time: invalid duration ".s""#),
            ("9999999h", r#"time: invalid duration "9999999h""#),
        ];
        for (text, error) in refused {
            assert_eq!(go_duration(text), Err(error.to_owned()), "{text}");
        }
        for text in ["0", "1m", "-1.5h", "1h30m", ".5s", "2us", "+0"] {
            assert_eq!(go_duration(text), Ok(()), "{text}");
        }
    }
}
