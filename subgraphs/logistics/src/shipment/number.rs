//! What is written on a parcel: a tracking number that a person can read out, and the token of its tracking link.
//!
//! A number is `SK`, eleven digits from the random bits of a fresh id, and a check digit by Luhn's algorithm (ISO/IEC
//! 7812-1, annex B), which catches any single wrong digit and most swaps. A token is what nobody guesses: 124 random bits.

use uuid::Uuid;

const PREFIX: &str = "SK";
const DIGITS: usize = 11;

/// A tracking number from the random part of `id`; unique with the database's help.
pub fn number(id: Uuid) -> String {
    let (_, mut rest) = id.as_u64_pair();
    let mut digits = String::with_capacity(DIGITS + 1);
    for _ in 0..DIGITS {
        digits.push(digit(rest % 10));
        rest /= 10;
    }
    let check = digit(luhn(&digits));
    format!("{PREFIX}{digits}{check}")
}

/// The number as it is stored, from what a person typed: in either case, with or without spaces and dashes. `None` if it
/// cannot be a tracking number.
pub fn parse(typed: &str) -> Option<String> {
    let plain: String =
        typed.chars().filter(|c| !matches!(c, ' ' | '-')).take(PREFIX.len() + DIGITS + 2).collect();
    let plain = plain.to_ascii_uppercase();
    let digits = plain.strip_prefix(PREFIX)?;
    let (number, check) = digits.split_at_checked(DIGITS)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && check == digit(luhn(number)).to_string()).then(|| plain.clone())
}

/// A token from the random bits of two fresh ids.
pub fn token(one: Uuid, two: Uuid) -> String {
    format!("{:016x}{:016x}", one.as_u64_pair().1, two.as_u64_pair().1)
}

fn digit(value: u64) -> char {
    u32::try_from(value).ok().and_then(|value| char::from_digit(value, 10)).unwrap_or('0')
}

/// The digit that makes the sum a multiple of ten, in which every second digit from the right counts twice.
fn luhn(digits: &str) -> u64 {
    let sum: u64 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, byte)| {
            let value = u64::from(byte.saturating_sub(b'0'));
            match position % 2 {
                0 if value > 4 => value * 2 - 9,
                0 => value * 2,
                _ => value,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_typed_and_a_wrong_digit_is_noticed() {
        let number = number(Uuid::from_u128(0x0190_b6a0_0000_7000_8000_1234_5678_9abc));
        assert_eq!(number.len(), 14);
        assert_eq!(parse(&number).as_deref(), Some(number.as_str()));
        let typed = format!("{} {}-{}", number[..2].to_lowercase(), &number[2..7], &number[7..]);
        assert_eq!(parse(&typed).as_deref(), Some(number.as_str()));
        for position in 2..number.len() {
            let mut slip: Vec<char> = number.chars().collect();
            slip[position] = if slip[position] == '7' { '8' } else { '7' };
            assert_eq!(parse(&slip.iter().collect::<String>()), None, "wrong digit {position}");
        }
        for wrong in ["", "SK", "SK1234", "XX12345678901", &format!("{number}0"), "ÄÖÜ", "SKÄÖÜÄÖÜÄÖÜÄÖÜ"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_check_digit_is_luhns() {
        // The example of ISO/IEC 7812-1.
        assert_eq!(luhn("7992739871"), 3);
    }
}
