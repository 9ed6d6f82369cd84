//! `checkLines` of the internal schema: whether offers can be bought, and how a cart shows them when they cannot any
//! more.
//!
//! Far lighter than a quote: nothing is priced, and products and stock may come from the cache. Deliberately absent:
//! anything that a checkout relies on; that is the quote's, read afresh.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use platform_commerce::CurrencyCode;
use platform_core::id::OfferId;

use crate::app::App;
use crate::pricing;
use crate::product::data::ProductData;
use crate::quote::graphql::QuoteLineInput;
use crate::quote::{Problem, QuoteError};
use crate::stock::MAX_LINES;

/// The lines of a cart and for whom they are looked at.
#[derive(Debug, InputObject)]
pub struct CheckLinesInput {
    /// At most 200.
    pub lines: Vec<QuoteLineInput>,
    /// What the buyer pays in; an offer without a price in it cannot be bought.
    pub currency: CurrencyCode,
    /// BCP 47 primary tag, lower case, of `LineSnapshot.productName`; English where there is no such text.
    pub language: String,
    /// The buyer's group, whose prices count beside those for everybody; null for the public.
    pub customer_group: Option<String>,
}

/// How a line is shown when its offer is gone.
#[derive(Debug, SimpleObject)]
pub struct LineSnapshot {
    /// Stock-keeping unit of the variant.
    pub sku: String,
    /// In the language that was asked for.
    pub product_name: String,
    /// The variant's options, such as `M / blue`; empty for a variant without options.
    pub variant_name: String,
    /// Slug of the product, for a link to it.
    pub product_slug: String,
    /// A path at the same host.
    pub image_url: Option<String>,
}

/// Whether a line can be bought now.
#[derive(Debug, SimpleObject)]
pub struct CheckedLine {
    /// The offer of the line.
    pub offer_id: OfferId,
    /// Why not; null if it can be bought.
    pub problem: Option<Problem>,
    /// How many pieces can be bought now; 0 for an unknown offer.
    pub available: i64,
    /// Null for an unknown offer.
    pub snapshot: Option<LineSnapshot>,
}

#[derive(Default)]
pub struct LineQuery;

#[Object]
impl LineQuery {
    /// Whether lines can be bought now, in their order; some seconds old at most.
    async fn check_lines(&self, ctx: &Context<'_>, input: CheckLinesInput) -> Result<Vec<CheckedLine>> {
        if input.lines.len() > MAX_LINES {
            return Err(QuoteError::InvalidLines.into());
        }
        let products = &ctx.data_unchecked::<App>().products();
        let offers: Vec<OfferId> = input.lines.iter().map(|line| line.offer_id).collect();
        let known = products.of_offers(&offers).await?;
        let available = products.available(&offers).await?;
        let check = |line: &QuoteLineInput| {
            let pieces = available.get(&line.offer_id).copied().unwrap_or_default();
            check(&input, line, known.get(&line.offer_id), pieces)
        };
        Ok(input.lines.iter().map(check).collect())
    }
}

fn check(
    input: &CheckLinesInput,
    line: &QuoteLineInput,
    product: Option<&Arc<ProductData>>,
    available: i64,
) -> CheckedLine {
    let unknown = CheckedLine {
        offer_id: line.offer_id,
        problem: Some(Problem::UnknownOffer),
        available: 0,
        snapshot: None,
    };
    let Some(product) = product else { return unknown };
    let Some((variant, offer)) = product.find_offer(line.offer_id) else { return unknown };
    let group = input.customer_group.as_deref();
    let problem = if !product.sells(variant, offer) {
        Some(Problem::NotForSale)
    } else if pricing::applicable(&offer.prices, input.currency, group, line.quantity).is_none() {
        Some(Problem::NoPrice)
    } else {
        (available < line.quantity).then_some(Problem::InsufficientStock)
    };
    let own = product.media.iter().find(|media| media.variant_id == Some(variant.row.id));
    let snapshot = LineSnapshot {
        sku: variant.row.sku.clone(),
        product_name: product.name(&input.language).to_owned(),
        variant_name: variant.name(),
        product_slug: product.row.slug.clone(),
        image_url: own.or_else(|| product.media.first()).map(|media| crate::media::url(&media.file)),
    };
    let available = if problem.is_some_and(Problem::keeps_out) { 0 } else { available };
    CheckedLine { problem, available, snapshot: Some(snapshot), ..unknown }
}
