//! Where the goods of a quote go, as far as the price and who delivers them depend on it.

use async_graphql::{InputObject, SimpleObject};
use platform_commerce::Market;
use platform_text::{Country, TextError, optional_line};

use platform_commerce::PostalAddress;

/// A place that goods are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    /// Street and number; who delivers there may depend on it.
    pub line1: Option<String>,
    pub city: Option<String>,
    /// The buyer is a business there, whose VAT id is marked valid.
    pub vat_id_valid: bool,
}

impl Destination {
    /// What is assumed until an address is known.
    pub fn assumed(market: &Market) -> Self {
        Self {
            country: market.country.as_ref().to_owned(),
            region: None,
            postal_code: None,
            line1: None,
            city: None,
            vat_id_valid: false,
        }
    }

    pub fn of(address: &PostalAddress) -> Self {
        Self {
            country: address.country.clone(),
            region: address.region.clone(),
            postal_code: address.postal_code.clone(),
            line1: Some(address.line1.clone()),
            city: Some(address.city.clone()),
            vat_id_valid: false,
        }
    }
}

/// Where an order would go: the part of a postal address that its tax and its delivery depend on.
#[derive(Debug, InputObject)]
pub struct QuoteDestinationInput {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// State, province or island, by its name or code of ISO 3166-2. Needed where regions of a country are taxed in their own
    /// way and postal codes do not tell of them.
    pub region: Option<String>,
    /// Needed where parts of a country that are known by it are taxed in their own way, and regions do not tell of them.
    pub postal_code: Option<String>,
    /// Street and number. With it and the city the services of the house's delivery zone are known.
    pub line1: Option<String>,
    /// Town or city.
    pub city: Option<String>,
}

impl TryFrom<QuoteDestinationInput> for Destination {
    type Error = TextError;

    fn try_from(input: QuoteDestinationInput) -> Result<Self, TextError> {
        Ok(Self {
            country: Country::parse("country", &input.country)?.to_string(),
            region: optional_line("region", input.region.as_deref(), 100)?,
            postal_code: optional_line("postalCode", input.postal_code.as_deref(), 20)?,
            line1: optional_line("line1", input.line1.as_deref(), 100)?,
            city: optional_line("city", input.city.as_deref(), 100)?,
            vat_id_valid: false,
        })
    }
}

/// Nothing is sold to this place: the market does not list its country, or no tax zone covers it. Or it cannot be told
/// how it is taxed: its region is missing, or written in a way that ISO 3166-2 does not know, or its postal code is missing.
#[derive(Debug, SimpleObject)]
pub struct DestinationNotServed {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// State, province or island, as it was given.
    pub region: Option<String>,
}

impl From<Destination> for DestinationNotServed {
    fn from(destination: Destination) -> Self {
        Self { country: destination.country, region: destination.region }
    }
}
