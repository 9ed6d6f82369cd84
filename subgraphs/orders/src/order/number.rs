//! Order numbers that a person can read out: `K7QF-2M9X`.
//!
//! Seven characters of Crockford's base 32 (no I, L, O, U) from the random bits of a fresh id, and one check character
//! that catches any single wrong character and any swap of neighbours.

use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 7;

/// A number from the random part of `id`; unique with the database's help.
pub fn from_uuid(id: Uuid) -> String {
    let (_, low) = id.as_u64_pair();
    let mut rest = low;
    let mut digits = Vec::with_capacity(CHARACTERS + 1);
    for _ in 0..CHARACTERS {
        digits.push(rest % 32);
        rest /= 32;
    }
    digits.push(check(&digits));
    written(&digits)
}

/// Digits as a number, or its beginning, is stored.
fn written(digits: &[u64]) -> String {
    let mut number = String::with_capacity(CHARACTERS + 2);
    for (position, digit) in digits.iter().enumerate() {
        if position == 4 {
            number.push('-');
        }
        number.push(character(*digit));
    }
    number
}

/// The character of a digit below 32.
pub fn character(digit: u64) -> char {
    usize::try_from(digit).ok().and_then(|d| ALPHABET.get(d)).map_or('0', |b| char::from(*b))
}

/// The digit that a person means by `c`: in either case, O for 0, I or L for 1.
pub fn digit(c: char) -> Option<u64> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let digit = ALPHABET.iter().position(|b| char::from(*b) == c)?;
    u64::try_from(digit).ok()
}

/// Weighted sum modulo 31 (a prime, so that single errors and swaps change it).
fn check(digits: &[u64]) -> u64 {
    (1_u64..).zip(digits).map(|(weight, digit)| weight * digit).sum::<u64>() % 31
}

/// The digits of what a person typed: any case, with or without the dash, O for 0, I or L for 1. `None` if they are no
/// number's, nor the beginning of one.
fn digits(typed: &str) -> Option<Vec<u64>> {
    let mut digits = Vec::with_capacity(CHARACTERS + 1);
    for c in typed.chars().filter(|c| !matches!(c, '-' | ' ')) {
        digits.push(digit(c)?);
        if digits.len() > CHARACTERS + 1 {
            return None;
        }
    }
    Some(digits)
}

/// The number as it is stored, from what a person typed. `None` if it cannot be an order number.
pub fn parse(typed: &str) -> Option<String> {
    let digits = digits(typed)?;
    let (last, rest) = digits.split_last()?;
    (rest.len() == CHARACTERS && check(rest) == *last).then(|| written(&digits))
}

/// What a number begins with as it is stored, from the first characters that a person typed, or all of them. `None` if
/// no number begins like that.
pub fn parse_beginning(typed: &str) -> Option<String> {
    digits(typed).map(|digits| written(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_typed_and_a_slip_is_noticed() {
        let number = from_uuid(Uuid::from_u128(0x0190_b6a0_0000_7000_8000_1234_5678_9abc));
        assert_eq!(number.len(), 9);
        assert_eq!(parse(&number).as_deref(), Some(number.as_str()));
        assert_eq!(parse(&number.to_lowercase().replace('-', " ")).as_deref(), Some(number.as_str()));
        let chars: Vec<char> = number.chars().filter(|c| *c != '-').collect();
        for position in 0..7 {
            let mut slip = chars.clone();
            slip[position] = if slip[position] == '7' { '8' } else { '7' };
            assert_eq!(parse(&slip.iter().collect::<String>()), None, "wrong character {position}");
        }
        assert_eq!(parse("K7QF"), None);
        assert_eq!(parse_beginning("k7qf").as_deref(), Some("K7QF"));
        assert_eq!(parse_beginning("k7qf-o").as_deref(), Some("K7QF-0"));
        assert_eq!(parse_beginning(&number), Some(number));
        assert_eq!(parse_beginning("K7QF-2M9X-1"), None);
        assert_eq!(parse_beginning("K7QÜ"), None);
        assert_eq!(parse("ÄÖÜ"), None);
    }
}
