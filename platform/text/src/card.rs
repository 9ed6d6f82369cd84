//! Numbers of payment cards, which no text of ours may be or have in it.

use crate::fold;

/// The digits of a card number (ISO/IEC 7812-1).
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// What cards begin with: travel, American Express and JCB, Visa, Mastercard, Discover and UnionPay.
const FIRST: std::ops::RangeInclusive<u32> = 2..=6;
/// Digits of the groups in which cards print their numbers.
const PRINTED: usize = 4;
/// Digits of a UUID's groups, which together may look like a card's though each is too short for one.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// Whether a text is the number of a payment card or has one in it, as a magnetic stripe has: 13 to 19 digits, in any script
/// that has a compatible form, whose check digit is right (Luhn's algorithm). Alone they may have anything but letters
/// around and between them, and zeros before them. Inside of a token, where digits also stand by chance, they begin as
/// cards do and are in one piece, or in several that no letter touches, or in fours.
pub fn has_card_number(text: &str) -> bool {
    let text = fold(text);
    !is_uuid(&text) && (is_card_number(&text) || holds_card_number(&text))
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq(UUID) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !c.is_ascii_digit()
}

fn is_card_number(text: &str) -> bool {
    let digits = digits_of(text).skip_while(|digit| *digit == 0).take(LENGTHS.end() + 1).collect::<Vec<_>>();
    !text.contains(is_letter) && LENGTHS.contains(&digits.len()) && luhn(&digits)
}

fn holds_card_number(text: &str) -> bool {
    let spans: Vec<&str> = text.split(is_letter).collect();
    spans.iter().enumerate().any(|(at, span)| {
        let groups = groups_of(span, at > 0, at + 1 < spans.len());
        (0..groups.len()).any(|from| {
            let rest = groups.get(from..).unwrap_or_default();
            (1..=rest.len().min(*LENGTHS.end())).any(|count| rest.get(..count).is_some_and(are_card_number))
        })
    })
}

/// Digits that stand together, with separators or letters around them.
struct Group<'t> {
    digits: &'t str,
    is_touched: bool,
}

/// The digits of a text without letters, which may stand between letters.
fn groups_of(span: &str, follows_letter: bool, precedes_letter: bool) -> Vec<Group<'_>> {
    let digits = span.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut groups: Vec<_> = digits.map(|digits| Group { digits, is_touched: false }).collect();
    if let Some(first) = groups.first_mut() {
        first.is_touched |= follows_letter && span.starts_with(|c: char| c.is_ascii_digit());
    }
    if let Some(last) = groups.last_mut() {
        last.is_touched |= precedes_letter && span.ends_with(|c: char| c.is_ascii_digit());
    }
    groups
}

fn are_card_number(groups: &[Group<'_>]) -> bool {
    if !LENGTHS.contains(&groups.iter().map(|group| group.digits.len()).sum()) {
        return false;
    }
    let is_free = groups.iter().all(|group| !group.is_touched);
    let is_printed = groups.iter().all(|group| group.digits.len() == PRINTED);
    let digits: Vec<u32> = groups.iter().flat_map(|group| digits_of(group.digits)).collect();
    (groups.len() == 1 || is_free || is_printed)
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
            ";4929-123456781236=25121010000012300000?",
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
            &"-".repeat(100_000),
        ] {
            assert!(!has_card_number(token), "{token}");
        }
    }
}
