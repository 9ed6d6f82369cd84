//! The market of a request: everything that changes what a price or text is for a caller, as one value.

use std::fmt;
use std::sync::{Arc, LazyLock};

use platform_identity::{Context, Identity};
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

/// The market of who says nothing of one, and of services that act for themselves.
static DEFAULT: LazyLock<Market> = LazyLock::new(Market::default);

/// Country, currency, language, customer group and tax display of one request: the context of its identity, signed with
/// it. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Market {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Arc<str>,
    pub currency: CurrencyCode,
    /// BCP 47 primary tag, lower case.
    pub language: Arc<str>,
    /// Name of a customer group; `None` for the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_group: Option<Arc<str>>,
    pub tax_display: TaxDisplay,
}

impl Default for Market {
    fn default() -> Self {
        Self {
            country: "DE".into(),
            currency: CurrencyCode::EUR,
            language: "en".into(),
            customer_group: None,
            tax_display: TaxDisplay::Inclusive,
        }
    }
}

impl Market {
    /// The market that a caller is in.
    pub fn of(caller: &Identity) -> &Self {
        caller.context.get().unwrap_or(&DEFAULT)
    }
}

impl From<Market> for Context {
    fn from(market: Market) -> Self {
        Self::new(market)
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
