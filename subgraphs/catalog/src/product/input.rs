//! Inputs of the product mutations and what they must satisfy beyond their types.

use std::collections::HashSet;

use async_graphql::InputObject;
use catalog_entities::attribute::AttributeKind;
use catalog_entities::offer::OfferStatus;
use catalog_entities::product::ProductStatus;
use catalog_entities::variant::{VariantOption, VariantOptions};
use catalog_entities::{attribute, product_attribute};
use platform_commerce::MoneyError;
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::id::{CategoryId, ProductId, VariantId, VendorId};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::{TextError, fold, html, line, optional_line, token};

use super::data::DEFAULT_LANGUAGE;
use crate::access::AccessError;
use crate::reference::ReferenceData;

const MAX_SLUG: usize = 100;
const MAX_SKU: usize = 64;
const MAX_NAME: usize = 200;
const MAX_SEO: usize = 500;
const MAX_DESCRIPTION: usize = 20_000;
const MAX_TRANSLATIONS: usize = 30;
const MAX_ATTRIBUTES: usize = 100;
const MAX_OPTIONS: usize = 5;
const MAX_OPTION: usize = 100;
/// Of a code of a customer group.
const MAX_GROUP: usize = 64;
pub const MAX_PRICES: usize = 200;
/// The highest price, in minor units: that of a full cart, and the sums of many orders, stay far within 64 bits.
pub const MAX_PRICE_MINOR: i64 = 100_000_000_000;
pub const MAX_VARIANTS: u64 = 200;

#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("a slug consists of 1 to {MAX_SLUG} lower-case letters, digits and hyphens")]
    InvalidSlug,
    #[error("a SKU has 1 to {MAX_SKU} characters without spaces")]
    InvalidSku,
    #[error("give each language once, at most {MAX_TRANSLATIONS}, {DEFAULT_LANGUAGE} among them")]
    InvalidLanguages,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("`{0}` must not be negative")]
    InvalidSize(&'static str),
    #[error("a new product is DRAFT or ACTIVE; `archiveProduct` archives it later")]
    NewArchived,
    #[error("no category with this id exists")]
    UnknownCategory,
    #[error("no tax class `{0}` exists; `setTaxZone` makes those that its rates name")]
    UnknownTaxClass(String),
    #[error("no attribute `{0}` exists, or it was given twice")]
    UnknownAttribute(String),
    #[error("the attribute `{0}` needs exactly one value, of its own kind")]
    InvalidAttribute(String),
    #[error(
        "a variant has at most {MAX_OPTIONS} options, each with a name of its own, and a product {MAX_VARIANTS} variants"
    )]
    InvalidVariant,
    #[error("give each combination of currency, customer group and quantity once, at most {MAX_PRICES}")]
    InvalidPrices,
    #[error("a price must not be negative, nor a compare-at price lower than it or in another currency")]
    InvalidPrice,
    #[error("a price is at most {MAX_PRICE_MINOR} of its currency's smallest unit")]
    PriceTooHigh,
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// By the field of the input that names it; so are the next two.
    #[error("no such product")]
    UnknownProduct(&'static str),
    #[error("no such variant")]
    UnknownVariant(&'static str),
    #[error("no such offer")]
    UnknownOffer(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for EditError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Access(error) => error.code(),
            Self::InvalidSlug
            | Self::InvalidSku
            | Self::InvalidLanguages
            | Self::Text(_)
            | Self::InvalidSize(_)
            | Self::NewArchived
            | Self::UnknownCategory
            | Self::UnknownTaxClass(_)
            | Self::UnknownAttribute(_)
            | Self::InvalidAttribute(_)
            | Self::InvalidVariant
            | Self::InvalidPrices
            | Self::InvalidPrice
            | Self::PriceTooHigh
            | Self::Money(_) => ErrorCode::BadUserInput,
            Self::UnknownProduct(_) | Self::UnknownVariant(_) | Self::UnknownOffer(_) => ErrorCode::NotFound,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::InvalidSlug => "slug",
            Self::InvalidSku => "sku",
            Self::InvalidLanguages => "translations",
            Self::Text(error) => error.field(),
            Self::InvalidSize(field) => field,
            Self::NewArchived => "status",
            Self::UnknownCategory => "categoryId",
            Self::UnknownTaxClass(_) => "taxClass",
            Self::UnknownAttribute(_) | Self::InvalidAttribute(_) => "attributes",
            Self::InvalidVariant => "options",
            Self::InvalidPrices | Self::InvalidPrice | Self::PriceTooHigh | Self::Money(_) => "prices",
            Self::UnknownProduct(field) | Self::UnknownVariant(field) | Self::UnknownOffer(field) => field,
            Self::Access(_) | Self::Store(_) => return None,
        })
    }
}

platform_core::api_error!(EditError);
platform_database::query_error!(EditError);

/// Texts in one language.
#[derive(Debug, Clone, InputObject)]
pub struct TranslationInput {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// One line of at most 200 characters.
    pub name: String,
    /// Text or HTML of at most 20000 characters; what is more than formatting is taken out when it is stored.
    #[graphql(default)]
    pub description: String,
    /// Title for search engines, one line of at most 500 characters; the name unless given.
    pub seo_title: Option<String>,
    /// Description for search engines, one line of at most 500 characters; the words of `description` unless given.
    pub seo_description: Option<String>,
}

/// A value of an attribute: exactly the field of its kind.
#[derive(Debug, Clone, InputObject)]
pub struct AttributeValueInput {
    /// Code of the attribute.
    pub code: String,
    /// For a TEXT attribute: one line of at most 200 characters.
    pub text: Option<String>,
    /// For a NUMBER attribute, in its unit.
    pub number: Option<f64>,
    /// For a BOOLEAN attribute.
    pub boolean: Option<bool>,
    /// For an ENUM attribute: the code of one of its options.
    pub option: Option<String>,
}

/// A product to make, as yet without variants.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    /// The vendor that makes the product.
    pub vendor_id: VendorId,
    /// Name in web addresses, unique among products: 1 to 100 lower-case letters, digits and hyphens.
    pub slug: String,
    /// The category that lists it; none unless given.
    pub category_id: Option<CategoryId>,
    /// Its kind of goods, by which tax zones tax it, such as `reduced`. A new shop has none: `setTaxZone` makes those that its
    /// rates name.
    #[graphql(default_with = "\"standard\".to_owned()")]
    pub tax_class: String,
    /// DRAFT or ACTIVE.
    #[graphql(default_with = "ProductStatus::Draft")]
    pub status: ProductStatus,
    /// One for each language, English among them; at most 30.
    pub translations: Vec<TranslationInput>,
    /// One value for each attribute that it has; at most 100.
    #[graphql(default)]
    pub attributes: Vec<AttributeValueInput>,
    /// Weight of one piece for shipping, in grams; not negative.
    #[graphql(default)]
    pub weight_grams: i64,
    /// In millimetres, not negative; unknown unless given.
    pub length_mm: Option<i32>,
    /// In millimetres, not negative; unknown unless given.
    pub width_mm: Option<i32>,
    /// In millimetres, not negative; unknown unless given.
    pub height_mm: Option<i32>,
}

/// A change of a product. What is absent stays as it is; `translations` and `attributes` replace all there were.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductInput {
    /// The product to change.
    pub id: ProductId,
    /// Name in web addresses, as in `CreateProductInput`; its old one finds nothing any more.
    pub slug: Option<String>,
    /// The category that lists it.
    pub category_id: Option<CategoryId>,
    /// Its kind of goods, by which tax zones tax it, such as `reduced`: one that a rate of `setTaxZone` has named.
    pub tax_class: Option<String>,
    /// DRAFT hides it, ACTIVE shows it. ARCHIVED takes it off sale for good: the product gets no other status after it.
    pub status: Option<ProductStatus>,
    /// One for each language, English among them; at most 30.
    pub translations: Option<Vec<TranslationInput>>,
    /// One value for each attribute that it has; at most 100.
    pub attributes: Option<Vec<AttributeValueInput>>,
    /// Weight of one piece for shipping, in grams; not negative.
    pub weight_grams: Option<i64>,
    /// In millimetres, not negative.
    pub length_mm: Option<i32>,
    /// In millimetres, not negative.
    pub width_mm: Option<i32>,
    /// In millimetres, not negative.
    pub height_mm: Option<i32>,
}

/// One choice that makes a variant, such as Size: M.
#[derive(Debug, Clone, InputObject)]
pub struct VariantOptionInput {
    /// What is chosen, such as `Size`: one line of at most 100 characters, once in a variant.
    pub name: String,
    /// The choice, such as `M`: one line of at most 100 characters.
    pub value: String,
}

/// A variant to add to a product, on sale at once. A product has at most 200.
#[derive(Debug, Clone, InputObject)]
pub struct CreateVariantInput {
    /// The product that it is a form of.
    pub product_id: ProductId,
    /// Stock-keeping unit, unique in the shop however it is written: 1 to 64 characters without spaces.
    pub sku: String,
    /// The choices that tell it from the product's other variants, at most 5, in the order of its name.
    #[graphql(default)]
    pub options: Vec<VariantOptionInput>,
    /// Weight of one piece in grams, where it differs from the product's; not negative.
    pub weight_grams: Option<i64>,
    /// Its place among the variants; the last unless given.
    pub position: Option<i32>,
}

/// A change of a variant. What is absent stays as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateVariantInput {
    /// The variant to change.
    pub id: VariantId,
    /// Stock-keeping unit, as in `CreateVariantInput`.
    pub sku: Option<String>,
    /// Its choices, in place of all there were; as in `CreateVariantInput`.
    pub options: Option<Vec<VariantOptionInput>>,
    /// Weight of one piece in grams, where it differs from the product's; not negative.
    pub weight_grams: Option<i64>,
    /// Its place among the variants, the lowest first.
    pub position: Option<i32>,
    /// False takes it off sale.
    pub active: Option<bool>,
}

/// The price of one piece. Of all prices that a buyer and a quantity reach, the lowest counts.
#[derive(Debug, Clone, InputObject)]
pub struct PriceInput {
    /// Not negative, at most 100000000000 of the currency's smallest unit. With tax or without as prices in the
    /// currency's own country are written, or else in the shop's home country.
    pub price: MoneyInput,
    /// A former or recommended price to show beside it, in the same currency and not lower.
    pub compare_at: Option<Decimal>,
    /// For this group of customers only.
    pub customer_group: Option<String>,
    /// From how many pieces on, at least 1.
    #[graphql(default = 1)]
    pub min_quantity: i32,
}

/// A vendor's offer of a variant, to make or to put in the place of the one there is, with all its prices.
#[derive(Debug, Clone, InputObject)]
pub struct SetOfferInput {
    /// The variant that is offered; that of another vendor's product once the product is ACTIVE.
    pub variant_id: VariantId,
    /// Who offers it.
    pub vendor_id: VendorId,
    /// Whether it can be bought.
    #[graphql(default_with = "OfferStatus::Active")]
    pub status: OfferStatus,
    /// Each currency, customer group and quantity once, at most 200. In a currency without a price it is not sold.
    pub prices: Vec<PriceInput>,
}

pub fn check_slug(slug: &str) -> Result<(), EditError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if slug.is_empty() || slug.len() > MAX_SLUG || !slug.bytes().all(allowed) {
        return Err(EditError::InvalidSlug);
    }
    Ok(())
}

/// A SKU as it is stored.
pub fn sku(text: &str) -> Result<String, EditError> {
    let sku = line("sku", text, MAX_SKU)?;
    token("sku", &sku, 1..=MAX_SKU)?;
    if sku.chars().any(char::is_whitespace) { Err(EditError::InvalidSku) } else { Ok(sku) }
}

/// Checks weights and sizes, each with the name of its field.
pub fn check_sizes<const N: usize>(sizes: [(&'static str, Option<i64>); N]) -> Result<(), EditError> {
    match sizes.into_iter().find(|(_, size)| size.is_some_and(|size| size < 0)) {
        Some((field, _)) => Err(EditError::InvalidSize(field)),
        None => Ok(()),
    }
}

/// A variant's options as they are stored.
pub fn options(inputs: &[VariantOptionInput]) -> Result<VariantOptions, EditError> {
    if inputs.len() > MAX_OPTIONS {
        return Err(EditError::InvalidVariant);
    }
    let mut names = HashSet::new();
    let options = inputs.iter().map(|input| {
        let name = line("options", &input.name, MAX_OPTION)?;
        let value = line("options", &input.value, MAX_OPTION)?;
        if names.insert(fold(&name)) {
            Ok(VariantOption { name, value })
        } else {
            Err(EditError::InvalidVariant)
        }
    });
    Ok(VariantOptions(options.collect::<Result<_, _>>()?))
}

/// A code of a customer group as it is stored; empty for everybody.
pub fn customer_group(text: Option<&str>) -> Result<String, EditError> {
    Ok(optional_line("customerGroup", text, MAX_GROUP)?.unwrap_or_default())
}

/// Translations as they are stored.
pub fn translations(inputs: &[TranslationInput]) -> Result<Vec<TranslationInput>, EditError> {
    let languages: HashSet<&str> = inputs.iter().map(|text| text.language.as_str()).collect();
    let tag =
        |text: &str| (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if languages.len() != inputs.len()
        || languages.len() > MAX_TRANSLATIONS
        || !languages.contains(DEFAULT_LANGUAGE)
        || !languages.iter().all(|language| tag(language))
    {
        return Err(EditError::InvalidLanguages);
    }
    inputs.iter().map(translation).collect()
}

fn translation(input: &TranslationInput) -> Result<TranslationInput, EditError> {
    Ok(TranslationInput {
        language: input.language.clone(),
        name: line("name", &input.name, MAX_NAME)?,
        description: html("description", &input.description, MAX_DESCRIPTION)?,
        seo_title: optional_line("seoTitle", input.seo_title.as_deref(), MAX_SEO)?,
        seo_description: optional_line("seoDescription", input.seo_description.as_deref(), MAX_SEO)?,
    })
}

/// The rows of attribute values.
pub fn attribute_rows(
    references: &ReferenceData,
    product: ProductId,
    values: &[AttributeValueInput],
) -> Result<Vec<product_attribute::Model>, EditError> {
    let mut seen = HashSet::new();
    if values.len() > MAX_ATTRIBUTES {
        return Err(EditError::UnknownAttribute(String::new()));
    }
    values
        .iter()
        .map(|value| {
            let definition = references
                .attributes
                .values()
                .find(|definition| definition.code == value.code)
                .filter(|definition| seen.insert(definition.id))
                .ok_or_else(|| EditError::UnknownAttribute(value.code.clone()))?;
            if !fits(definition, value) {
                return Err(EditError::InvalidAttribute(value.code.clone()));
            }
            Ok(product_attribute::Model {
                product_id: product,
                attribute_id: definition.id,
                text_value: value.text.as_deref().map(|text| line("text", text, MAX_NAME)).transpose()?,
                number_value: value.number,
                boolean_value: value.boolean,
                option_code: value.option.clone(),
            })
        })
        .collect()
}

fn fits(definition: &attribute::Model, value: &AttributeValueInput) -> bool {
    let AttributeValueInput { text, number, boolean, option, .. } = value;
    match definition.kind {
        AttributeKind::Text => text.is_some() && number.is_none() && boolean.is_none() && option.is_none(),
        AttributeKind::Number => {
            number.is_some_and(f64::is_finite) && text.is_none() && boolean.is_none() && option.is_none()
        }
        AttributeKind::Boolean => boolean.is_some() && text.is_none() && number.is_none() && option.is_none(),
        AttributeKind::Enum => {
            let known = |code: &String| definition.options.0.iter().any(|option| option.code == *code);
            option.as_ref().is_some_and(known) && text.is_none() && number.is_none() && boolean.is_none()
        }
    }
}
