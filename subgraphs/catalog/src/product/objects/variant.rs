//! A variant as the API shows it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_entities::media;
use platform_commerce::Market;
use platform_core::id::VariantId;
use platform_server::caller;

use super::offer::best_offer;
use super::{Media, Offer, Product};
use crate::access::sees_unsold;
use crate::app::App;
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::product::price::Price;

/// A form of a product that can be bought, such as a size in a colour.
#[derive(Clone)]
pub struct Variant {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
}

impl Variant {
    /// The variant of a product.
    pub fn of(product: Arc<ProductData>, id: VariantId) -> Option<Self> {
        let variant = Arc::clone(product.find_variant(id)?);
        Some(Self { product, variant })
    }
}

/// A form of a product that can be bought, such as a size in a colour.
#[Object]
impl Variant {
    /// Identifier, by which inputs name the variant.
    async fn id(&self) -> VariantId {
        self.variant.row.id
    }

    /// Stock-keeping unit, unique in the shop.
    async fn sku(&self) -> &str {
        &self.variant.row.sku
    }

    /// The options' values, such as `M / blue`; empty for a variant without options.
    async fn name(&self) -> String {
        self.variant.name()
    }

    /// The choices that make it; empty for the only form of a product.
    #[graphql(directive = platform_server::cost::list::apply(4))]
    async fn options(&self) -> Vec<VariantOption> {
        let options = self.variant.row.options.0.iter();
        options
            .map(|option| VariantOption { name: option.name.clone(), value: option.value.clone() })
            .collect()
    }

    /// Whether it is sold where somebody offers it; false takes it off sale.
    async fn active(&self) -> bool {
        self.variant.row.active
    }

    /// Its place among the variants of the product, the lowest first.
    async fn position(&self) -> i32 {
        self.variant.row.position
    }

    /// The product that it is a form of.
    async fn product(&self) -> Product {
        Product(Arc::clone(&self.product))
    }

    /// Weight of one piece for shipping, in grams: its own, else the product's.
    async fn weight_grams(&self) -> i64 {
        self.variant.row.weight_grams.unwrap_or(self.product.row.weight_grams)
    }

    /// Weight of one piece in grams, where it differs from the product's; else null.
    async fn own_weight_grams(&self) -> Option<i64> {
        self.variant.row.weight_grams
    }

    /// Every vendor's offer that can be bought.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default,
            desc = "True shows paused ones too: all of them to staff, to others those of vendors that they act for."
        )]
        include_paused: bool,
    ) -> Result<Vec<Offer>> {
        let caller = caller(ctx)?;
        let shown = |offer: &&Arc<OfferData>| {
            offer.is_active() || (include_paused && sees_unsold(caller, offer.row.vendor_id))
        };
        let offers = self.variant.offers.iter().filter(shown);
        Ok(offers
            .map(|offer| Offer {
                product: Arc::clone(&self.product),
                variant: Arc::clone(&self.variant),
                offer: Arc::clone(offer),
            })
            .collect())
    }

    /// Of the offers with a price in the market's currency the cheapest that is in stock; if none is in stock, the
    /// cheapest. Null where nothing is sold to the market's country.
    async fn best_offer(&self, ctx: &Context<'_>) -> Result<Option<Offer>> {
        best_offer(ctx, &self.product, Some(self.variant.row.id)).await
    }

    /// The price of the best offer.
    async fn price(&self, ctx: &Context<'_>) -> Result<Option<Price>> {
        let Some(best) = best_offer(ctx, &self.product, Some(self.variant.row.id)).await? else {
            return Ok(None);
        };
        best.price_for(ctx, 1).await
    }

    /// Whether any of its offers can be bought now in the market's currency.
    async fn in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        let offers = self.product.sold_offers_of(&self.variant, Market::of(caller(ctx)?));
        let available = ctx.data_unchecked::<App>().loaders().available_of(offers).await?;
        Ok(available.values().any(|pieces| *pieces > 0))
    }

    /// Pictures of this variant, or the product's where it has none of its own.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn media(&self) -> Vec<Media> {
        let own: Vec<&media::Model> =
            self.product.media.iter().filter(|row| row.variant_id == Some(self.variant.row.id)).collect();
        let shown = if own.is_empty() { self.product.media.iter().collect() } else { own };
        shown.iter().map(|row| Media::new(&self.product, row.id)).collect()
    }
}

/// One choice that makes a variant, such as Size: M.
#[derive(Debug, SimpleObject)]
pub struct VariantOption {
    /// What is chosen, such as `Size`.
    pub name: String,
    /// The choice, such as `M`.
    pub value: String,
}
