//! Prices, discounts and taxes of a set of lines: what a cart shows and what a checkout charges.
//!
//! Rules, in this order: the price of one piece is that of [`crate::pricing`] for the line's quantity; subtotal = price
//! × quantity; the coupon's discount is spread over the lines ([`crate::coupon::rules`]); what is left is taxed where
//! the goods go ([`crate::tax`]), each rate once; totals are sums of lines. The market decides the currency and what is
//! shown. A destination that is not sold to is said, and the lines are priced as if they went to the market's country.
//! Deliberately absent: shipping, points and payment, which orders adds.

pub mod amounts;
pub mod graphql;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use platform_commerce::{CurrencyCode, Market, Money, MoneyError, Taxed};
use platform_core::id::{OfferId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_server::Platform;

use self::amounts::{Entered, LineAmounts};
use crate::coupon::CouponError;
use crate::coupon::rules::{Rejection, Terms};
use crate::coupon::uses::CouponUses;
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::product::reader::Products;
use crate::stock::{MAX_LINES, MAX_QUANTITY, Wanted};
use crate::tax::{Destination, TaxTable, Taxation};

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

/// What is to be priced, and for whom.
pub struct QuoteRequest {
    pub lines: Vec<Wanted>,
    pub coupon: Option<String>,
    pub user: Option<UserId>,
    pub market: Market,
    /// Where the goods go; unknown, the market's country is assumed.
    pub destination: Option<WantedDestination>,
    /// False: names and prices may come from the cache.
    pub fresh: bool,
}

/// Where the goods should go.
#[derive(Debug, Clone)]
pub struct WantedDestination {
    pub country: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub vat_id_valid: bool,
}

impl WantedDestination {
    fn place(&self) -> Destination<'_> {
        Destination {
            country: &self.country,
            region: self.region.as_deref(),
            postal_code: self.postal_code.as_deref(),
            vat_id_valid: self.vat_id_valid,
            is_assumed: false,
        }
    }
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
    taxes: Taxes,
}

/// How the quote is taxed, and whether that is at its destination.
struct Taxes {
    taxation: Option<Taxation>,
    destination_served: bool,
}

/// A line that has a price and no tax yet.
struct ListedLine {
    product: Arc<ProductData>,
    variant: Arc<VariantData>,
    offer: Arc<OfferData>,
    quantity: i64,
    available: i64,
    listed_price: Money,
    compare_at: Option<Money>,
    entered: Entered,
}

impl Quotes {
    pub fn new(platform: Platform, products: Arc<Products>, coupons: CouponUses) -> Self {
        Self { platform, products, coupons }
    }

    pub async fn quote(&self, request: QuoteRequest) -> Result<Quote, QuoteError> {
        let QuoteRequest { lines: wanted, coupon, user, market, destination, fresh } = request;
        let offers: Vec<OfferId> = wanted.iter().map(|line| line.offer).collect();
        if offers.iter().collect::<HashSet<_>>().len() != wanted.len() || wanted.len() > MAX_LINES {
            return Err(QuoteError::InvalidLines);
        }
        if wanted.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
            return Err(QuoteError::InvalidQuantity);
        }
        let assumed = Destination::assumed(&market);
        let place = destination.as_ref().map_or(assumed, WantedDestination::place);
        let found = if fresh {
            self.find_fresh(&offers, place, &market).await?
        } else {
            self.find_cached(&offers, place, &market).await?
        };
        let Taxes { taxation, destination_served } = &found.taxes;
        let (mut lines, problems) = match taxation {
            Some(_) => price(&wanted, &found, &market)?,
            None => (Vec::new(), Vec::new()),
        };
        let (mut applied, mut rejection) = (None, None);
        if let Some(code) = coupon.filter(|_| !lines.is_empty()) {
            match self.apply(&code, user, &market, &mut lines).await? {
                Ok(terms) => applied = Some(terms),
                Err(reason) => rejection = Some(reason),
            }
        }
        let (tax_exempt, lines) = match taxation {
            Some(taxation) => (taxation.exempt, taxed(taxation, lines)?),
            None => (false, Vec::new()),
        };
        let destination_served = *destination_served;
        let coupon = applied;
        Ok(Quote { market, destination_served, tax_exempt, lines, problems, coupon, rejection })
    }

    async fn apply(
        &self,
        code: &str,
        user: Option<UserId>,
        market: &Market,
        lines: &mut [ListedLine],
    ) -> Result<Result<Terms, Rejection>, QuoteError> {
        let read = self.platform.database.read();
        let Some(terms) = self.coupons.by_code(read, code).await? else { return Ok(Err(Rejection::Unknown)) };
        if let Err(rejection) = self.coupons.usable(read, &terms, user).await? {
            return Ok(Err(rejection));
        }
        let basis: Vec<_> =
            lines.iter().map(|line| (line.offer.row.vendor_id, line.entered.subtotal)).collect();
        let parts = match terms.spread(market.currency, &basis)? {
            Ok(parts) => parts,
            Err(rejection) => return Ok(Err(rejection)),
        };
        for (line, discount) in lines.iter_mut().zip(parts) {
            line.entered.discount = discount;
        }
        Ok(Ok(terms))
    }

    async fn find_cached(
        &self,
        offers: &[OfferId],
        place: Destination<'_>,
        market: &Market,
    ) -> Result<Found, QuoteError> {
        let references = self.products.references().await?;
        Ok(Found {
            products: self.products.of_offers(offers).await?,
            available: self.products.available(offers).await?,
            taxes: self.taxes(&references.taxes, place, market),
        })
    }

    async fn find_fresh(
        &self,
        offers: &[OfferId],
        place: Destination<'_>,
        market: &Market,
    ) -> Result<Found, QuoteError> {
        let now = self.products.now(offers).await?;
        let taxes = self.taxes(&now.references.taxes, place, market);
        let (mut products, mut available) = (HashMap::new(), HashMap::new());
        for (offer, (product, pieces)) in now.offers {
            products.insert(offer, product);
            available.insert(offer, pieces);
        }
        Ok(Found { products, available, taxes })
    }

    fn taxes(&self, table: &TaxTable, place: Destination<'_>, market: &Market) -> Taxes {
        let sold_to = &self.platform.config.market.countries;
        let in_market = sold_to.iter().any(|country| country.as_str() == place.country);
        let there = table.taxation(place, market.currency).filter(|_| in_market);
        let destination_served = there.is_some();
        let taxation = there.or_else(|| table.taxation(Destination::assumed(market), market.currency));
        Taxes { taxation, destination_served }
    }
}

/// Lines with their taxes.
fn taxed(taxation: &Taxation, lines: Vec<ListedLine>) -> Result<Vec<QuotedLine>, MoneyError> {
    let entered: Vec<(Entered, &str)> =
        lines.iter().map(|line| (line.entered, line.product.row.tax_class.as_str())).collect();
    let amounts = amounts::tax(taxation, &entered)?;
    lines
        .into_iter()
        .zip(amounts)
        .map(|(line, amounts)| {
            Ok(QuotedLine {
                unit_price: amounts.treatment.take_apart(line.listed_price)?,
                compare_at: line.compare_at.map(|amount| amounts.treatment.take_apart(amount)).transpose()?,
                product: line.product,
                variant: line.variant,
                offer: line.offer,
                quantity: line.quantity,
                available: line.available,
                listed_price: line.listed_price,
                amounts,
            })
        })
        .collect()
}

/// Prices what can be priced, without discount and tax yet.
fn price(
    wanted: &[Wanted],
    found: &Found,
    market: &Market,
) -> Result<(Vec<ListedLine>, Vec<LineProblem>), MoneyError> {
    let (mut lines, mut problems) = (Vec::with_capacity(wanted.len()), Vec::new());
    for wanted in wanted {
        let available = found.available.get(&wanted.offer).copied().unwrap_or_default();
        let mut problem = |problem: Problem| {
            let available = if problem.keeps_out() { 0 } else { available };
            problems.push(LineProblem { wanted: *wanted, problem, available });
        };
        let Some(product) = found.products.get(&wanted.offer) else {
            problem(Problem::UnknownOffer);
            continue;
        };
        let Some((variant, offer)) = product.find_offer(wanted.offer) else {
            problem(Problem::UnknownOffer);
            continue;
        };
        if !product.sells(variant, offer) {
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
        let subtotal = listed.amount.checked_mul(wanted.quantity)?;
        lines.push(ListedLine {
            product: Arc::clone(product),
            variant: Arc::clone(variant),
            offer: Arc::clone(offer),
            quantity: wanted.quantity,
            available,
            listed_price: listed.amount,
            compare_at: listed.compare_at,
            entered: Entered { subtotal, discount: Money::zero(market.currency) },
        });
    }
    Ok((lines, problems))
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
