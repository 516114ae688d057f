//! What Go's YAML makes of a scalar that is wanted as a number or a truth value.
//!
//! Prometheus and Alertmanager decode with `yaml.v2` and `yaml.v3`, which keep parts of YAML 1.1.

use crate::yaml::{Node, Style};

/// A scalar by its type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// 64 bits, signed or unsigned.
    Int(i128),
    Float(f64),
    /// Anything else; quoted scalars always.
    Text,
}

/// The type of a scalar node; `Text` for collections.
pub(super) fn resolve(node: Node<'_>) -> Scalar {
    let Some(value) = node.scalar() else {
        return Scalar::Text;
    };
    if node.is_null() {
        return Scalar::Null;
    }
    let plain = match node.tag() {
        None => node.style() == Some(Style::Plain),
        Some(tag) => matches!(
            tag.strip_prefix("tag:yaml.org,2002:"),
            Some("int" | "float" | "bool")
        ),
    };
    if !plain {
        return Scalar::Text;
    }
    truth(value)
        .map(Scalar::Bool)
        .or_else(|| number(value))
        .unwrap_or(Scalar::Text)
}

/// What Go's YAML takes a node for as a truth value: `yes` and `On` are true as `true` is.
///
/// `None` where it says nothing (null) or is no truth value, which Prometheus and Alertmanager refuse.
#[must_use]
pub fn truth_of(node: Node<'_>) -> Option<bool> {
    match resolve(node) {
        Scalar::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// YAML 1.1 has many words for true and false.
fn truth(value: &str) -> Option<bool> {
    match value {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(false)
        }
        _ => None,
    }
}

fn number(value: &str) -> Option<Scalar> {
    let (sign, unsigned) = match value.as_bytes().first()? {
        b'-' => (-1.0, &value[1..]),
        b'+' => (1.0, &value[1..]),
        b'0'..=b'9' | b'.' => (1.0, value),
        _ => return None,
    };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(Scalar::Float(sign * f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == value.len() => {
            return Some(Scalar::Float(f64::NAN));
        }
        _ => {}
    }
    let digits = unsigned.replace('_', "");
    if let Some(magnitude) = integer(&digits) {
        let signed = if sign < 0.0 { -magnitude } else { magnitude };
        if (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&signed) {
            return Some(Scalar::Int(signed));
        }
    }
    let float = is_float(&digits).then(|| digits.parse::<f64>().ok())??;
    Some(Scalar::Float(sign * float))
}

/// Go's `strconv.ParseInt` with base 0: a leading zero means octal.
fn integer(digits: &str) -> Option<i128> {
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i128::from_str_radix(digits, radix).ok()
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::yaml::Tree;

    fn of(text: &str) -> Scalar {
        let tree = Tree::parse(&SourceFile::new("test.yml", format!("a: {text}")));
        resolve(tree.root(0).unwrap().get("a").unwrap())
    }

    #[test]
    fn scalars_are_typed_as_go_types_them() {
        assert_eq!(of("~"), Scalar::Null);
        assert_eq!(of("yes"), Scalar::Bool(true));
        assert_eq!(of("\"yes\""), Scalar::Text);
        assert_eq!(of("5"), Scalar::Int(5));
        assert_eq!(of("-1_000"), Scalar::Int(-1000));
        assert_eq!(of("017"), Scalar::Int(15));
        assert_eq!(of("08"), Scalar::Float(8.0));
        assert_eq!(of("0x1F"), Scalar::Int(31));
        assert_eq!(of("1.5"), Scalar::Float(1.5));
        assert_eq!(of("1e3"), Scalar::Float(1000.0));
        assert_eq!(of("-.inf"), Scalar::Float(f64::NEG_INFINITY));
        assert!(matches!(of(".nan"), Scalar::Float(nan) if nan.is_nan()));
        for text in [
            "NaN", "1.2.3", "e3", "5m", "+", ".", "\"5\"", "!!str 5", "--1",
        ] {
            assert_eq!(of(text), Scalar::Text, "{text}");
        }
        assert_eq!(of("!!int \"5\""), Scalar::Int(5));
    }

    #[test]
    fn truth_has_many_words_and_null_says_nothing() {
        for (text, truth) in [
            ("yes", Some(true)),
            ("On", Some(true)),
            ("true", Some(true)),
            ("False", Some(false)),
            ("off", Some(false)),
            ("~", None),
            ("", None),
            ("\"true\"", None),
            ("[true]", None),
        ] {
            let tree = Tree::parse(&SourceFile::new("test.yml", format!("a: {text}")));
            let node = tree.root(0).unwrap().get("a").unwrap();
            assert_eq!(truth_of(node), truth, "{text}");
        }
    }
}
