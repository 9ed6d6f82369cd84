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

    /// The 32 bits of a GraphQL `Int`. JSON writers of some languages print whole numbers with a fraction: `1.0` is 1.
    pub fn to_i32(&self) -> Option<i32> {
        match &self.0 {
            Repr::Integer(integer) => i32::try_from(*integer).ok(),
            Repr::Text(text) => whole(text),
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

/// The value of a number's text if it is an integer of 32 bits. By its digits: a double would round
/// `0.99999999999999999999` to 1.
fn whole(text: &str) -> Option<i32> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (mantissa, sign) = mantissa.strip_prefix('-').map_or((mantissa, 1), |digits| (digits, -1));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let count = |digits: &str| i64::try_from(digits.len()).ok();
    let point = exponent.parse::<i64>().ok()?.checked_add(count(whole)?)?;
    let zeros = u32::try_from(point.checked_sub(count(significant)?)?).ok()?;
    let value = significant.parse::<i64>().ok()?.checked_mul(10_i64.checked_pow(zeros)?)?;
    i32::try_from(value * sign).ok()
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
