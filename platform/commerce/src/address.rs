//! The postal address that an order goes to, as it was when the order was placed: kept with the order, and with what is
//! delivered of it.

use async_graphql::{InputObject, SimpleObject};
use platform_text::{PostalDraft, TextError};
use serde::{Deserialize, Serialize};

/// A postal address. Stored with its order, whatever the rules for new ones become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, SimpleObject, InputObject)]
#[serde(rename_all = "camelCase")]
#[graphql(shareable, input_name = "StoredAddressInput")]
pub struct PostalAddress {
    /// Who receives there.
    // Orders of the first release call it `name`.
    #[serde(alias = "name")]
    pub recipient: String,
    /// Company of the recipient; null if none was given.
    #[serde(default)]
    pub company: Option<String>,
    /// Street and number.
    pub line1: String,
    /// More of the address, such as a floor; null if none was given.
    #[serde(default)]
    pub line2: Option<String>,
    /// Town or city.
    pub city: String,
    /// State, province or prefecture.
    #[serde(default)]
    pub region: Option<String>,
    /// As the country writes it; null if none was given.
    #[serde(default)]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Telephone number: digits after an optional `+`; null if none was given.
    #[serde(default)]
    pub phone: Option<String>,
}

/// A postal address, by the rules of an address book: lines of at most 100 characters.
#[derive(Debug, Clone, InputObject)]
pub struct PostalAddressInput {
    /// Who receives there.
    pub recipient: String,
    /// Company of the recipient.
    pub company: Option<String>,
    /// Street and number.
    pub line1: String,
    /// More of the address, such as a floor.
    pub line2: Option<String>,
    /// Town or city.
    pub city: String,
    /// State, province or prefecture.
    pub region: Option<String>,
    /// At most 20 characters, of the country's shape where that is known; some countries have none.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, in either case.
    pub country: String,
    /// Telephone number: 5 to 15 digits after an optional `+`.
    pub phone: Option<String>,
}

impl TryFrom<PostalAddressInput> for PostalAddress {
    type Error = TextError;

    /// Tidies every line; the error names the one at fault.
    fn try_from(input: PostalAddressInput) -> Result<Self, TextError> {
        let draft = PostalDraft {
            recipient: input.recipient,
            company: input.company,
            line1: input.line1,
            line2: input.line2,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country: input.country,
            phone: input.phone,
        };
        let checked = draft.check()?;
        Ok(Self {
            recipient: checked.recipient,
            company: checked.company,
            line1: checked.line1,
            line2: checked.line2,
            city: checked.city,
            region: checked.region,
            postal_code: checked.postal_code,
            country: checked.country.as_str().to_owned(),
            phone: checked.phone,
        })
    }
}
