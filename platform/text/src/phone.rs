//! Telephone numbers.

use crate::TextError;

/// A telephone number without what people write between its digits: at most 15 digits, as E.164 has them, after an
/// optional `+`.
pub fn phone(field: &'static str, text: &str) -> Result<String, TextError> {
    let compact: String =
        text.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    let valid = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if valid { Ok(compact) } else { Err(TextError::Phone { field }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_remain() {
        assert_eq!(phone("phone", "+49 (30) 90-1820").unwrap(), "+4930901820");
        for text in ["", "call me", "+", "1234", "1234567890123456", "12345\0"] {
            assert_eq!(phone("phone", text), Err(TextError::Phone { field: "phone" }), "{text:?}");
        }
    }
}
