//! Product, Variant and Offer as the API shows them: views on a [`ProductData`] in the market of the request.

use platform_commerce::Market;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Object, Result, SimpleObject};
use catalog_entities::media;
use catalog_entities::offer::OfferStatus;
use catalog_entities::product::ProductStatus;
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::id::{MediaId, OfferId, ProductId, VariantId, VendorId};
use platform_core::{ApiError, ErrorCode};
use platform_server::caller;
use platform_text::words_of_html;

use super::data::{OfferData, ProductData, VariantData};
use super::price::Price;
use crate::access;
use crate::attribute::ProductAttribute;
use crate::category::graphql::Category;
use crate::category::localized;
use crate::services::services;
use crate::stock::{MAX_QUANTITY, shown};
use crate::tax::Destination;

/// The most pictures of a product that are listed.
const MAX_MEDIA: i32 = 50;

/// An argument of a nested field is out of bounds: that field alone is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    #[error("`first` must be between 1 and {MAX_MEDIA}")]
    First,
    #[error("`quantity` must be between 1 and {MAX_QUANTITY}")]
    Quantity,
}

impl ApiError for ArgumentError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::First => "first",
            Self::Quantity => "quantity",
        })
    }
}

platform_core::api_error!(ArgumentError);

/// A vendor that sells in the shop.
#[derive(Debug, Clone, Copy, SimpleObject)]
#[graphql(complex)]
pub struct Vendor {
    /// Identifier, by which filters and inputs name the vendor.
    pub id: VendorId,
}

/// Something that a vendor sells, in one or several variants.
#[derive(Clone)]
pub struct Product(pub Arc<ProductData>);

/// A form of a product that can be bought, such as a size in a colour.
#[derive(Clone)]
pub struct Variant {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
}

/// A vendor's offer of a variant: prices and stock. Carts and orders name offers.
#[derive(Clone)]
pub struct Offer {
    pub product: Arc<ProductData>,
    pub variant: Arc<VariantData>,
    pub offer: Arc<OfferData>,
}

/// Text for search engines.
#[derive(Debug, SimpleObject)]
pub struct Seo {
    /// What the vendor wrote for them, else the product's name.
    pub title: String,
    /// What the vendor wrote for them, else the words of the product's description.
    pub description: String,
}

/// The lowest and the highest of several prices, with or without tax as the market shows them.
#[derive(Debug, SimpleObject)]
pub struct PriceRange {
    /// The lowest.
    pub min: Money,
    /// The highest, which can be the same.
    pub max: Money,
}

/// Something that a vendor sells, in one or several variants.
#[Object]
impl Product {
    /// Identifier, by which inputs name the product; see `Query.product`.
    async fn id(&self) -> ProductId {
        self.0.row.id
    }

    /// Name in web addresses, unique among products; see `Query.product`.
    async fn slug(&self) -> &str {
        &self.0.row.slug
    }

    /// Whether buyers see it.
    async fn status(&self) -> ProductStatus {
        self.0.row.status
    }

    /// In `language`, by default that of the market; in English where there is no such text.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "BCP 47 primary tag, lower case, such as `de`.")] language: Option<String>,
    ) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        Ok(self.0.name(language.as_deref().unwrap_or(&market.language)))
    }

    /// HTML that formats and does nothing else, so a page can show it as it is; plain text in which `&` and `<` are
    /// escaped is the same to it. In the language of `name`.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "BCP 47 primary tag, lower case, such as `de`.")] language: Option<String>,
    ) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        let text = self.0.text(language.as_deref().unwrap_or(&market.language));
        Ok(text.map_or("", |text| text.description.as_str()))
    }

    /// Title and description for search engines, in the market's language.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo> {
        let text = self.0.text(&Market::of(caller(ctx)?).language);
        let field = |own: fn(&catalog_entities::product_translation::Model) -> Option<&String>,
                     other: &str| {
            text.and_then(own).map_or_else(|| other.to_owned(), Clone::clone)
        };
        let name = text.map_or("", |text| text.name.as_str());
        let description = text.map_or_else(String::new, |text| words_of_html(&text.description));
        Ok(Seo {
            title: field(|text| text.seo_title.as_ref(), name),
            description: field(|text| text.seo_description.as_ref(), &description),
        })
    }

    /// Who made the product. Other vendors may offer its variants too.
    async fn vendor(&self) -> Vendor {
        Vendor { id: self.0.row.vendor_id }
    }

    /// The category that lists it; null if none does.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<Category>> {
        let references = services(ctx).products.references().await?;
        let node = self.0.row.category_id.and_then(|id| references.categories.get(id));
        Ok(node.map(|node| Category(Arc::clone(node))))
    }

    /// The variants that somebody offers. Staff and the product's vendor see all that are active.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn variants(&self, ctx: &Context<'_>) -> Result<Vec<Variant>> {
        let sees_unsold = access::sees_unsold(caller(ctx)?, self.0.row.vendor_id);
        let shown =
            |variant: &VariantData| if sees_unsold { variant.row.active } else { variant.is_on_offer() };
        let variants = self.0.variants.iter().filter(|variant| shown(variant));
        Ok(variants
            .map(|variant| Variant { product: Arc::clone(&self.0), variant: Arc::clone(variant) })
            .collect())
    }

    /// The best offer of all variants; see `Variant.bestOffer`.
    async fn best_offer(&self, ctx: &Context<'_>) -> Result<Option<Offer>> {
        best_offer(ctx, &self.0, None).await
    }

    /// Lowest and highest price of one piece in the market's currency and tax display.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<Option<PriceRange>> {
        let market = Market::of(caller(ctx)?);
        let references = services(ctx).products.references().await?;
        let mut range: Option<PriceRange> = None;
        for (_, offer) in self.0.offers() {
            let Some(listed) = offer.price(market, 1) else { continue };
            let price = Price::new(listed, &references, market, &self.0.row.tax_class)?;
            let Some(amount) = price.map(|price| price.shown) else { continue };
            range = Some(match range {
                None => PriceRange { min: amount, max: amount },
                Some(PriceRange { min, max }) => PriceRange {
                    min: if amount.minor() < min.minor() { amount } else { min },
                    max: if amount.minor() > max.minor() { amount } else { max },
                },
            });
        }
        Ok(range)
    }

    /// Whether any offer can be bought now.
    async fn in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        let offers = self.0.variants.iter().flat_map(|variant| self.0.sold_offers_of(variant));
        let available = services(ctx).loaders.available_of(offers).await?;
        Ok(available.values().any(|pieces| *pieces > 0))
    }

    /// Pictures, the main one first; 1 to 50.
    async fn media(
        &self,
        #[graphql(desc = "How many at most: 1 to 50, 50 unless given.")] first: Option<i32>,
    ) -> Result<Option<Vec<Media>>> {
        let first = first.unwrap_or(MAX_MEDIA);
        let count = usize::try_from(first).ok().filter(|_| (1..=MAX_MEDIA).contains(&first));
        let count = count.ok_or(ArgumentError::First)?;
        let media = self.0.media.iter().take(count);
        Ok(Some(media.map(|row| Media::new(&self.0, row.id)).collect()))
    }

    /// The main picture.
    async fn thumbnail(&self) -> Option<Media> {
        self.0.media.first().map(|row| Media::new(&self.0, row.id))
    }

    /// Its values of attributes, such as its colour or power.
    #[graphql(directive = platform_server::cost::list::apply(15))]
    async fn attributes(&self) -> Vec<ProductAttribute> {
        (0..self.0.attributes.len()).filter_map(|index| ProductAttribute::new(&self.0, index)).collect()
    }

    /// Its value of one attribute; null if it has none.
    async fn attribute(
        &self,
        #[graphql(desc = "Code of the attribute.")] code: String,
    ) -> Option<ProductAttribute> {
        let index = self.0.attributes.iter().position(|attribute| attribute.definition.code == code)?;
        ProductAttribute::new(&self.0, index)
    }

    /// Weight of one piece for shipping, in grams; a variant can have its own.
    async fn weight_grams(&self) -> i64 {
        self.0.row.weight_grams
    }

    /// In millimetres; null if unknown.
    async fn length_mm(&self) -> Option<i32> {
        self.0.row.length_mm
    }

    /// In millimetres; null if unknown.
    async fn width_mm(&self) -> Option<i32> {
        self.0.row.width_mm
    }

    /// In millimetres; null if unknown.
    async fn height_mm(&self) -> Option<i32> {
        self.0.row.height_mm
    }

    /// Grows with every change that buyers see.
    async fn version(&self) -> i64 {
        self.0.row.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.row.created_at
    }

    /// When it, a variant, an offer or a price last changed, or stock ran out or came back.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.row.updated_at
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

    /// The product that it is a form of.
    async fn product(&self) -> Product {
        Product(Arc::clone(&self.product))
    }

    /// Weight of one piece for shipping, in grams: its own, else the product's.
    async fn weight_grams(&self) -> i64 {
        self.variant.row.weight_grams.unwrap_or(self.product.row.weight_grams)
    }

    /// Every vendor's offer that can be bought.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn offers(&self) -> Vec<Offer> {
        self.variant
            .offers
            .iter()
            .filter(|offer| offer.is_active())
            .map(|offer| Offer {
                product: Arc::clone(&self.product),
                variant: Arc::clone(&self.variant),
                offer: Arc::clone(offer),
            })
            .collect()
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

    /// Whether any of its offers can be bought now.
    async fn in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        let offers = self.product.sold_offers_of(&self.variant);
        let available = services(ctx).loaders.available_of(offers).await?;
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

/// From this quantity on, one piece costs this.
#[derive(SimpleObject)]
pub struct PriceTier {
    /// How many pieces it begins at.
    pub min_quantity: i64,
    /// The price of one piece.
    pub price: Price,
}

impl Offer {
    pub async fn price_for(&self, ctx: &Context<'_>, quantity: i64) -> Result<Option<Price>> {
        let market = Market::of(caller(ctx)?);
        let Some(listed) = self.offer.price(market, quantity) else { return Ok(None) };
        let references = services(ctx).products.references().await?;
        Ok(Price::new(listed, &references, market, &self.product.row.tax_class)?)
    }

    /// How many can be bought now: none of what is not sold.
    async fn pieces(&self, ctx: &Context<'_>) -> Result<i64> {
        if !self.product.sells(&self.variant, &self.offer) {
            return Ok(0);
        }
        Ok(services(ctx).loaders.available(self.offer.row.id).await?)
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
        let references = services(ctx).products.references().await?;
        let group = market.customer_group.as_deref();
        crate::pricing::tiers(&self.offer.prices, market.currency, group)
            .into_iter()
            .map(|listed| {
                let price = Price::new(listed, &references, market, &self.product.row.tax_class)?;
                Ok(price.map(|price| PriceTier { min_quantity: listed.min_quantity, price }))
            })
            .filter_map(Result::transpose)
            .collect()
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

async fn best_offer(
    ctx: &Context<'_>,
    product: &Arc<ProductData>,
    of: Option<VariantId>,
) -> Result<Option<Offer>> {
    let market = Market::of(caller(ctx)?);
    let references = services(ctx).products.references().await?;
    if references.taxes.taxation(Destination::assumed(market), market.currency).is_none() {
        return Ok(None);
    }
    let wanted = || product.offers().filter(|(variant, _)| of.is_none_or(|id| id == variant.row.id));
    let available = services(ctx).loaders.available_of(wanted().map(|(_, offer)| offer.row.id)).await?;
    let mut best: Option<((bool, i64, OfferId), Offer)> = None;
    for (variant, offer) in wanted() {
        let Some(listed) = offer.price(market, 1) else { continue };
        let sold_out = available.get(&offer.row.id).is_none_or(|pieces| *pieces <= 0);
        let rank = (sold_out, listed.amount.minor(), offer.row.id);
        if best.as_ref().is_none_or(|(lowest, _)| rank < *lowest) {
            let (variant, offer) = (Arc::clone(variant), Arc::clone(offer));
            best = Some((rank, Offer { product: Arc::clone(product), variant, offer }));
        }
    }
    Ok(best.map(|(_, offer)| offer))
}

/// A picture. Its URL never changes its content.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Media {
    #[graphql(skip)]
    product: Arc<ProductData>,
    /// Identifier of the picture.
    pub id: MediaId,
}

impl Media {
    fn new(product: &Arc<ProductData>, id: MediaId) -> Self {
        Self { product: Arc::clone(product), id }
    }

    fn row(&self) -> Option<&media::Model> {
        self.product.media.iter().find(|row| row.id == self.id)
    }
}

#[ComplexObject]
impl Media {
    /// A path at the same host.
    async fn url(&self) -> String {
        self.row().map(|row| crate::media::url(&row.file)).unwrap_or_default()
    }

    /// What the picture shows, in the market's language.
    async fn alt(&self, ctx: &Context<'_>) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        Ok(self.row().map_or("", |row| localized(&row.alt, &market.language)))
    }

    /// MIME type of the file, such as `image/webp`.
    async fn content_type(&self) -> &str {
        self.row().map_or("", |row| &row.content_type)
    }

    /// In pixels.
    async fn width(&self) -> i32 {
        self.row().map_or(0, |row| row.width)
    }

    /// In pixels.
    async fn height(&self) -> i32 {
        self.row().map_or(0, |row| row.height)
    }
}
