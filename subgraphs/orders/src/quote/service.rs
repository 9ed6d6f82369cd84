//! Prices a set of lines with shipping, tax, coupon and points.

use std::collections::BTreeMap;

use platform_commerce::market::TaxDisplay;
use platform_commerce::{Market, Money, MoneyError, Taxed};
use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode};
use platform_identity::Caller;
use platform_server::PeerError;
use platform_text::{TextError, VatId};

use super::delivery::{self, chosen, fees};
use super::shipping;
use super::split::{DEFAULT_COMMISSION_BPS, SplitLine, split};
use crate::app::App;
use crate::destination::Destination;
use crate::peers::catalog::{self, CouponFunding, PricedLine, PricedLines, QuoteRequest, WantedLine};
use crate::peers::logistics::{DeliveryChoice, DeliveryOption, Options};
use crate::peers::payments::{self, Split};
use crate::peers::users;

#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    #[error("points must not be negative")]
    NegativePoints,
    #[error("sign in to pay with points")]
    PointsNeedAccount,
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("prices cannot be had now; try again")]
    Catalog(#[from] PeerError),
    #[error("who delivers there cannot be found out now; try again")]
    Delivery(#[source] PeerError),
    #[error("the VAT id cannot be checked now; try again, or order without it")]
    VatId(#[source] PeerError),
    #[error("the points cannot be looked up now; try again, or pay without them")]
    Points(#[source] PeerError),
}

impl ApiError for QuoteError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NegativePoints => ErrorCode::BadUserInput,
            Self::PointsNeedAccount => ErrorCode::Unauthenticated,
            Self::Text(_) => ErrorCode::BadUserInput,
            // Prices, quantities and lines are bounded: no cart comes near.
            Self::Money(_) => ErrorCode::Internal,
            Self::Catalog(error) | Self::Delivery(error) | Self::VatId(error) | Self::Points(error) => {
                error.code()
            }
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NegativePoints | Self::PointsNeedAccount => Some("points"),
            Self::Text(error) => Some(error.field()),
            Self::Catalog(error) | Self::Delivery(error) | Self::VatId(error) | Self::Points(error) => {
                error.field()
            }
            Self::Money(_) => None,
        }
    }
}

platform_core::api_error!(QuoteError);

/// What a set of lines costs now.
#[derive(Debug, Clone)]
pub struct Quote {
    pub priced: PricedLines,
    /// Where the goods would go, and nothing is sold to; the amounts are then those of the market's country.
    pub not_served: Option<Destination>,
    /// How it can be delivered, and how it is with what was chosen.
    pub delivery: Options,
    /// Whether prices are shown with tax.
    pub display: TaxDisplay,
    /// Shipping by vendor.
    pub parcels: BTreeMap<VendorId, Taxed>,
    pub shipping: Taxed,
    /// Of goods and shipping.
    pub tax: Money,
    /// Goods after discounts, with tax, and shipping.
    pub total: Money,
    /// Points that are used: as many as asked for, at most the total.
    pub points: i64,
    /// What is left to pay in money.
    pub to_pay: Money,
}

/// What to price.
#[derive(Debug, Clone)]
pub struct QuoteInput<'a> {
    pub lines: &'a [WantedLine],
    pub coupon_code: Option<&'a str>,
    pub points: i64,
    /// `None`: unknown, so the market's country is assumed.
    pub destination: Option<Destination>,
    /// How it shall be delivered; by the first service that needs nothing more chosen where nothing is.
    pub delivery: Option<&'a DeliveryChoice>,
    /// Of a business; it counts for the tax if it is the caller's and marked valid.
    pub vat_id: Option<&'a VatId>,
    pub fresh: bool,
}

pub async fn quote(app: &App, caller: &Caller, input: QuoteInput<'_>) -> Result<Quote, QuoteError> {
    if input.points < 0 {
        return Err(QuoteError::NegativePoints);
    }
    if input.points > 0 && caller.user.is_none() {
        return Err(QuoteError::PointsNeedAccount);
    }
    let destination = match input.destination {
        Some(destination) => {
            let vat_id_valid = exempts(app, caller, input.vat_id, &destination).await?;
            Some(Destination { vat_id_valid, ..destination })
        }
        None => None,
    };
    let request = QuoteRequest {
        lines: input.lines,
        coupon_code: input.coupon_code,
        user: caller.user,
        market: Market::of(caller),
        destination: destination.as_ref(),
        fresh: input.fresh,
    };
    let priced = catalog::quote_lines(app.peers(), caller, request).await?;
    let market = Market::of(caller);
    let wanted = destination.unwrap_or_else(|| Destination::assumed(market));
    let lines = &priced.lines;
    let delivery = delivery::options(app, caller, lines, market.currency, &wanted, input.delivery).await?;
    let not_served = (!priced.destination_served).then_some(wanted);
    total(priced, delivery, not_served, market, input.points)
}

/// Whether a VAT id can exempt: it is of the country that the goods go to, the caller's, and marked valid.
async fn exempts(
    app: &App,
    caller: &Caller,
    id: Option<&VatId>,
    destination: &Destination,
) -> Result<bool, QuoteError> {
    match (caller.user, id) {
        (Some(user), Some(id)) if id.country() == destination.country => {
            users::vat_id_is_valid(app.peers(), user, id).await.map_err(QuoteError::VatId)
        }
        _ => Ok(false),
    }
}

pub(super) fn total(
    priced: PricedLines,
    delivery: Options,
    not_served: Option<Destination>,
    market: &Market,
    points: i64,
) -> Result<Quote, QuoteError> {
    let currency = market.currency;
    let parcels = shipping::parcels(&priced.lines, &fees(chosen(&delivery)), currency)?;
    let shipping = shipping::sum(&parcels, currency)?;
    let tax = priced.tax.checked_add(shipping.tax)?;
    let total = priced.total.checked_add(shipping.gross)?;
    let points = points.min(total.minor());
    let to_pay = total.checked_sub(Money::from_minor(points, currency))?;
    let display = market.tax_display;
    Ok(Quote { priced, not_served, delivery, display, parcels, shipping, tax, total, points, to_pay })
}

impl Quote {
    /// The quote with no more points than the caller can spend now: for who is told what there is to pay. A checkout
    /// holds them, and is refused if there are too few.
    pub async fn with_points_at_hand(self, app: &App, caller: &Caller) -> Result<Self, QuoteError> {
        let Some(user) = caller.user.filter(|_| self.points > 0) else { return Ok(self) };
        let available = payments::available_points(app.peers(), user).await.map_err(QuoteError::Points)?;
        let points = self.points.min(available);
        let to_pay = self.total.checked_sub(Money::from_minor(points, self.total.currency()))?;
        Ok(Self { points, to_pay, ..self })
    }

    /// What shipping would be shown as by a service.
    pub fn shipping_by(&self, option: &DeliveryOption) -> Result<Money, MoneyError> {
        let currency = self.total.currency();
        let parcels = shipping::parcels(&self.priced.lines, &fees(Some(option)), currency)?;
        Ok(shipping::sum(&parcels, currency)?.shown(self.display))
    }

    /// What shipping is shown as.
    pub const fn shipping_shown(&self) -> Money {
        self.shipping.shown(self.display)
    }

    /// What a piece of a line that was listed at another price would be shown as.
    pub fn unit_price_shown(&self, line: &PricedLine, listed: Money) -> Result<Money, MoneyError> {
        Ok(line.treatment().take_apart(listed)?.shown(self.display))
    }

    fn discount_by_platform(&self) -> bool {
        self.priced.coupon.as_ref().is_some_and(|c| c.funding == CouponFunding::Platform)
    }

    pub fn split_line(&self, line: &PricedLine) -> SplitLine {
        SplitLine {
            vendor_id: line.vendor_id,
            net: line.net,
            tax: line.tax,
            discount_net: line.discount_net,
            discount_by_platform: self.discount_by_platform(),
            commission_bps: DEFAULT_COMMISSION_BPS,
        }
    }

    /// How the total divides.
    pub fn split(&self) -> Result<Split, MoneyError> {
        let lines: Vec<_> = self.priced.lines.iter().map(|l| self.split_line(l)).collect();
        split(&lines, self.shipping, self.points)
    }
}
