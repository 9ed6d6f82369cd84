//! Numbers by their text.

use std::borrow::Cow;
use std::fmt;

/// A JSON number. Equal are those that are written alike: `1` is not `1.0`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

/// `Integer` wherever that writes the same text, so that equal numbers have one form.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Integer(i64),
    Text(Box<str>),
}

impl Number {
    /// `None` if the text is no JSON number.
    pub fn parse(text: &str) -> Option<Self> {
        (scan(text.as_bytes()) == Some(text.len())).then(|| Self::of(text))
    }

    /// Of the text of a JSON number.
    pub(crate) fn of(text: &str) -> Self {
        // `-0` is an integer whose sign an i64 loses; more than 19 digits are none.
        match text.parse::<i64>() {
            Ok(integer) if text != "-0" => Self(Repr::Integer(integer)),
            _ => Self(Repr::Text(text.into())),
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Integer(integer) => Some(*integer),
            Repr::Text(_) => None,
        }
    }

    /// The nearest double; infinite beyond the largest.
    pub fn to_f64(&self) -> f64 {
        self.text().parse().unwrap_or(f64::NAN)
    }

    /// The 32 bits of a GraphQL `Int`. JSON writers of some languages print whole numbers with a fraction: `1.0` is 1.
    pub fn to_i32(&self) -> Option<i32> {
        match &self.0 {
            Repr::Integer(integer) => i32::try_from(*integer).ok(),
            Repr::Text(_) => {
                let number = Some(self.to_f64()).filter(|number| number.fract() == 0.0)?;
                format!("{number}").parse().ok()
            }
        }
    }

    /// Whether it is written without fraction and exponent, whatever its size.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Integer(_) => true,
            Repr::Text(text) => !text.contains(['.', 'e', 'E']),
        }
    }

    /// As it is written.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Integer(integer) => Cow::Owned(integer.to_string()),
            Repr::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The nearest that serde_json holds: an integer of 64 bits or a double. `None` for one beyond all doubles.
    pub fn to_json(&self) -> Option<serde_json::Number> {
        match &self.0 {
            Repr::Integer(integer) => Some((*integer).into()),
            Repr::Text(text) => text.parse().ok(),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Integer(integer))
    }
}

impl From<u8> for Number {
    fn from(integer: u8) -> Self {
        Self(Repr::Integer(integer.into()))
    }
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Self {
        number.as_i64().map_or_else(|| Self::of(&number.to_string()), Self::from)
    }
}

/// How many bytes at the front are a number; `None` if there is none.
pub(crate) fn scan(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let start = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(start);
    if whole == 0 || (whole > 1 && bytes.get(start) == Some(&b'0')) {
        return None;
    }
    let mut end = start + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = Some(digits(end + 1)).filter(|count| *count > 0)?;
        end += 1 + fraction;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = Some(digits(end + 1 + sign)).filter(|count| *count > 0)?;
        end += 1 + sign + exponent;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// serde_json knows which texts are numbers, but for those that it cannot hold.
    #[test]
    fn texts_that_are_numbers_and_others() {
        for text in
            ["0", "-0", "1", "-12", "1.50", "1e5", "1E+5", "1.0e-05", "123456789012345678901234567890"]
        {
            assert_eq!(Number::parse(text).unwrap().to_string(), text);
            assert!(serde_json::from_str::<f64>(text).is_ok());
        }
        assert_eq!(Number::parse("1e400").unwrap().to_f64(), f64::INFINITY);
        for text in
            ["", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", " 1", "1 ", "NaN", "0x1", "1a", "--1"]
        {
            assert_eq!(Number::parse(text), None, "{text:?}");
            assert!(text.trim() != text || serde_json::from_str::<f64>(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn equal_are_those_written_alike() {
        let number = |text| Number::parse(text).unwrap();
        assert_eq!(number("12"), Number::from(12_i64));
        assert_eq!(number("9223372036854775807"), Number::from(i64::MAX));
        assert_ne!(number("1"), number("1.0"));
        assert_ne!(number("0"), number("-0"));
        assert_ne!(number("123456789012345678901"), number("123456789012345678902"));
    }

    #[test]
    fn a_whole_number_of_32_bits_in_any_notation() {
        let int = |text| Number::parse(text).unwrap().to_i32();
        assert_eq!(int("2147483647"), Some(i32::MAX));
        assert_eq!(int("-2147483648.0"), Some(i32::MIN));
        assert_eq!(int("1e3"), Some(1000));
        assert_eq!(int("-0"), Some(0));
        for text in ["2147483648", "1.5", "1e400", "123456789012345678901234567890"] {
            assert_eq!(int(text), None, "{text}");
        }
    }
}
