//! The one postal address: of an address book, of an order, of whatever else is sent somewhere.

use serde::{Deserialize, Serialize};

use crate::{Country, TextError, line, optional_line, phone, postal_code};

const MAX_LINE: usize = 100;
const MAX_POSTAL_CODE: usize = 20;

/// A postal address as somebody writes it.
#[derive(Debug, Clone, Default)]
pub struct PostalDraft {
    pub recipient: String,
    pub company: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    pub phone: Option<String>,
}

/// A postal address that can stand on a parcel: lines of 1 to 100 characters, a country that exists with a postal code of
/// its shape where that is known, a telephone number of digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostalAddress {
    /// Who receives there.
    pub recipient: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    /// State, province or prefecture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Some countries have none; those whose rule is known need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    pub country: Country,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl PostalDraft {
    /// Tidies every line and refuses what cannot stand on a parcel.
    pub fn check(&self) -> Result<PostalAddress, TextError> {
        let number = self.phone.as_deref().filter(|text| !text.trim().is_empty());
        let address = PostalAddress {
            recipient: line("recipient", &self.recipient, MAX_LINE)?,
            company: optional_line("company", self.company.as_deref(), MAX_LINE)?,
            line1: line("line1", &self.line1, MAX_LINE)?,
            line2: optional_line("line2", self.line2.as_deref(), MAX_LINE)?,
            city: line("city", &self.city, MAX_LINE)?,
            region: optional_line("region", self.region.as_deref(), MAX_LINE)?,
            postal_code: optional_line("postalCode", self.postal_code.as_deref(), MAX_POSTAL_CODE)?,
            country: Country::parse("country", &self.country)?,
            phone: number.map(|text| phone("phone", text)).transpose()?,
        };
        postal_code::check("postalCode", address.country, address.postal_code.as_deref())?;
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> PostalDraft {
        PostalDraft {
            recipient: " Ann Example ".to_owned(),
            line1: "Hauptstraße 1".to_owned(),
            line2: Some(" ".to_owned()),
            city: "Berlin".to_owned(),
            postal_code: Some("10115".to_owned()),
            country: "de".to_owned(),
            phone: Some("+49 30 901820".to_owned()),
            ..PostalDraft::default()
        }
    }

    #[test]
    fn an_address_is_tidied() {
        let address = draft().check().unwrap();
        assert_eq!(address.recipient, "Ann Example");
        assert_eq!(address.line2, None);
        assert_eq!(address.country.as_str(), "DE");
        assert_eq!(address.phone.as_deref(), Some("+4930901820"));
    }

    #[test]
    fn each_line_is_checked_and_named() {
        let broken = |change: fn(&mut PostalDraft)| {
            let mut draft = draft();
            change(&mut draft);
            draft.check().unwrap_err().field()
        };
        assert_eq!(broken(|a| a.recipient = "\n".to_owned()), "recipient");
        assert_eq!(broken(|a| a.city = "Ber\0lin".to_owned()), "city");
        assert_eq!(broken(|a| a.region = Some("x".repeat(101))), "region");
        assert_eq!(broken(|a| a.postal_code = Some("1\u{7}".to_owned())), "postalCode");
        assert_eq!(broken(|a| a.postal_code = None), "postalCode");
        assert_eq!(broken(|a| a.postal_code = Some("1234".to_owned())), "postalCode");
        assert_eq!(broken(|a| a.country = "ZZ".to_owned()), "country");
        assert_eq!(broken(|a| a.phone = Some("call me".to_owned())), "phone");
    }
}
