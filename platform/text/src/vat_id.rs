//! VAT identification numbers by their form: the country's prefix and what the country issues after it.
//!
//! Deliberately absent: check digits, and whether the number belongs to anybody; that is validated by staff, who ask
//! the register (VIES, HMRC, UID).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::TextError;

/// Prefix and forms: `9` is a digit, `A` a letter, `*` either, anything else itself.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CHE", &["999999999", "999999999MWST", "999999999TVA", "999999999IVA"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["A9999999*", "99999999A"]),
    ("FI", &["99999999"]),
    ("FR", &["**999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9999999A", "9999999AA", "9A99999A"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("NO", &["999999999", "999999999MVA"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// A VAT id in upper case without spaces and punctuation, such as `DE123456789`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct VatId(String);

impl VatId {
    /// Reads an id with its country's prefix, in either case, with or without spaces, dots and hyphens.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, TextError> {
        Self::from_text(text).ok_or(TextError::VatId { field })
    }

    fn from_text(text: &str) -> Option<Self> {
        let id: String = text
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '.' | '-' | '/'))
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let fits = FORMS.iter().any(|(prefix, forms)| {
            id.strip_prefix(prefix).is_some_and(|number| forms.iter().any(|form| is_of(form, number)))
        });
        fits.then_some(Self(id))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that issued it, by ISO 3166-1 alpha-2. Greece and Northern Ireland have prefixes of their own.
    pub fn country(&self) -> &str {
        match self.0.get(..2) {
            Some("EL") => "GR",
            Some("XI") => "GB",
            other => other.unwrap_or_default(),
        }
    }
}

fn is_of(form: &str, number: &str) -> bool {
    form.len() == number.len()
        && form.bytes().zip(number.bytes()).all(|(form, byte)| match form {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'*' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            itself => byte == itself,
        })
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<VatId> for String {
    fn from(id: VatId) -> Self {
        id.0
    }
}

impl<'de> Deserialize<'de> for VatId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("`{text}` is not a VAT id")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_one_form() {
        for (text, id) in [
            ("DE123456789", "DE123456789"),
            ("fr 40 303 265 045", "FR40303265045"),
            ("ATU12345678", "ATU12345678"),
            ("CHE-123.456.789 MWST", "CHE123456789MWST"),
            ("NL123456789B01", "NL123456789B01"),
            ("el123456789", "EL123456789"),
            ("ESX1234567X", "ESX1234567X"),
            ("XI123456789", "XI123456789"),
        ] {
            assert_eq!(VatId::parse("vatId", text).unwrap().as_str(), id);
        }
    }

    #[test]
    fn an_id_names_the_country_that_issued_it() {
        for (id, country) in
            [("DE123456789", "DE"), ("EL123456789", "GR"), ("XI123456789", "GB"), ("CHE123456789", "CH")]
        {
            assert_eq!(VatId::parse("vatId", id).unwrap().country(), country);
        }
    }

    #[test]
    fn what_no_country_issues_is_refused() {
        for text in [
            "",
            "DE",
            "DE12345678",
            "DE1234567890",
            "US123456789",
            "GR123456789",
            "DE12345678O",
            "DE12345678\0",
            "ŁE123",
        ] {
            assert_eq!(VatId::parse("vatId", text), Err(TextError::VatId { field: "vatId" }), "{text}");
        }
    }
}
