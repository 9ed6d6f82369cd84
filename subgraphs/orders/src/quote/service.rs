//! Prices a set of lines with shipping, tax, coupon and points.

use std::collections::BTreeMap;

use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode, Market, Money, MoneyError};
use platform_identity::Caller;
use platform_server::{PeerError, Peers};

use super::shipping;
use super::split::{DEFAULT_COMMISSION_BPS, SplitLine, split};
use crate::peers::catalog::{self, CouponFunding, PricedLine, PricedLines, QuoteRequest, WantedLine};
use crate::peers::payments::Split;

#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    #[error("points must not be negative")]
    NegativePoints,
    #[error("sign in to pay with points")]
    PointsNeedAccount,
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error("prices cannot be had now; try again")]
    Catalog(#[from] PeerError),
}

impl ApiError for QuoteError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NegativePoints => ErrorCode::BadUserInput,
            Self::PointsNeedAccount => ErrorCode::Unauthenticated,
            Self::Money(_) => ErrorCode::BadUserInput,
            Self::Catalog(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NegativePoints | Self::PointsNeedAccount => Some("points"),
            Self::Money(_) | Self::Catalog(_) => None,
        }
    }
}

platform_core::api_error!(QuoteError);

/// What a set of lines costs now.
#[derive(Debug, Clone)]
pub struct Quote {
    pub priced: PricedLines,
    /// Shipping by vendor.
    pub parcels: BTreeMap<VendorId, Money>,
    pub shipping: Money,
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
    pub fresh: bool,
}

pub async fn quote(peers: &Peers, caller: &Caller, input: QuoteInput<'_>) -> Result<Quote, QuoteError> {
    if input.points < 0 {
        return Err(QuoteError::NegativePoints);
    }
    if input.points > 0 && caller.user.is_none() {
        return Err(QuoteError::PointsNeedAccount);
    }
    let request = QuoteRequest {
        lines: input.lines,
        coupon_code: input.coupon_code,
        user: caller.user,
        market: &caller.market,
        fresh: input.fresh,
    };
    let priced = catalog::quote_lines(peers, caller, request).await?;
    total(priced, &caller.market, input.points)
}

fn total(priced: PricedLines, market: &Market, points: i64) -> Result<Quote, QuoteError> {
    let currency = market.currency;
    let mut goods = BTreeMap::<VendorId, Money>::new();
    for line in &priced.lines {
        let sum = goods.entry(line.vendor_id).or_insert(Money::zero(currency));
        *sum = sum.checked_add(line.total)?;
    }
    let parcels: BTreeMap<VendorId, Money> = goods
        .into_iter()
        .map(|(vendor, goods)| Ok((vendor, shipping::fee(goods)?)))
        .collect::<Result<_, MoneyError>>()?;
    let shipping = Money::sum(currency, parcels.values().copied())?;
    let total = priced.total.checked_add(shipping)?;
    let points = points.min(total.minor());
    let to_pay = total.checked_sub(Money::from_minor(points, currency))?;
    Ok(Quote { priced, parcels, shipping, total, points, to_pay })
}

impl Quote {
    fn discount_by_platform(&self) -> bool {
        self.priced.coupon.as_ref().is_some_and(|c| c.funding == CouponFunding::Platform)
    }

    pub fn split_line(&self, line: &PricedLine) -> SplitLine {
        SplitLine {
            vendor_id: line.vendor_id,
            net: line.net,
            tax: line.tax,
            discount: line.discount,
            discount_by_platform: self.discount_by_platform(),
            tax_rate: line.tax_rate.clone(),
            commission_bps: DEFAULT_COMMISSION_BPS,
        }
    }

    /// How the total divides.
    pub fn split(&self) -> Result<Split, MoneyError> {
        let lines: Vec<_> = self.priced.lines.iter().map(|l| self.split_line(l)).collect();
        split(&lines, self.shipping, self.points, self.priced.prices_include_tax)
    }
}
