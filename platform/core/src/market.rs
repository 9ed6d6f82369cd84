//! The market of a request: everything that changes what a price or text is for a caller, as one value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::money::CurrencyCode;

/// Whether prices are shown with or without tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum TaxDisplay {
    /// With tax.
    Inclusive,
    /// Without tax.
    Exclusive,
}

/// Country, currency, language, customer group and tax display of one request. Signed with the identity and part of
/// every cache key (its `Display` is that part).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Market {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    pub currency: CurrencyCode,
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// Name of a customer group; `None` for the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_group: Option<String>,
    pub tax_display: TaxDisplay,
}

impl Default for Market {
    fn default() -> Self {
        Self {
            country: "DE".to_owned(),
            currency: CurrencyCode::EUR,
            language: "en".to_owned(),
            customer_group: None,
            tax_display: TaxDisplay::Inclusive,
        }
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tax = match self.tax_display {
            TaxDisplay::Inclusive => "incl",
            TaxDisplay::Exclusive => "excl",
        };
        let group = self.customer_group.as_deref().unwrap_or("-");
        write!(f, "{}/{}/{}/{group}/{tax}", self.country, self.currency, self.language)
    }
}
