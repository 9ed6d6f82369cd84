//! What lines cost, and whether they can be bought.

use orders_entities::cart_line::LineSnapshot;
use platform_commerce::market::TaxDisplay;
use platform_commerce::{Market, TaxTreatment};
use platform_core::id::{OfferId, UserId};
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};

pub use super::asked::quote_lines::{LineProblem, PricedLine, Quote as PricedLines};
use super::asked::{
    self, CheckLines, CheckLinesInput, DestinationInput, MarketInput, QuoteLineInput, QuoteLines,
    QuoteLinesInput,
};
use crate::destination::Destination;

/// An offer and how many of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedLine {
    pub offer_id: OfferId,
    pub quantity: i32,
}

impl From<&WantedLine> for QuoteLineInput {
    fn from(line: &WantedLine) -> Self {
        Self { offer_id: line.offer_id, quantity: line.quantity }
    }
}

impl PricedLine {
    /// By which `entered` was taken apart.
    pub const fn treatment(&self) -> TaxTreatment {
        TaxTreatment { terms: self.terms, rate_ppm: self.terms_rate_ppm }
    }
}

/// Why a line cannot be bought as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
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

/// Who pays a coupon's discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponFunding {
    Platform,
    Vendor,
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
    let input = QuoteLinesInput {
        lines: request.lines.iter().map(Into::into).collect(),
        coupon_code: request.coupon_code.map(str::to_owned),
        user_id: request.user,
        market: MarketInput {
            country: market.country.to_string(),
            currency: market.currency,
            language: market.language.to_string(),
            customer_group: market.customer_group.as_deref().map(str::to_owned),
            tax_display: match market.tax_display {
                TaxDisplay::Inclusive => asked::TaxDisplay::Inclusive,
                TaxDisplay::Exclusive => asked::TaxDisplay::Exclusive,
            },
        },
        destination: request.destination.map(|destination| DestinationInput {
            country: destination.country.clone(),
            region: destination.region.clone(),
            postal_code: destination.postal_code.clone(),
            vat_id_valid: destination.vat_id_valid,
        }),
        fresh: request.fresh,
    };
    peers.ask(QuoteLines { input }, caller).await
}

/// Whether a line can be bought now.
#[derive(Debug, Clone)]
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

impl From<asked::check_lines::CheckedLine> for CheckedLine {
    fn from(line: asked::check_lines::CheckedLine) -> Self {
        let asked::check_lines::CheckedLine { offer_id, problem, available, snapshot } = line;
        let snapshot = snapshot.map(|snapshot| LineSnapshot {
            sku: snapshot.sku,
            product_name: snapshot.product_name,
            variant_name: snapshot.variant_name,
            product_slug: snapshot.product_slug,
            image_url: snapshot.image_url,
        });
        Self { offer_id, problem, available, snapshot }
    }
}

/// Whether lines can be bought in the caller's market, in their order. Answered from catalog's cache, unpriced.
pub async fn check_lines(
    peers: &Peers,
    caller: &Caller,
    lines: &[WantedLine],
) -> Result<Vec<CheckedLine>, PeerError> {
    let market = Market::of(caller);
    let input = CheckLinesInput {
        lines: lines.iter().map(Into::into).collect(),
        currency: market.currency,
        language: market.language.to_string(),
        customer_group: market.customer_group.as_deref().map(str::to_owned),
    };
    let checked = peers.ask(CheckLines { input }, caller).await?;
    Ok(checked.into_iter().map(Into::into).collect())
}
