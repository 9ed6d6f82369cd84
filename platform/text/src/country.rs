//! Countries by their code of ISO 3166-1 alpha-2.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::TextError;

/// A country that ISO 3166-1 lists, in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Germany, where the settings put the shop unless told otherwise.
    pub const DE: Self = Self(*b"DE");

    /// Reads a code in either case, with or without surrounding space.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, TextError> {
        Self::from_code(text.trim()).ok_or(TextError::Country { field })
    }

    fn from_code(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        let code = code.map(|byte| byte.to_ascii_uppercase());
        rust_iso3166::from_alpha2(std::str::from_utf8(&code).ok()?).map(|_| Self(code))
    }

    /// Its short name in English, as ISO lists it.
    pub fn name(self) -> &'static str {
        rust_iso3166::from_alpha2(self.as_str()).map_or("", |country| country.name)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| {
            serde::de::Error::custom(format_args!("`{code}` is not an ISO 3166-1 country code"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_either_case() {
        assert_eq!(Country::parse("country", " de ").unwrap().as_str(), "DE");
        assert_eq!(Country::parse("country", "AQ").unwrap().as_str(), "AQ");
    }

    #[test]
    fn a_country_has_a_name() {
        assert_eq!(Country::DE.name(), "Germany");
    }

    #[test]
    fn what_iso_does_not_list_is_refused() {
        for code in ["", "D", "DEU", "ZZ", "XX", "1A", "ß", "d\0"] {
            assert_eq!(
                Country::parse("country", code),
                Err(TextError::Country { field: "country" }),
                "{code}"
            );
        }
    }
}
