/// The text of an expression, or of a piece of one that is cut between words, on one line and without comments. Strings
/// stay as they are.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut has_gap = false;
    while let Some(c) = chars.next() {
        if c == '#' {
            chars.by_ref().find(|&c| c == '\n');
            has_gap = true;
            continue;
        }
        if c.is_whitespace() {
            has_gap = true;
            continue;
        }
        if has_gap && !line.is_empty() {
            line.push(' ');
        }
        has_gap = false;
        line.push(c);
        if matches!(c, '"' | '\'' | '`') {
            rest_of_string(&mut line, &mut chars, c);
        }
    }
    line
}

/// Copies a string up to the quote that ends it.
fn rest_of_string(line: &mut String, chars: &mut std::str::Chars<'_>, quote: char) {
    while let Some(c) = chars.next() {
        line.push(c);
        if c == quote {
            return;
        }
        if c == '\\' && quote != '`' {
            line.extend(chars.next());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn comments_go_and_strings_stay() {
        let text = "  sum by (job) (  # all\n    up{a=\"x  # \\\"y\"}\n) # end";
        assert_eq!(one_line(text), "sum by (job) ( up{a=\"x  # \\\"y\"} )");
        assert_eq!(one_line("a{b=`\\`} # c"), "a{b=`\\`}");
        assert_eq!(one_line(""), "");
    }
}
