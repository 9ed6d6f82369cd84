//! A product as the API shows it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_entities::product::ProductStatus;
use catalog_entities::product_translation;
use chrono::{DateTime, Utc};
use platform_commerce::{Market, Money};
use platform_core::id::ProductId;
use platform_server::caller;
use platform_text::words_of_html;

use super::offer::{best_offer, deciding_offers};
use super::{ArgumentError, MAX_MEDIA, Media, Offer, Variant, Vendor};
use crate::access;
use crate::app::App;
use crate::attribute::view::ProductAttribute;
use crate::category::view::Category;
use crate::product::data::{ProductData, VariantData};
use crate::product::price::Price;

/// Something that a vendor sells, in one or several variants.
#[derive(Clone)]
pub struct Product(pub Arc<ProductData>);

/// Text for search engines.
#[derive(Debug, SimpleObject)]
pub struct Seo {
    /// What the vendor wrote for them, else the product's name.
    pub title: String,
    /// What the vendor wrote for them, else the words of the product's description.
    pub description: String,
}

/// A product's texts in one language.
#[derive(Debug, SimpleObject)]
pub struct ProductTranslation {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// What it is called.
    pub name: String,
    /// HTML that formats and does nothing else; empty if it has none.
    pub description: String,
    /// Title for search engines; null where it is the name.
    pub seo_title: Option<String>,
    /// Description for search engines; null where it is the words of `description`.
    pub seo_description: Option<String>,
}

impl From<&product_translation::Model> for ProductTranslation {
    fn from(row: &product_translation::Model) -> Self {
        let product_translation::Model { language, name, description, seo_title, seo_description, .. } =
            row.clone();
        Self { language, name, description, seo_title, seo_description }
    }
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
        let field = |own: fn(&product_translation::Model) -> Option<&String>, other: &str| {
            text.and_then(own).map_or_else(|| other.to_owned(), Clone::clone)
        };
        let name = text.map_or("", |text| text.name.as_str());
        let description = text.map_or_else(String::new, |text| words_of_html(&text.description));
        Ok(Seo {
            title: field(|text| text.seo_title.as_ref(), name),
            description: field(|text| text.seo_description.as_ref(), &description),
        })
    }

    /// Its texts in each language that it has, at most 30.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn translations(&self) -> Vec<ProductTranslation> {
        self.0.texts.iter().map(ProductTranslation::from).collect()
    }

    /// Its kind of goods, by which tax zones tax it, such as `reduced`.
    async fn tax_class(&self) -> &str {
        &self.0.row.tax_class
    }

    /// Who made the product. Other vendors may offer its variants too.
    async fn vendor(&self) -> Vendor {
        Vendor { id: self.0.row.vendor_id }
    }

    /// The category that lists it; null if none does.
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<Category>> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        let node = self.0.row.category_id.and_then(|id| references.categories.get(id));
        Ok(node.map(|node| Category(Arc::clone(node))))
    }

    /// The variants that somebody offers. Staff and the product's vendor see all that are active.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn variants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default,
            desc = "True shows those that are not active too, to staff and the product's vendor alone."
        )]
        include_inactive: bool,
    ) -> Result<Vec<Variant>> {
        let sees_unsold = access::sees_unsold(caller(ctx)?, self.0.row.vendor_id);
        let shown = |variant: &VariantData| match sees_unsold {
            true => variant.row.active || include_inactive,
            false => variant.is_on_offer(),
        };
        let variants = self.0.variants.iter().filter(|variant| shown(variant));
        Ok(variants
            .map(|variant| Variant { product: Arc::clone(&self.0), variant: Arc::clone(variant) })
            .collect())
    }

    /// The best offer of all variants; see `Variant.bestOffer`.
    async fn best_offer(&self, ctx: &Context<'_>) -> Result<Option<Offer>> {
        best_offer(ctx, &self.0, None).await
    }

    /// Lowest and highest price of one piece in the market's currency and tax display: of the offers that can be bought
    /// now, or where none can, of all.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<Option<PriceRange>> {
        let market = Market::of(caller(ctx)?);
        let references = ctx.data_unchecked::<App>().products().references().await?;
        let mut range: Option<PriceRange> = None;
        for (_, _, listed) in deciding_offers(ctx, &self.0, None).await? {
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

    /// Whether any offer can be bought now in the market's currency.
    async fn in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        let market = Market::of(caller(ctx)?);
        let offers = self.0.variants.iter().flat_map(|variant| self.0.sold_offers_of(variant, market));
        let available = ctx.data_unchecked::<App>().loaders().available_of(offers).await?;
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
