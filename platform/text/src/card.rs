//! Numbers of payment cards, which no text of ours may be or have in it.

use crate::fold;

/// The digits of a card number (ISO/IEC 7812-1).
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// What cards begin with: travel, American Express and JCB, Visa, Mastercard, Discover and UnionPay.
const FIRST: std::ops::RangeInclusive<u32> = 2..=6;
/// The groups in which cards print their numbers.
const PRINTED: [&[usize]; 2] = [&[4, 4, 4, 4], &[4, 6, 5]];
/// More letters than these make a word an identifier, in which digits stand by chance.
const MOST_LETTERS: usize = 4;

/// Whether a text is the number of a payment card or has one in it, as a magnetic stripe has: 13 to 19 digits, in any script
/// that has a compatible form, whose check digit is right (Luhn's algorithm). Alone they may have anything but letters
/// around and between them, and zeros before them. Inside of a token they begin as cards do, and are in one piece or in the
/// groups that cards have; no identifier of many letters is looked into, for one in a thousand would look like a card.
pub fn has_card_number(text: &str) -> bool {
    let text = fold(text);
    is_card_number(&text) || holds_card_number(&text)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !c.is_ascii_digit()
}

fn is_card_number(text: &str) -> bool {
    let digits = digits_of(text).skip_while(|digit| *digit == 0).take(LENGTHS.end() + 1).collect::<Vec<_>>();
    !text.contains(is_letter) && LENGTHS.contains(&digits.len()) && luhn(&digits)
}

fn holds_card_number(text: &str) -> bool {
    let mut spans = vec![Vec::new()];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.chars().filter(|c| is_letter(*c)).count() > MOST_LETTERS {
            spans.push(Vec::new());
            continue;
        }
        for (number, digits) in word.split(is_letter).enumerate() {
            if number > 0 {
                spans.push(Vec::new());
            }
            if let Some(span) = spans.last_mut().filter(|_| !digits.is_empty()) {
                span.push(digits);
            }
        }
    }
    spans.iter().any(|groups| {
        let is_printed =
            PRINTED.iter().any(|printed| groups.iter().map(|group| group.len()).eq(printed.iter().copied()));
        groups.iter().any(|group| begins_as_card(group)) || (is_printed && begins_as_card(&groups.concat()))
    })
}

fn begins_as_card(digits: &str) -> bool {
    let digits: Vec<u32> = digits_of(digits).collect();
    LENGTHS.contains(&digits.len())
        && digits.first().is_some_and(|digit| FIRST.contains(digit))
        && luhn(&digits)
}

fn digits_of(text: &str) -> impl Iterator<Item = u32> {
    text.chars().filter_map(|c| c.to_digit(10))
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
            assert!(has_card_number(number), "{number}");
        }
        for other in
            ["", "4242424242424241", "tok_4242424242424241", "424242424242", "42424242424242424242424", "- -"]
        {
            assert!(!has_card_number(other), "{other}");
        }
    }

    #[test]
    fn card_numbers_are_found_inside_of_tokens() {
        for text in [
            "4929123456781236=2512",
            "%B4929123456781236^X/Y^2512",
            "x4929123456781236y",
            "tok_4929123456781236",
            "tok_4929 1234-5678 1236",
            "x4929 1234 5678 1236y",
            ";4929123456781236=25121010000012300000?",
            "pan:378282246310005/12-30",
            "ｔ４９２９１２３４５６７８１２３６",
        ] {
            assert!(has_card_number(text), "{text}");
        }
        for token in [
            "tok_4929123456781237",
            "49291234567812360000",
            "x1764478800000000y",
            "42424242-4242-4242-8242-424242424242",
            "0190b6a0-0000-7000-8000-123456789abc",
            "ab12cd4242424242424242ef90ab12cd",
            &"-".repeat(100_000),
        ] {
            assert!(!has_card_number(token), "{token}");
        }
    }
}
