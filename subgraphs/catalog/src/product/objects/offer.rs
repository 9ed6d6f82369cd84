//! An offer as the API shows it, and which of several is the best.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_entities::offer::OfferStatus;
use platform_commerce::{Market, Money};
use platform_core::id::{OfferId, VariantId};
use platform_database::StoreError;
use platform_server::{access, caller};

use super::{ArgumentError, Product, Variant, Vendor};
use crate::access::{reads_catalog, sees_unsold};
use crate::app::App;
use crate::pricing::{self, ListPrice};
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::product::price::Price;
use crate::stock::{MAX_QUANTITY, shown};
use crate::tax::Destination;

/// A vendor's offer of a variant: prices and stock. Carts and orders name offers.
#[derive(Clone)]
pub struct Offer {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
    pub offer: Arc<OfferData>,
}

/// A price of an offer as it was entered. Of all prices that a buyer and a quantity reach, the lowest counts.
#[derive(Debug, SimpleObject)]
pub struct OfferPrice {
    /// The price of one piece, with tax or without as `setOffer` was given it.
    pub price: Money,
    /// A former or recommended price to show beside it.
    pub compare_at: Option<Money>,
    /// The group of customers that it is for; null for everybody.
    pub customer_group: Option<String>,
    /// From how many pieces on it is.
    pub min_quantity: i64,
}

impl From<&ListPrice> for OfferPrice {
    fn from(listed: &ListPrice) -> Self {
        let ListPrice { amount, compare_at, customer_group, min_quantity, .. } = listed.clone();
        Self { price: amount, compare_at, customer_group, min_quantity }
    }
}

/// From this quantity on, one piece costs this.
#[derive(SimpleObject)]
pub struct PriceTier {
    /// How many pieces it begins at.
    pub min_quantity: i64,
    /// The price of one piece.
    pub price: Price,
}

impl Offer {
    /// The offer of a product.
    pub fn of(product: Arc<ProductData>, id: OfferId) -> Option<Self> {
        let (variant, offer) = product.find_offer(id)?;
        let (variant, offer) = (Arc::clone(variant), Arc::clone(offer));
        Some(Self { product, variant, offer })
    }

    /// The offer with this id, whoever may see it.
    pub async fn find(app: &App, id: OfferId) -> Result<Option<Self>, StoreError> {
        let product = app.loaders().product_of_offer(id).await?;
        Ok(product.and_then(|product| Self::of(product, id)))
    }

    pub async fn price_for(&self, ctx: &Context<'_>, quantity: i64) -> Result<Option<Price>> {
        let market = Market::of(caller(ctx)?);
        let Some(listed) = self.offer.price(market, quantity) else { return Ok(None) };
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(Price::new(listed, &references, market, &self.product.row.tax_class)?)
    }

    /// How many can be bought now: none of what is not sold.
    async fn pieces(&self, ctx: &Context<'_>) -> Result<i64> {
        if !self.product.sells(&self.variant, &self.offer) {
            return Ok(0);
        }
        Ok(ctx.data_unchecked::<App>().loaders().available(self.offer.row.id).await?)
    }
}

/// A vendor's offer of a variant: prices and stock. Carts and orders name offers.
#[Object]
impl Offer {
    /// Identifier, by which carts, orders and stock name the offer.
    async fn id(&self) -> OfferId {
        self.offer.row.id
    }

    /// Whether it can be bought.
    async fn status(&self) -> OfferStatus {
        self.offer.row.status
    }

    /// Who offers it; not always who made the product.
    async fn vendor(&self) -> Vendor {
        Vendor { id: self.offer.row.vendor_id }
    }

    /// What is offered.
    async fn variant(&self) -> Variant {
        Variant { product: Arc::clone(&self.product), variant: Arc::clone(&self.variant) }
    }

    /// The product that the variant is a form of.
    async fn product(&self) -> Product {
        Product(Arc::clone(&self.product))
    }

    /// The price of one piece when `quantity` (by default one) are bought, as if the goods went to the market's
    /// country; null where the offer is not sold in the market's currency, or nothing is sold to its country. At most
    /// 9999 are priced.
    async fn price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many are bought: 1 to 9999, 1 unless given.")] quantity: Option<i32>,
    ) -> Result<Option<Price>> {
        let quantity = i64::from(quantity.unwrap_or(1));
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(ArgumentError::Quantity.into());
        }
        self.price_for(ctx, quantity).await
    }

    /// How the price falls with the quantity, for the market's customer group.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn price_tiers(&self, ctx: &Context<'_>) -> Result<Vec<PriceTier>> {
        let market = Market::of(caller(ctx)?);
        let references = ctx.data_unchecked::<App>().products().references().await?;
        let group = market.customer_group.as_deref();
        pricing::tiers(&self.offer.prices, market.currency, group)
            .into_iter()
            .map(|listed| {
                let price = Price::new(listed, &references, market, &self.product.row.tax_class)?;
                Ok(price.map(|price| PriceTier { min_quantity: listed.min_quantity, price }))
            })
            .filter_map(Result::transpose)
            .collect()
    }

    /// All its prices as they were entered, by currency and quantity: in every currency, for every group, at most 200. For
    /// staff and the offer's vendor; null for others.
    #[graphql(
        directive = access::requires_scopes::apply(reads_catalog()),
        directive = platform_server::cost::list::apply(5)
    )]
    async fn prices(&self, ctx: &Context<'_>) -> Result<Option<Vec<OfferPrice>>> {
        let may_see = sees_unsold(caller(ctx)?, self.offer.row.vendor_id);
        Ok(may_see.then(|| self.offer.prices.iter().map(OfferPrice::from).collect()))
    }

    /// How many can be bought now; zero while the offer, its variant or its product is not sold. `stockLevels` says what
    /// there is.
    async fn available(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(shown(self.pieces(ctx).await?))
    }

    /// Whether at least one piece is available now.
    async fn in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.pieces(ctx).await? > 0)
    }
}

/// An offer, its variant, and its price of one piece in the market, as entered.
type Priced<'a> = (&'a Arc<VariantData>, &'a Arc<OfferData>, &'a ListPrice);

/// The offers that decide what a product, or one variant of it, costs in the market ([`pricing::deciding`]); none where
/// nothing is sold.
pub(super) async fn deciding_offers<'a>(
    ctx: &Context<'_>,
    product: &'a ProductData,
    of: Option<VariantId>,
) -> Result<Vec<Priced<'a>>> {
    let market = Market::of(caller(ctx)?);
    let references = ctx.data_unchecked::<App>().products().references().await?;
    if references.taxes.taxation(Destination::assumed(market), market.currency).is_none() {
        return Ok(Vec::new());
    }
    let wanted = product.offers().filter(|(variant, _)| of.is_none_or(|id| id == variant.row.id));
    let priced: Vec<Priced<'_>> =
        wanted.filter_map(|(variant, offer)| Some((variant, offer, offer.price(market, 1)?))).collect();
    let offers: Vec<OfferId> = priced.iter().map(|(_, offer, _)| offer.row.id).collect();
    let available = ctx.data_unchecked::<App>().loaders().available_of(offers.into_iter()).await?;
    let is_in_stock = |offer: &OfferId| available.get(offer).is_some_and(|pieces| *pieces > 0);
    Ok(pricing::deciding(priced, |(_, offer, _)| is_in_stock(&offer.row.id)))
}

/// The best offer of a product, or of one variant of it; see `Variant.bestOffer`.
pub(super) async fn best_offer(
    ctx: &Context<'_>,
    product: &Arc<ProductData>,
    of: Option<VariantId>,
) -> Result<Option<Offer>> {
    let deciding = deciding_offers(ctx, product, of).await?;
    let best = deciding.into_iter().min_by_key(|(_, offer, listed)| (listed.amount.minor(), offer.row.id));
    Ok(best.map(|(variant, offer, _)| Offer {
        product: Arc::clone(product),
        variant: Arc::clone(variant),
        offer: Arc::clone(offer),
    }))
}
