//! Prices, stock and coupons, asked of catalog.

use chrono::{DateTime, Utc};
use orders_entities::cart_line::LineSnapshot;
use platform_core::id::UserId;
use platform_core::id::{OfferId, ProductId, VariantId, VendorId};
use platform_core::{CurrencyCode, Market, Money, MoneyError};
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const CATALOG: &str = "catalog";

/// Money as another subgraph writes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Amount {
    amount: String,
    currency: CurrencyCode,
}

impl TryFrom<Amount> for Money {
    type Error = MoneyError;

    fn try_from(amount: Amount) -> Result<Self, MoneyError> {
        Self::parse(&amount.amount, amount.currency)
    }
}

fn money<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    Money::try_from(Amount::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// An offer and how many of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedLine {
    pub offer_id: OfferId,
    pub quantity: i32,
}

/// A line as catalog prices it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricedLine {
    pub offer_id: OfferId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub vendor_id: VendorId,
    pub sku: String,
    pub product_name: String,
    pub variant_name: String,
    pub image_url: Option<String>,
    pub product_slug: Option<String>,
    pub quantity: i32,
    #[serde(deserialize_with = "money")]
    pub unit_price: Money,
    #[serde(deserialize_with = "money")]
    pub subtotal: Money,
    #[serde(deserialize_with = "money")]
    pub discount: Money,
    #[serde(deserialize_with = "money")]
    pub net: Money,
    #[serde(deserialize_with = "money")]
    pub tax: Money,
    #[serde(deserialize_with = "money")]
    pub total: Money,
    pub tax_rate: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "CartProblemCode")]
pub enum LineProblemCode {
    UnknownOffer,
    NotForSale,
    NoPrice,
    InsufficientStock,
}

impl LineProblemCode {
    /// Whether the line cannot be bought in any quantity, so that it does not enter a cart.
    pub fn keeps_out(self) -> bool {
        match self {
            Self::UnknownOffer | Self::NotForSale | Self::NoPrice => true,
            Self::InsufficientStock => false,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineProblem {
    pub offer_id: OfferId,
    pub code: LineProblemCode,
    pub requested: i32,
    pub available: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CouponFunding {
    Platform,
    Vendor,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedCoupon {
    pub code: String,
    pub funding: CouponFunding,
}

/// Why a coupon does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CouponRejectionReason {
    Unknown,
    Disabled,
    NotStarted,
    Ended,
    Exhausted,
    UsedUpByUser,
    SignInRequired,
    BelowMinimum,
    OtherCurrency,
    NoEligibleLine,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricedLines {
    pub prices_include_tax: bool,
    pub lines: Vec<PricedLine>,
    pub problems: Vec<LineProblem>,
    pub coupon: Option<AppliedCoupon>,
    pub coupon_rejection: Option<CouponRejectionReason>,
    #[serde(deserialize_with = "money")]
    pub subtotal: Money,
    #[serde(deserialize_with = "money")]
    pub discount: Money,
    #[serde(deserialize_with = "money")]
    pub tax: Money,
    #[serde(deserialize_with = "money")]
    pub total: Money,
}

/// What to price.
#[derive(Debug, Clone)]
pub struct QuoteRequest<'a> {
    pub lines: &'a [WantedLine],
    pub coupon_code: Option<&'a str>,
    pub user: Option<UserId>,
    pub market: &'a Market,
    /// False lets prices come from a cache of a few seconds.
    pub fresh: bool,
}

pub async fn quote_lines(
    peers: &Peers,
    caller: &Caller,
    request: QuoteRequest<'_>,
) -> Result<PricedLines, PeerError> {
    let market = request.market;
    let input = json!({
        "lines": request.lines,
        "couponCode": request.coupon_code,
        "userId": request.user,
        "market": {
            "country": market.country,
            "currency": market.currency,
            "language": market.language,
            "customerGroup": market.customer_group,
        },
        "fresh": request.fresh,
    });
    peers.call(CATALOG, include_str!("quote_lines.graphql"), json!({ "input": input }), caller).await
}

/// Whether a line can be bought now.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedLine {
    pub offer_id: OfferId,
    /// Why not; `None` if it can be bought.
    pub problem: Option<LineProblemCode>,
    pub available: i64,
    /// `None` for an unknown offer.
    pub snapshot: Option<LineSnapshot>,
}

impl CheckedLine {
    pub fn unknown(offer_id: OfferId) -> Self {
        Self { offer_id, problem: Some(LineProblemCode::UnknownOffer), available: 0, snapshot: None }
    }
}

/// Whether lines can be bought in the caller's market, in their order. Answered from catalog's cache, unpriced.
pub async fn check_lines(
    peers: &Peers,
    caller: &Caller,
    lines: &[WantedLine],
) -> Result<Vec<CheckedLine>, PeerError> {
    let market = &caller.market;
    let input = json!({
        "lines": lines,
        "currency": market.currency,
        "language": market.language,
        "customerGroup": market.customer_group,
    });
    peers.call(CATALOG, include_str!("check_lines.graphql"), json!({ "input": input }), caller).await
}

/// An offer that has too few left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShortLine {
    pub offer_id: OfferId,
    pub requested: i32,
    pub available: i32,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "__typename")]
pub enum Reserved {
    #[serde(rename = "StockReserved")]
    Held,
    OutOfStock {
        lines: Vec<ShortLine>,
    },
    #[serde(rename = "ReservationClosed")]
    Closed,
}

pub async fn reserve_stock(
    peers: &Peers,
    key: &str,
    lines: &[WantedLine],
    expires_at: DateTime<Utc>,
) -> Result<Reserved, PeerError> {
    let input = json!({ "key": key, "lines": lines, "expiresAt": expires_at });
    peers.call(CATALOG, include_str!("reserve_stock.graphql"), json!({ "input": input }), peers.own()).await
}

/// Whether the stock could be committed; false if the reservation was closed before.
pub async fn commit_reservation(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    let answer = by_key(peers, include_str!("commit_reservation.graphql"), key).await?;
    Ok(answer.get("__typename").and_then(Value::as_str) == Some("ReservationCommitted"))
}

/// Frees what is held, or puts back on the shelf what was committed.
pub async fn give_back_stock(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let answer = by_key(peers, include_str!("release_reservation.graphql"), key).await?;
    if answer.get("status").and_then(Value::as_str) == Some("COMMITTED") {
        by_key(peers, include_str!("restock_reservation.graphql"), key).await?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(tag = "__typename")]
pub enum CouponHold {
    #[serde(rename = "CouponReserved")]
    Held,
    #[serde(rename = "CouponRejected")]
    Rejected { reason: CouponRejectionReason },
    #[serde(rename = "CouponUseClosed")]
    Closed,
}

pub async fn reserve_coupon(
    peers: &Peers,
    key: &str,
    code: &str,
    user: Option<UserId>,
    expires_at: DateTime<Utc>,
) -> Result<CouponHold, PeerError> {
    let input = json!({ "key": key, "code": code, "userId": user, "expiresAt": expires_at });
    peers.call(CATALOG, include_str!("reserve_coupon.graphql"), json!({ "input": input }), peers.own()).await
}

/// Whether the use could be committed; false if it was closed before.
pub async fn commit_coupon(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    let answer = by_key(peers, include_str!("commit_coupon.graphql"), key).await?;
    Ok(answer.get("__typename").and_then(Value::as_str) == Some("CouponCommitted"))
}

pub async fn release_coupon(peers: &Peers, key: &str) -> Result<(), PeerError> {
    by_key(peers, include_str!("release_coupon.graphql"), key).await.map(drop)
}

async fn by_key(peers: &Peers, document: &'static str, key: &str) -> Result<Value, PeerError> {
    peers.call(CATALOG, document, json!({ "key": key }), peers.own()).await
}
