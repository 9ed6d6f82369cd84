//! Postal codes of countries whose rule is well known and stable; those of all others are taken as they are written.

use crate::{Country, TextError, fold};

/// Country, shapes of its codes, and one that a person knows. `9` stands for a digit, `A` for a letter; what stands between
/// them is left out here and in what is checked.
const RULES: &[(&str, &[&str], &str)] = &[
    ("AT", &["9999"], "1010"),
    ("AU", &["9999"], "2000"),
    ("BE", &["9999"], "1000"),
    ("CA", &["A9A9A9"], "K1A 0B1"),
    ("CH", &["9999"], "8001"),
    ("CZ", &["99999"], "110 00"),
    ("DE", &["99999"], "10115"),
    ("DK", &["9999"], "1050"),
    ("ES", &["99999"], "28001"),
    ("FI", &["99999"], "00100"),
    ("FR", &["99999"], "75001"),
    ("GB", &["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"], "SW1A 1AA"),
    ("HU", &["9999"], "1051"),
    ("IT", &["99999"], "00118"),
    ("JP", &["9999999"], "100-0001"),
    ("LI", &["9999"], "9490"),
    ("LU", &["9999"], "1009"),
    ("NL", &["9999AA"], "1011 AB"),
    ("NO", &["9999"], "0150"),
    ("NZ", &["9999"], "6011"),
    ("PL", &["99999"], "00-001"),
    ("PT", &["9999999"], "1000-001"),
    ("SE", &["99999"], "111 20"),
    ("SI", &["9999"], "1000"),
    ("SK", &["99999"], "811 01"),
    ("US", &["99999", "999999999"], "10001"),
];

/// Whether `code` can be one of `country`; where the country's rule is not known, anything can, and so can nothing.
pub(crate) fn check(field: &'static str, country: Country, code: Option<&str>) -> Result<(), TextError> {
    let Some((name, shapes, example)) = RULES.iter().find(|(name, ..)| *name == country.as_str()) else {
        return Ok(());
    };
    let shape = code.map(|code| shape(code, name)).unwrap_or_default();
    if shapes.contains(&shape.as_str()) { Ok(()) } else { Err(TextError::PostalCode { field, example }) }
}

/// The shape of a code, in any script that has a compatible form, without the country's sign before it (`D-10115`), spaces
/// and dashes.
fn shape(code: &str, country: &str) -> String {
    let folded = fold(code.trim()).to_ascii_uppercase();
    let bare = match folded.split_once('-') {
        Some((sign, rest)) if is_sign(sign, country) => rest,
        _ => &folded,
    };
    let kind = |c: char| match c {
        ' ' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' => None,
        '0'..='9' => Some('9'),
        'A'..='Z' => Some('A'),
        // Of no shape.
        _ => Some('?'),
    };
    bare.chars().filter_map(kind).collect()
}

/// Whether a code may begin so: with the country's code, or the letter that its vehicles bear.
fn is_sign(sign: &str, country: &str) -> bool {
    sign == country || (sign.len() == 1 && country.starts_with(sign) && !matches!(country, "GB" | "CA"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_of(country: &str, code: &str) -> Result<(), TextError> {
        check("postalCode", Country::parse("country", country).unwrap(), Some(code))
    }

    #[test]
    fn codes_of_known_countries_have_their_shape() {
        for (country, codes) in [
            ("DE", &["10115", "D-10115", "DE-10115", " 10115 ", "１０１１５"][..]),
            ("NL", &["1011 AB", "1011ab"]),
            ("GB", &["SW1A 1AA", "m1 1ae", "EC1A1BB", "B33 8TH", "CR2 6XH", "DN55 1PT"]),
            ("US", &["94110", "94110-1234"]),
            ("CA", &["K1A 0B1", "k1a0b1"]),
            ("JP", &["100-0001", "１００ー０００１", "1000001"]),
            ("PL", &["00-001"]),
            ("PT", &["1000-001"]),
            ("SE", &["111 20", "SE-111 20"]),
        ] {
            for code in codes {
                assert_eq!(check_of(country, code), Ok(()), "{country} {code}");
            }
        }
        for (country, code) in [
            ("DE", "1011"),
            ("DE", "abcde"),
            ("DE", "10115x"),
            ("DE", "X-10115"),
            ("DE", ""),
            ("NL", "1011"),
            ("GB", "12345"),
            ("US", "9411"),
            ("JP", "100-001"),
            ("CA", "K1A"),
        ] {
            assert!(matches!(check_of(country, code), Err(TextError::PostalCode { .. })), "{country} {code}");
        }
        let germany = Country::DE;
        assert!(check("postalCode", germany, None).is_err(), "a code is needed");
    }

    #[test]
    fn the_examples_are_right_and_other_countries_are_free() {
        for (country, _, example) in RULES {
            assert_eq!(check_of(country, example), Ok(()), "{country} {example}");
        }
        for (country, code) in [("IE", "D02 AF30"), ("HK", "whatever"), ("AQ", "7")] {
            assert_eq!(check_of(country, code), Ok(()));
        }
        assert_eq!(check("postalCode", Country::parse("country", "HK").unwrap(), None), Ok(()));
    }
}
