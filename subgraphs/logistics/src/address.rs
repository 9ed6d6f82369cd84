//! Where something shall be delivered, as far as it matters for how and when.

use std::time::Duration;

use async_graphql::InputObject;
use platform_geo::{Geocoder, Place, Position, Wanted};
use platform_text::{Country, TextError, optional_line};

/// How long who asks for a price waits for a geocoder, which may answer as seldom as once a second.
const PATIENCE: Duration = Duration::from_secs(2);
const MAX_LINE: usize = 100;
const MAX_POSTAL_CODE: usize = 20;

/// Where something shall be delivered. The more of it is given, the surer it is which services come there.
#[derive(Debug, Clone, PartialEq, Eq, InputObject)]
pub struct DeliveryAddressInput {
    /// Street and number.
    pub line1: Option<String>,
    /// Town or city.
    pub city: Option<String>,
    /// As the country writes it.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// An address whose lines are tidy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    line1: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
}

impl TryFrom<DeliveryAddressInput> for Address {
    type Error = TextError;

    fn try_from(input: DeliveryAddressInput) -> Result<Self, TextError> {
        Ok(Self {
            line1: optional_line("line1", input.line1.as_deref(), MAX_LINE)?,
            city: optional_line("city", input.city.as_deref(), MAX_LINE)?,
            postal_code: optional_line("postalCode", input.postal_code.as_deref(), MAX_POSTAL_CODE)?,
            country: Country::parse("country", &input.country)?.to_string(),
        })
    }
}

impl Address {
    /// Where it is; `None` where nobody knows. A geocoder that does not answer keeps nobody from buying: the country decides
    /// then, as for an address that it does not know.
    pub async fn position(&self, geocoder: &dyn Geocoder) -> Option<Position> {
        if self.postal_code.is_none() && self.city.is_none() {
            return None;
        }
        let text = |line: &Option<String>| line.clone().unwrap_or_default();
        let wanted = Wanted {
            line1: text(&self.line1),
            postal_code: text(&self.postal_code),
            city: text(&self.city),
            country: self.country.clone(),
        };
        match tokio::time::timeout(PATIENCE, geocoder.find(&wanted)).await {
            Ok(Ok(place)) => place.map(|Place { position, .. }| position),
            Ok(Err(error)) => {
                tracing::warn!(%error, "an address was not looked up; its country alone decides who delivers there");
                None
            }
            Err(_) => {
                tracing::warn!(
                    "an address was not looked up in time; its country alone decides who delivers there"
                );
                None
            }
        }
    }
}
