//! Prices, stock and coupons, asked of catalog.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use orders_entities::cart_line::LineSnapshot;
use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market, Money, MoneyError, PriceTerms, TaxTreatment};
use platform_core::id::UserId;
use platform_core::id::{OfferId, ProductId, VariantId, VendorId};
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{unknown_is_done, unknown_is_free};
use crate::destination::Destination;

const CATALOG: &str = "catalog";

/// Money as another subgraph writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Amount {
    amount: String,
    currency: CurrencyCode,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.to_decimal(), currency: money.currency() }
    }
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
    /// Of one piece as entered, whatever is shown and wherever it goes.
    #[serde(deserialize_with = "money")]
    pub listed_price: Money,
    /// This, the subtotal and the discount are with or without tax as the market shows prices.
    #[serde(deserialize_with = "money")]
    pub unit_price: Money,
    #[serde(deserialize_with = "money")]
    pub subtotal: Money,
    #[serde(deserialize_with = "money")]
    pub discount: Money,
    #[serde(deserialize_with = "money")]
    pub discount_net: Money,
    /// After the discount, as entered.
    #[serde(deserialize_with = "money")]
    pub entered: Money,
    #[serde(deserialize_with = "money")]
    pub net: Money,
    #[serde(deserialize_with = "money")]
    pub tax: Money,
    #[serde(deserialize_with = "money")]
    pub total: Money,
    pub tax_rate: String,
    pub terms: PriceTerms,
    pub terms_rate_ppm: i64,
}

impl PricedLine {
    /// By which `entered` was taken apart.
    pub const fn treatment(&self) -> TaxTreatment {
        TaxTreatment { terms: self.terms, rate_ppm: self.terms_rate_ppm }
    }
}

/// Why a line cannot be bought as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "CartProblemCode")]
pub enum LineProblemCode {
    /// There is no such offer, or none that the buyer may see.
    UnknownOffer,
    /// It is there and cannot be bought now.
    NotForSale,
    /// It has no price in the market's currency.
    NoPrice,
    /// Fewer pieces can be bought than are wanted.
    InsufficientStock,
    /// A cart holds fewer pieces of one offer than are wanted: at most 9999.
    QuantityLimit,
}

impl LineProblemCode {
    /// Whether the line cannot be bought in any quantity, so that it does not enter a cart.
    pub fn keeps_out(self) -> bool {
        match self {
            Self::UnknownOffer | Self::NotForSale | Self::NoPrice => true,
            Self::InsufficientStock | Self::QuantityLimit => false,
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
    /// No coupon has this code.
    Unknown,
    /// It is switched off.
    Disabled,
    /// It is not valid yet.
    NotStarted,
    /// It is not valid any more.
    Ended,
    /// All its uses are held or committed.
    Exhausted,
    /// The user has used it as often as one user can.
    UsedUpByUser,
    /// The coupon counts its uses per user, and nobody is logged in.
    SignInRequired,
    /// The lines that it applies to come to less than its minimum.
    BelowMinimum,
    /// Its amount or its minimum is in another currency than the lines.
    OtherCurrency,
    /// No line is of the vendor that pays it, or there is nothing to take off.
    NoEligibleLine,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricedLines {
    /// If not, the amounts are as if the goods went to the market's country.
    pub destination_served: bool,
    /// No tax is owed, because the buyer is a business abroad.
    pub tax_exempt: bool,
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
    /// `None`: unknown, so the market's country is assumed.
    pub destination: Option<&'a Destination>,
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
            "taxDisplay": match market.tax_display {
                TaxDisplay::Inclusive => "INCLUSIVE",
                TaxDisplay::Exclusive => "EXCLUSIVE",
            },
        },
        "destination": request.destination,
        "fresh": request.fresh,
    });
    peers.call(CATALOG, include_str!("catalog/quote_lines.graphql"), json!({ "input": input }), caller).await
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
    let market = Market::of(caller);
    let input = json!({
        "lines": lines,
        "currency": market.currency,
        "language": market.language,
        "customerGroup": market.customer_group,
    });
    peers.call(CATALOG, include_str!("catalog/check_lines.graphql"), json!({ "input": input }), caller).await
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

/// For whom something is held, and where the request came from.
#[derive(Debug, Clone, Default)]
pub struct Holder {
    pub name: Option<String>,
    pub network: Option<IpAddr>,
}

pub async fn reserve_stock(
    peers: &Peers,
    key: &str,
    lines: &[WantedLine],
    holder: &Holder,
    expires_at: DateTime<Utc>,
) -> Result<Reserved, PeerError> {
    let Holder { name, network } = holder;
    let input =
        json!({ "key": key, "lines": lines, "expiresAt": expires_at, "holder": name, "network": network });
    peers
        .call(CATALOG, include_str!("catalog/reserve_stock.graphql"), json!({ "input": input }), peers.own())
        .await
}

/// What became of a hold that was to last longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "__typename")]
pub enum Extended {
    #[serde(rename = "StockReserved", alias = "CouponReserved")]
    Held,
    #[serde(rename = "HoldLimitReached")]
    LimitReached,
    #[serde(rename = "ReservationClosed", alias = "CouponUseClosed")]
    Closed,
}

/// Holds stock longer, while a payment waits for its customer.
pub async fn extend_reservation(
    peers: &Peers,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended, PeerError> {
    extend(peers, include_str!("catalog/extend_reservation.graphql"), key, expires_at).await
}

/// Holds the use of a coupon longer, while a payment waits for its customer.
pub async fn extend_coupon(
    peers: &Peers,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended, PeerError> {
    extend(peers, include_str!("catalog/extend_coupon.graphql"), key, expires_at).await
}

async fn extend(
    peers: &Peers,
    document: &'static str,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended, PeerError> {
    let input = json!({ "key": key, "expiresAt": expires_at });
    peers.call(CATALOG, document, json!({ "input": input }), peers.own()).await
}

/// Whether the stock could be committed; false if the reservation was closed before or is unknown.
pub async fn commit_reservation(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    let answer = by_key(peers, include_str!("catalog/commit_reservation.graphql"), key).await;
    unknown_is_free(answer.map(|answer| is_of_type(&answer, "ReservationCommitted")))
}

/// Frees what is held, or puts back on the shelf what was committed.
pub async fn give_back_stock(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let answer = by_key(peers, include_str!("catalog/release_reservation.graphql"), key).await;
    let is_sold = |answer: Value| answer.get("status").and_then(Value::as_str) == Some("COMMITTED");
    if !unknown_is_free(answer.map(is_sold))? {
        return Ok(());
    }
    unknown_is_done(by_key(peers, include_str!("catalog/restock_reservation.graphql"), key).await.map(drop))
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
    holder: &Holder,
    expires_at: DateTime<Utc>,
) -> Result<CouponHold, PeerError> {
    let Holder { name, network } = holder;
    let input = json!({
        "key": key, "code": code, "userId": user, "expiresAt": expires_at, "holder": name, "network": network,
    });
    peers
        .call(CATALOG, include_str!("catalog/reserve_coupon.graphql"), json!({ "input": input }), peers.own())
        .await
}

/// Whether the use could be committed; false if it was closed before or is unknown.
pub async fn commit_coupon(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    let answer = by_key(peers, include_str!("catalog/commit_coupon.graphql"), key).await;
    unknown_is_free(answer.map(|answer| is_of_type(&answer, "CouponCommitted")))
}

pub async fn release_coupon(peers: &Peers, key: &str) -> Result<(), PeerError> {
    unknown_is_done(by_key(peers, include_str!("catalog/release_coupon.graphql"), key).await.map(drop))
}

fn is_of_type(answer: &Value, name: &str) -> bool {
    answer.get("__typename").and_then(Value::as_str) == Some(name)
}

async fn by_key(peers: &Peers, document: &'static str, key: &str) -> Result<Value, PeerError> {
    peers.call(CATALOG, document, json!({ "key": key }), peers.own()).await
}
