//! Short strings that a machine writes and another reads: keys, references, tokens, codes, names of gateways.

use std::ops::RangeInclusive;

use crate::TextError;
use crate::line::is_control;

/// A string of `length` characters that can all be seen, inside it also plain spaces. It is left as it is: two machines
/// compare it byte by byte.
pub fn token<'t>(
    field: &'static str,
    text: &'t str,
    length: RangeInclusive<usize>,
) -> Result<&'t str, TextError> {
    let (min, max) = (*length.start(), *length.end());
    let count = text.chars().take(max.saturating_add(1)).count();
    let is_hidden =
        |c: char| is_control(c) || matches!(c, '\u{200c}' | '\u{200d}') || (c.is_whitespace() && c != ' ');
    if length.contains(&count) && text.trim().len() == text.len() && !text.contains(is_hidden) {
        Ok(text)
    } else {
        Err(TextError::Token { field, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_can_be_seen_and_stays_as_it_is() {
        for text in
            ["key-0001", "0190b6a0-0000-7000-8000-123456789abc", "Bestellung 7", "キー", "cre\u{300}me"]
        {
            assert_eq!(token("key", text, 1..=40), Ok(text));
        }
        let refused = Err(TextError::Token { field: "key", min: 2, max: 8 });
        for text in [
            "",
            "a",
            "a\r\nb",
            "a\tb",
            "a\u{7f}b",
            "a\0b",
            " ab",
            "ab ",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{a0}b",
            "a\u{202e}b",
            "123456789",
        ] {
            assert_eq!(token("key", text, 2..=8), refused, "{text:?}");
        }
    }
}
