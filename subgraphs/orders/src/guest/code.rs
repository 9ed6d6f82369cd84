//! A code that is sent by mail: twelve characters that a person can type, `7Q2M-K9XD-04TR`.
//!
//! Sixty random bits in Crockford's base 32, read back in either case and with or without the dashes. It does not show
//! itself through `Debug`, so that it reaches no log.

use std::fmt;

use orders_entities::order_code::Purpose;
use platform_core::id::OrderId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::order::{number_character, number_digit};

const CHARACTERS: usize = 12;
const GROUP: usize = 4;

/// Twelve characters, without dashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A code of the random bits of a fresh id.
    pub fn from_uuid(id: Uuid) -> Self {
        let (_, mut rest) = id.as_u64_pair();
        let mut text = String::with_capacity(CHARACTERS);
        for _ in 0..CHARACTERS {
            text.push(number_character(rest % 32));
            rest /= 32;
        }
        Self(text)
    }

    /// The code that a person typed; `None` if it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut text = String::with_capacity(CHARACTERS);
        for c in typed.trim().chars().filter(|c| !matches!(c, '-' | ' ')) {
            text.push(number_character(number_digit(c)?));
            if text.len() > CHARACTERS {
                return None;
            }
        }
        (text.len() == CHARACTERS).then_some(Self(text))
    }

    /// What is stored of it: a code is good for one order and one purpose.
    pub fn hash(&self, order: OrderId, purpose: Purpose) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(order.0.as_bytes());
        hasher.update(purpose.as_str());
        hasher.update(&self.0);
        hasher.finalize().to_vec()
    }

    /// Hands the code out as it is mailed, in groups of four.
    pub fn expose(&self) -> String {
        let mut text = String::with_capacity(CHARACTERS + 2);
        for (position, c) in self.0.chars().enumerate() {
            if position > 0 && position % GROUP == 0 {
                text.push('-');
            }
            text.push(c);
        }
        text
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = Code::from_uuid(Uuid::from_u128(0x0190_b6a0_0000_7000_8000_1234_5678_9abc));
        let shown = code.expose();
        assert_eq!(shown.len(), 14);
        assert_eq!(Code::parse(&shown), Some(code.clone()));
        assert_eq!(Code::parse(&shown.to_lowercase().replace('-', " ")), Some(code.clone()));
        assert_eq!(Code::parse(&format!("{shown}0")), None);
        assert_eq!(Code::parse("K7QF-2M9X"), None);
        assert!(!format!("{code:?}").contains(&shown));
    }
}
