//! A price in the market's tax display, as if the goods went to the market's country.

use async_graphql::Object;
use platform_commerce::market::{Market, TaxDisplay};
use platform_commerce::money::Decimal;
use platform_commerce::{Money, MoneyError, Taxed};
use platform_core::{ApiError, ErrorCode};

use crate::pricing::ListPrice;
use crate::reference::ReferenceData;
use crate::tax::{Destination, rate_text};

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
    /// `None` where nothing is sold: no tax zone covers the market's country.
    pub fn new(
        listed: &ListPrice,
        references: &ReferenceData,
        market: &Market,
        tax_class: &str,
    ) -> Result<Option<Self>, PriceError> {
        let destination = Destination::assumed(market);
        let Some(taxation) = references.taxes.taxation(destination, market.currency) else { return Ok(None) };
        let treatment = taxation.treatment(tax_class);
        let shown = |amount| -> Result<Money, MoneyError> {
            Ok(treatment.take_apart(amount)?.shown(market.tax_display))
        };
        Ok(Some(Self {
            shown: shown(listed.amount)?,
            compare_at: listed.compare_at.map(shown).transpose()?,
            taxed: treatment.take_apart(listed.amount)?,
            rate_ppm: treatment.owed_ppm(),
            tax_included: market.tax_display == TaxDisplay::Inclusive,
        }))
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

    /// Whether `amount` and `compareAt` are with tax.
    async fn tax_included(&self) -> bool {
        self.tax_included
    }

    /// Without tax.
    async fn net(&self) -> Money {
        self.taxed.net
    }

    /// What `gross` is more than `net`.
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
