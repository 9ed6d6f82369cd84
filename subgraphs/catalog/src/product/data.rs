//! A product with all that hangs on it, in every language and currency, as one immutable value: what is cached and
//! what resolvers read. Stock is not in it, because it changes far more often.

use std::sync::Arc;

use catalog_entities::{
    attribute, media, offer, offer_price, product, product_attribute, product_translation, variant,
};
use platform_commerce::{CurrencyCode, Market, Money};
use platform_core::id::OfferId;

use crate::names::DEFAULT_LANGUAGE;
use crate::pricing::{self, ListPrice};

#[derive(Debug, Clone)]
pub struct ProductData {
    pub row: product::Model,
    pub texts: Vec<product_translation::Model>,
    /// By position.
    pub variants: Vec<Arc<VariantData>>,
    /// By position.
    pub media: Vec<media::Model>,
    pub attributes: Vec<AttributeValue>,
}

#[derive(Debug, Clone)]
pub struct VariantData {
    pub row: variant::Model,
    /// By age.
    pub offers: Vec<Arc<OfferData>>,
}

#[derive(Debug, Clone)]
pub struct OfferData {
    pub row: offer::Model,
    pub prices: Vec<ListPrice>,
}

/// An attribute and the product's value of it.
#[derive(Debug, Clone)]
pub struct AttributeValue {
    pub definition: Arc<attribute::Model>,
    pub value: product_attribute::Model,
}

impl ProductData {
    /// The texts in `language`, else in the default language. `None` only for a product without any text.
    pub fn text(&self, language: &str) -> Option<&product_translation::Model> {
        let find = |language: &str| self.texts.iter().find(|text| text.language == language);
        find(language).or_else(|| find(DEFAULT_LANGUAGE)).or_else(|| self.texts.first())
    }

    pub fn name(&self, language: &str) -> &str {
        self.text(language).map_or("", |text| text.name.as_str())
    }

    pub fn is_active(&self) -> bool {
        self.row.status == product::ProductStatus::Active
    }

    /// Whether it is listed and found: active, with a variant that somebody offers at a price.
    pub fn is_on_offer(&self) -> bool {
        self.is_active() && self.variants.iter().any(|variant| variant.is_on_offer())
    }

    /// Whether an offer of it is sold now, stock and price aside.
    pub fn sells(&self, variant: &VariantData, offer: &OfferData) -> bool {
        self.is_active() && variant.row.active && offer.is_active()
    }

    /// The offers of `variant` that are sold now in the market: those with a price of one piece.
    pub fn sold_offers_of(&self, variant: &VariantData, market: &Market) -> impl Iterator<Item = OfferId> {
        let sold = |offer: &&Arc<OfferData>| self.sells(variant, offer) && offer.price(market, 1).is_some();
        variant.offers.iter().filter(sold).map(|offer| offer.row.id)
    }

    /// The variants that can be bought, with the offers of each that can.
    pub fn offers(&self) -> impl Iterator<Item = (&Arc<VariantData>, &Arc<OfferData>)> {
        self.variants.iter().filter(|variant| variant.row.active).flat_map(|variant| {
            variant.offers.iter().filter(|offer| offer.is_active()).map(move |offer| (variant, offer))
        })
    }

    pub fn find_variant(&self, id: platform_core::id::VariantId) -> Option<&Arc<VariantData>> {
        self.variants.iter().find(|variant| variant.row.id == id)
    }

    pub fn find_offer(&self, id: OfferId) -> Option<(&Arc<VariantData>, &Arc<OfferData>)> {
        self.variants
            .iter()
            .find_map(|variant| variant.offers.iter().find(|o| o.row.id == id).map(|offer| (variant, offer)))
    }
}

impl VariantData {
    /// Whether it is active, and somebody offers it at a price.
    pub fn is_on_offer(&self) -> bool {
        self.row.active && self.offers.iter().any(|offer| offer.is_active() && !offer.prices.is_empty())
    }

    /// The options' values, such as `M / blue`; empty for a variant without options.
    pub fn name(&self) -> String {
        let values: Vec<&str> = self.row.options.0.iter().map(|option| option.value.as_str()).collect();
        values.join(" / ")
    }
}

impl OfferData {
    pub fn is_active(&self) -> bool {
        self.row.status == offer::OfferStatus::Active
    }

    /// The price of one piece for a market when `quantity` are bought.
    pub fn price(&self, market: &Market, quantity: i64) -> Option<&ListPrice> {
        pricing::applicable(&self.prices, market.currency, market.customer_group.as_deref(), quantity)
    }
}

/// A price as it is listed; none in a currency that this build does not know: nothing can be bought in it.
pub fn list_price(row: offer_price::Model) -> Option<ListPrice> {
    let currency: CurrencyCode = row.currency.parse().ok()?;
    Some(ListPrice {
        currency,
        customer_group: Some(row.customer_group).filter(|group| !group.is_empty()),
        min_quantity: i64::from(row.min_quantity),
        amount: Money::from_minor(row.amount, currency),
        compare_at: row.compare_at.map(|minor| Money::from_minor(minor, currency)),
    })
}
