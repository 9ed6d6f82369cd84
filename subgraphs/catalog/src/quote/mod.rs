//! Prices, discounts and taxes of a set of lines: what a cart shows and what a checkout charges.
//!
//! Rules, in this order: the price of one piece is that of [`crate::pricing`] for the line's quantity; subtotal = price
//! × quantity; the coupon's discount is spread over the lines ([`crate::coupon::rules`]); what is left is taxed where
//! the goods go ([`crate::tax`]), each rate once; totals are sums of lines. The market decides the currency and what is
//! shown. A destination that is not sold to is said, and the lines are priced as if they went to the market's country.
//! Deliberately absent: shipping, points and payment, which orders adds.

pub mod amounts;
mod found;
pub mod graphql;
mod price;
mod quote_lines;

use std::sync::Arc;

use platform_commerce::{CurrencyCode, Market, Money, MoneyError, Taxed};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use self::amounts::LineAmounts;
use crate::coupon::CouponError;
use crate::coupon::rules::{Rejection, Terms};
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::stock::{MAX_LINES, MAX_QUANTITY, Wanted};

#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    #[error("give at most {MAX_LINES} lines, each offer once")]
    InvalidLines,
    #[error("a quantity must be between 1 and {MAX_QUANTITY}")]
    InvalidQuantity,
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the coupon could not be read")]
    Coupon(#[from] CouponError),
}

impl ApiError for QuoteError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidLines | Self::InvalidQuantity | Self::Money(_) => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
            Self::Coupon(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        Some("lines")
    }
}

platform_core::api_error!(QuoteError);

/// Why a line cannot be bought as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "LineProblemCode")]
pub enum Problem {
    /// No such offer. The line is not priced.
    UnknownOffer,
    /// The offer or its product is not sold now. The line is not priced.
    NotForSale,
    /// The offer has no price in the market's currency. The line is not priced.
    NoPrice,
    /// Fewer are available than wanted. The line is priced all the same.
    InsufficientStock,
}

impl Problem {
    /// Whether no piece can be bought, however many there are.
    pub const fn keeps_out(self) -> bool {
        match self {
            Self::UnknownOffer | Self::NotForSale | Self::NoPrice => true,
            Self::InsufficientStock => false,
        }
    }
}

pub struct LineProblem {
    pub wanted: Wanted,
    pub problem: Problem,
    /// How many can be bought.
    pub available: i64,
}

pub struct QuotedLine {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
    pub offer: Arc<OfferData>,
    pub quantity: i64,
    pub available: i64,
    /// Of one piece, as entered.
    pub listed_price: Money,
    /// Of one piece.
    pub unit_price: Taxed,
    pub compare_at: Option<Taxed>,
    pub amounts: LineAmounts,
}

pub struct Quote {
    pub market: Market,
    /// Whether the goods are sold to where they should go; if not, the amounts are those of the market's country.
    pub destination_served: bool,
    /// Whether the buyer is exempt, as a business abroad.
    pub tax_exempt: bool,
    /// None where the market's country is not sold to either.
    pub lines: Vec<QuotedLine>,
    pub problems: Vec<LineProblem>,
    pub coupon: Option<Terms>,
    pub rejection: Option<Rejection>,
}

impl Quote {
    pub fn currency(&self) -> CurrencyCode {
        self.market.currency
    }

    /// An amount in the market's display.
    pub const fn shown(&self, amount: Taxed) -> Money {
        amount.shown(self.market.tax_display)
    }

    pub fn sum(&self, part: impl Fn(&LineAmounts) -> Money) -> Result<Money, MoneyError> {
        Money::sum(self.currency(), self.lines.iter().map(|line| part(&line.amounts)))
    }
}
