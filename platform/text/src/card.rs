//! Numbers of payment cards, which no text of ours may be.

use crate::fold;

/// The digits of a card number (ISO/IEC 7812-1).
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// Whether a text is the number of a payment card: 13 to 19 digits after leading zeros, in any script that has a
/// compatible form and with anything but letters around and between them, whose check digit is right (Luhn's
/// algorithm).
pub fn is_card_number(text: &str) -> bool {
    let mut digits = Vec::new();
    for c in fold(text).chars() {
        match c.to_digit(10) {
            Some(0) if digits.is_empty() => {}
            Some(digit) => digits.push(digit),
            None if c.is_alphanumeric() => return false,
            None => {}
        }
        if digits.len() > *LENGTHS.end() {
            return false;
        }
    }
    LENGTHS.contains(&digits.len()) && luhn(&digits)
}

/// From the right, every second digit counts double, its digits summed; the sum is a multiple of ten.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .map(|product| if product > 9 { product - 9 } else { product })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_told_from_tokens() {
        for number in [
            "4242424242424242",
            " 4242 4242-4242 4242",
            "4242.4242/4242_4242",
            "0000004242424242424242",
            "378282246310005",
            "4222222222222",
            "６０１１１１１１１１１１１１１７",
        ] {
            assert!(is_card_number(number), "{number}");
        }
        for other in
            ["", "4242424242424241", "tok_4242424242424242", "424242424242", "42424242424242424242424", "- -"]
        {
            assert!(!is_card_number(other), "{other}");
        }
    }
}
