//! `quoteLines` of the internal schema.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use platform_core::id::{CategoryId, CouponId, OfferId, ProductId, UserId, VariantId, VendorId};
use platform_core::market::{Market, TaxDisplay};
use platform_core::money::Decimal;
use platform_core::{CurrencyCode, Money};

use super::{Problem, Quote, QuoteError, QuoteRequest, QuotedLine};
use crate::coupon::rules::Rejection;
use crate::services::services;
use crate::stock::Wanted;
use crate::tax::rate_text;

#[derive(Debug, InputObject)]
pub struct QuoteLineInput {
    pub offer_id: OfferId,
    /// 1 to 9999.
    pub quantity: i64,
}

impl From<&QuoteLineInput> for Wanted {
    fn from(line: &QuoteLineInput) -> Self {
        Self { offer: line.offer_id, quantity: line.quantity }
    }
}

#[derive(Debug, InputObject)]
pub struct MarketInput {
    /// ISO 3166-1 alpha-2: where the goods go; decides the tax.
    pub country: String,
    pub currency: CurrencyCode,
    pub language: String,
    pub customer_group: Option<String>,
}

impl From<MarketInput> for Market {
    fn from(input: MarketInput) -> Self {
        let MarketInput { country, currency, language, customer_group } = input;
        Self { country, currency, language, customer_group, tax_display: TaxDisplay::Inclusive }
    }
}

#[derive(Debug, InputObject)]
pub struct QuoteLinesInput {
    /// At most 200; an offer at most once.
    pub lines: Vec<QuoteLineInput>,
    pub coupon_code: Option<String>,
    /// Whose per-user limit of the coupon counts; none for guests.
    pub user_id: Option<UserId>,
    pub market: MarketInput,
    /// False lets names and prices come from a cache of at most ten seconds; for showing a cart. Checkout says true.
    #[graphql(default = true)]
    pub fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CouponFunding {
    /// The platform pays the discount; it applies to every vendor's lines.
    Platform,
    /// The vendor pays the discount; it applies to that vendor's lines alone.
    Vendor,
}

#[derive(SimpleObject)]
pub struct QuotedCoupon {
    pub coupon_id: CouponId,
    pub code: String,
    pub funding: CouponFunding,
    pub vendor_id: Option<VendorId>,
    pub discount: Money,
}

#[derive(SimpleObject)]
pub struct LineProblem {
    pub offer_id: OfferId,
    pub code: Problem,
    pub requested: i64,
    pub available: i64,
}

/// A line with its price, discount and tax. `subtotal - discount` is the basis of the tax; each line's tax is rounded
/// half to even to the minor unit, and totals are sums of lines.
#[derive(SimpleObject)]
pub struct PricedLine {
    pub offer_id: OfferId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub vendor_id: VendorId,
    pub category_id: Option<CategoryId>,
    pub sku: String,
    pub product_slug: String,
    /// In the market's language.
    pub product_name: String,
    /// The variant's options, such as `M / blue`; empty for a variant without options.
    pub variant_name: String,
    pub image_url: Option<String>,
    pub quantity: i64,
    pub available: i64,
    /// Of one piece.
    pub weight_grams: i64,
    /// The listed price of one: with tax where `Quote.pricesIncludeTax`, else without.
    pub unit_price: Money,
    pub compare_at_price: Option<Money>,
    /// unitPrice × quantity.
    pub subtotal: Money,
    /// This line's part of the coupon's discount; not negative, in the terms of `unitPrice`.
    pub discount: Money,
    /// Without tax, after discount. The basis of commission.
    pub net: Money,
    pub tax: Money,
    /// net + tax: what the buyer pays for the line.
    pub total: Money,
    pub tax_class: String,
    /// As a fraction: 0.19.
    pub tax_rate: Decimal,
}

impl PricedLine {
    fn new(line: &QuotedLine, language: &str) -> Self {
        let product = &line.product;
        let own = product.media.iter().find(|media| media.variant_id == Some(line.variant.row.id));
        Self {
            offer_id: line.offer.row.id,
            variant_id: line.variant.row.id,
            product_id: product.row.id,
            vendor_id: line.offer.row.vendor_id,
            category_id: product.row.category_id,
            sku: line.variant.row.sku.clone(),
            product_slug: product.row.slug.clone(),
            product_name: product.name(language).to_owned(),
            variant_name: line.variant.name(),
            image_url: own.or_else(|| product.media.first()).map(|media| crate::media::url(&media.file)),
            quantity: line.quantity,
            available: line.available,
            weight_grams: line.variant.row.weight_grams.unwrap_or(product.row.weight_grams),
            unit_price: line.unit_price,
            compare_at_price: line.compare_at,
            subtotal: line.amounts.subtotal,
            discount: line.amounts.discount,
            net: line.amounts.net,
            tax: line.amounts.tax,
            total: line.amounts.total,
            tax_class: product.row.tax_class.clone(),
            tax_rate: Decimal(rate_text(line.amounts.rate_ppm)),
        }
    }
}

#[Object]
impl Quote {
    #[graphql(name = "currency")]
    async fn graphql_currency(&self) -> CurrencyCode {
        self.market.currency
    }

    async fn prices_include_tax(&self) -> bool {
        self.zone.prices_include_tax
    }

    /// The lines that have a price, in the order of the input.
    async fn lines(&self) -> Vec<PricedLine> {
        self.lines.iter().map(|line| PricedLine::new(line, &self.market.language)).collect()
    }

    async fn problems(&self) -> Vec<LineProblem> {
        self.problems
            .iter()
            .map(|problem| LineProblem {
                offer_id: problem.wanted.offer,
                code: problem.problem,
                requested: problem.wanted.quantity,
                available: problem.available,
            })
            .collect()
    }

    /// The coupon that was applied.
    async fn coupon(&self) -> Result<Option<QuotedCoupon>> {
        let Some(terms) = &self.coupon else { return Ok(None) };
        Ok(Some(QuotedCoupon {
            coupon_id: terms.id,
            code: terms.code.clone(),
            funding: if terms.vendor.is_some() { CouponFunding::Vendor } else { CouponFunding::Platform },
            vendor_id: terms.vendor,
            discount: self.sum(|amounts| amounts.discount).map_err(QuoteError::from)?,
        }))
    }

    async fn coupon_rejection(&self) -> Option<Rejection> {
        self.rejection
    }

    async fn subtotal(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.subtotal).map_err(QuoteError::from)?)
    }

    async fn discount(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.discount).map_err(QuoteError::from)?)
    }

    async fn net(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.net).map_err(QuoteError::from)?)
    }

    async fn tax(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.tax).map_err(QuoteError::from)?)
    }

    async fn total(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.total).map_err(QuoteError::from)?)
    }
}

#[derive(Default)]
pub struct QuoteQuery;

#[Object]
impl QuoteQuery {
    /// Prices, taxes and discounts of lines in a market. Reads the database unless `fresh` is false.
    async fn quote_lines(&self, ctx: &Context<'_>, input: QuoteLinesInput) -> Result<Arc<Quote>> {
        let request = QuoteRequest {
            lines: input.lines.iter().map(Wanted::from).collect(),
            coupon: input.coupon_code,
            user: input.user_id,
            market: input.market.into(),
            fresh: input.fresh,
        };
        Ok(Arc::new(services(ctx).quotes.quote(request).await?))
    }
}
