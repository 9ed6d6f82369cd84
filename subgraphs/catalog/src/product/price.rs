//! A price in the market's tax display.

use std::sync::Arc;

use async_graphql::Object;
use platform_core::market::{Market, TaxDisplay};
use platform_core::money::Decimal;
use platform_core::{ApiError, ErrorCode, Money, MoneyError};

use crate::pricing::ListPrice;
use crate::reference::ReferenceData;
use crate::tax::{TaxZone, Taxed, rate_text};

/// An amount that cannot be computed: prices out of range.
#[derive(Debug, thiserror::Error)]
#[error("a price is out of range")]
pub struct PriceError(#[from] MoneyError);

impl ApiError for PriceError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

platform_core::api_error!(PriceError);

/// The price of one piece.
pub struct Price {
    pub shown: Money,
    compare_at: Option<Money>,
    taxed: Taxed,
    rate_ppm: i64,
    tax_included: bool,
}

impl Price {
    pub fn new(
        listed: &ListPrice,
        references: &ReferenceData,
        market: &Market,
        tax_class: &str,
    ) -> Result<Self, PriceError> {
        let zone: &Arc<TaxZone> = references.taxes.zone(&market.country);
        let tax_included = market.tax_display == TaxDisplay::Inclusive;
        let shown = |taxed: &Taxed| if tax_included { taxed.gross } else { taxed.net };
        let taxed = zone.split(tax_class, listed.amount)?;
        let compare_at = match listed.compare_at {
            Some(amount) => Some(shown(&zone.split(tax_class, amount)?)),
            None => None,
        };
        let rate_ppm = zone.rate_ppm(tax_class);
        Ok(Self { shown: shown(&taxed), compare_at, taxed, rate_ppm, tax_included })
    }
}

/// The price of one piece, in the market's currency.
#[Object]
impl Price {
    /// With or without tax, as the market shows prices; `taxIncluded` says which.
    async fn amount(&self) -> Money {
        self.shown
    }

    /// A former or recommended price to show beside it.
    async fn compare_at(&self) -> Option<Money> {
        self.compare_at
    }

    async fn tax_included(&self) -> bool {
        self.tax_included
    }

    /// Without tax.
    async fn net(&self) -> Money {
        self.taxed.net
    }

    async fn tax(&self) -> Money {
        self.taxed.tax
    }

    /// With tax.
    async fn gross(&self) -> Money {
        self.taxed.gross
    }

    /// As a fraction: 0.19.
    async fn tax_rate(&self) -> Decimal {
        Decimal(rate_text(self.rate_ppm))
    }
}
