//! Prices, discounts and taxes of a set of lines in a market: what a cart shows and what a checkout charges.
//!
//! Rules, in this order: the price of one piece is that of [`crate::pricing`] for the line's quantity; subtotal = price
//! × quantity; the coupon's discount is spread over the lines ([`crate::coupon::rules`]); what is left is taken apart
//! into net and tax by the zone of the market's country ([`crate::tax`]), rounded per line; totals are sums of lines.
//! Deliberately absent: shipping, points and payment, which orders adds.

pub mod amounts;
pub mod graphql;

use std::collections::HashMap;
use std::sync::Arc;

use platform_core::id::{OfferId, UserId};
use platform_core::{ApiError, CurrencyCode, ErrorCode, Market, Money, MoneyError};
use platform_server::Platform;
use sea_orm::DbErr;

use self::amounts::{LineAmounts, LineToPrice};
use crate::coupon::CouponError;
use crate::coupon::rules::{Rejection, Terms};
use crate::coupon::uses::CouponUses;
use crate::error::StorageError;
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::product::reader::Products;
use crate::stock::{MAX_LINES, MAX_QUANTITY, Wanted};
use crate::tax::TaxZone;

#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    #[error("give at most {MAX_LINES} lines, each offer once")]
    InvalidLines,
    #[error("a quantity must be between 1 and {MAX_QUANTITY}")]
    InvalidQuantity,
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error("the lines could not be priced")]
    Storage(#[from] StorageError),
    #[error("the coupon could not be read")]
    Coupon(#[from] CouponError),
}

impl From<DbErr> for QuoteError {
    fn from(error: DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl ApiError for QuoteError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidLines | Self::InvalidQuantity | Self::Money(_) => ErrorCode::BadUserInput,
            Self::Storage(error) => error.code(),
            Self::Coupon(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        Some("lines")
    }
}

platform_core::api_error!(QuoteError);

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

pub struct LineProblem {
    pub wanted: Wanted,
    pub problem: Problem,
    pub available: i64,
}

pub struct QuotedLine {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
    pub offer: Arc<OfferData>,
    pub quantity: i64,
    pub available: i64,
    pub unit_price: Money,
    pub compare_at: Option<Money>,
    pub amounts: LineAmounts,
}

pub struct Quote {
    pub market: Market,
    pub zone: Arc<TaxZone>,
    pub lines: Vec<QuotedLine>,
    pub problems: Vec<LineProblem>,
    pub coupon: Option<Terms>,
    pub rejection: Option<Rejection>,
}

/// What is to be priced, and for whom.
pub struct QuoteRequest {
    pub lines: Vec<Wanted>,
    pub coupon: Option<String>,
    pub user: Option<UserId>,
    pub market: Market,
    /// False: names and prices may come from the cache.
    pub fresh: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Quotes {
    platform: Platform,
    products: Arc<Products>,
    coupons: CouponUses,
}

struct Found {
    products: HashMap<OfferId, Arc<ProductData>>,
    available: HashMap<OfferId, i64>,
    zone: Arc<TaxZone>,
}

impl Quotes {
    pub fn new(platform: Platform, products: Arc<Products>, coupons: CouponUses) -> Self {
        Self { platform, products, coupons }
    }

    pub async fn quote(&self, request: QuoteRequest) -> Result<Quote, QuoteError> {
        let QuoteRequest { lines: wanted, coupon, user, market, fresh } = request;
        let mut offers: Vec<OfferId> = wanted.iter().map(|line| line.offer).collect();
        offers.sort_unstable();
        offers.dedup();
        if offers.len() != wanted.len() || wanted.len() > MAX_LINES {
            return Err(QuoteError::InvalidLines);
        }
        if wanted.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
            return Err(QuoteError::InvalidQuantity);
        }
        let found = if fresh {
            self.find_fresh(&offers, &market.country).await?
        } else {
            self.find_cached(&offers, &market.country).await?
        };
        let (mut lines, problems) = price(&wanted, &found, &market)?;
        let (mut applied, mut rejection) = (None, None);
        if let Some(code) = coupon.filter(|_| !lines.is_empty()) {
            match self.apply(&code, user, &market, &mut lines).await? {
                Ok(terms) => applied = Some(terms),
                Err(reason) => rejection = Some(reason),
            }
        }
        let zone = found.zone;
        for line in &mut lines {
            line.amounts.tax(&zone, &line.product.row.tax_class)?;
        }
        Ok(Quote { market, zone, lines, problems, coupon: applied, rejection })
    }

    async fn apply(
        &self,
        code: &str,
        user: Option<UserId>,
        market: &Market,
        lines: &mut [QuotedLine],
    ) -> Result<Result<Terms, Rejection>, QuoteError> {
        let read = self.platform.database.read();
        let Some(terms) = self.coupons.by_code(read, code).await? else { return Ok(Err(Rejection::Unknown)) };
        if let Err(rejection) = self.coupons.usable(read, &terms, user).await? {
            return Ok(Err(rejection));
        }
        let basis: Vec<_> =
            lines.iter().map(|line| (line.offer.row.vendor_id, line.amounts.subtotal)).collect();
        let parts = match terms.spread(market.currency, &basis)? {
            Ok(parts) => parts,
            Err(rejection) => return Ok(Err(rejection)),
        };
        for (line, discount) in lines.iter_mut().zip(parts) {
            line.amounts.discount = discount;
        }
        Ok(Ok(terms))
    }

    async fn find_cached(&self, offers: &[OfferId], country: &str) -> Result<Found, QuoteError> {
        let references = self.products.references().await?;
        Ok(Found {
            products: self.products.of_offers(offers).await?,
            available: self.products.available(offers).await?,
            zone: Arc::clone(references.taxes.zone(country)),
        })
    }

    async fn find_fresh(&self, offers: &[OfferId], country: &str) -> Result<Found, QuoteError> {
        let zone = TaxZone::of_country(self.platform.database.read(), country).await?;
        Ok(Found {
            products: self.products.of_offers_now(offers).await?,
            available: self.products.available_fresh(offers).await?,
            zone: Arc::new(zone),
        })
    }
}

/// Prices what can be priced, without discount and tax yet.
fn price(
    wanted: &[Wanted],
    found: &Found,
    market: &Market,
) -> Result<(Vec<QuotedLine>, Vec<LineProblem>), MoneyError> {
    let (mut lines, mut problems) = (Vec::with_capacity(wanted.len()), Vec::new());
    for wanted in wanted {
        let available = found.available.get(&wanted.offer).copied().unwrap_or_default();
        let mut problem = |problem| problems.push(LineProblem { wanted: *wanted, problem, available });
        let Some(product) = found.products.get(&wanted.offer) else {
            problem(Problem::UnknownOffer);
            continue;
        };
        let Some((variant, offer)) = product.find_offer(wanted.offer) else {
            problem(Problem::UnknownOffer);
            continue;
        };
        if !(product.is_active() && variant.row.active && offer.is_active()) {
            problem(Problem::NotForSale);
            continue;
        }
        let Some(listed) = offer.price(market, wanted.quantity) else {
            problem(Problem::NoPrice);
            continue;
        };
        if available < wanted.quantity {
            problem(Problem::InsufficientStock);
        }
        let to_price = LineToPrice { unit_price: listed.amount, quantity: wanted.quantity };
        lines.push(QuotedLine {
            product: Arc::clone(product),
            variant: Arc::clone(variant),
            offer: Arc::clone(offer),
            quantity: wanted.quantity,
            available,
            unit_price: listed.amount,
            compare_at: listed.compare_at,
            amounts: LineAmounts::of(to_price)?,
        });
    }
    Ok((lines, problems))
}

impl Quote {
    pub fn currency(&self) -> CurrencyCode {
        self.market.currency
    }

    pub fn sum(&self, part: impl Fn(&LineAmounts) -> Money) -> Result<Money, MoneyError> {
        Money::sum(self.currency(), self.lines.iter().map(|line| part(&line.amounts)))
    }
}
