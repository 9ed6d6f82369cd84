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
use platform_core::id::{CategoryId, OfferId, ProductId, VariantId, VendorId};
use platform_core::{ApiError, ErrorCode};
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
    #[error("no category with this id exists")]
    UnknownCategory,
    #[error("no tax class `{0}` exists")]
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
    #[error("no such product")]
    UnknownProduct(ProductId),
    #[error("no such variant")]
    UnknownVariant(VariantId),
    #[error("no such offer")]
    UnknownOffer(OfferId),
    #[error("the product could not be stored")]
    Database(#[from] sea_orm::DbErr),
}

impl From<crate::error::StorageError> for EditError {
    fn from(error: crate::error::StorageError) -> Self {
        Self::Database(sea_orm::DbErr::Custom(error.to_string()))
    }
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
            Self::Database(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::InvalidSlug => "slug",
            Self::InvalidSku => "sku",
            Self::InvalidLanguages => "translations",
            Self::Text(error) => error.field(),
            Self::InvalidSize(field) => field,
            Self::UnknownCategory => "categoryId",
            Self::UnknownTaxClass(_) => "taxClass",
            Self::UnknownAttribute(_) | Self::InvalidAttribute(_) => "attributes",
            Self::InvalidVariant => "options",
            Self::InvalidPrices | Self::InvalidPrice | Self::PriceTooHigh | Self::Money(_) => "prices",
            Self::Access(_)
            | Self::UnknownProduct(_)
            | Self::UnknownVariant(_)
            | Self::UnknownOffer(_)
            | Self::Database(_) => return None,
        })
    }
}

platform_core::api_error!(EditError);

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
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
}

/// A value of an attribute: exactly the field of its kind.
#[derive(Debug, Clone, InputObject)]
pub struct AttributeValueInput {
    pub code: String,
    pub text: Option<String>,
    pub number: Option<f64>,
    pub boolean: Option<bool>,
    pub option: Option<String>,
}

#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    /// The vendor that makes the product.
    pub vendor_id: VendorId,
    pub slug: String,
    pub category_id: Option<CategoryId>,
    #[graphql(default_with = "\"standard\".to_owned()")]
    pub tax_class: String,
    /// DRAFT or ACTIVE.
    #[graphql(default_with = "ProductStatus::Draft")]
    pub status: ProductStatus,
    pub translations: Vec<TranslationInput>,
    #[graphql(default)]
    pub attributes: Vec<AttributeValueInput>,
    #[graphql(default)]
    pub weight_grams: i64,
    pub length_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub height_mm: Option<i32>,
}

/// What is absent stays as it is; `translations` and `attributes` replace all there were.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductInput {
    pub id: ProductId,
    pub slug: Option<String>,
    pub category_id: Option<CategoryId>,
    pub tax_class: Option<String>,
    pub status: Option<ProductStatus>,
    pub translations: Option<Vec<TranslationInput>>,
    pub attributes: Option<Vec<AttributeValueInput>>,
    pub weight_grams: Option<i64>,
    pub length_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub height_mm: Option<i32>,
}

#[derive(Debug, Clone, InputObject)]
pub struct VariantOptionInput {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, InputObject)]
pub struct CreateVariantInput {
    pub product_id: ProductId,
    pub sku: String,
    #[graphql(default)]
    pub options: Vec<VariantOptionInput>,
    /// Where it differs from the product's.
    pub weight_grams: Option<i64>,
    /// Its place among the variants; the last unless given.
    pub position: Option<i32>,
}

/// What is absent stays as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateVariantInput {
    pub id: VariantId,
    pub sku: Option<String>,
    pub options: Option<Vec<VariantOptionInput>>,
    pub weight_grams: Option<i64>,
    pub position: Option<i32>,
    /// False takes it off sale.
    pub active: Option<bool>,
}

#[derive(Debug, Clone, InputObject)]
pub struct PriceInput {
    pub price: MoneyInput,
    pub compare_at: Option<Decimal>,
    /// For this group of customers only.
    pub customer_group: Option<String>,
    #[graphql(default = 1)]
    pub min_quantity: i32,
}

/// Makes or replaces a vendor's offer of a variant, with all its prices.
#[derive(Debug, Clone, InputObject)]
pub struct SetOfferInput {
    pub variant_id: VariantId,
    pub vendor_id: VendorId,
    #[graphql(default_with = "OfferStatus::Active")]
    pub status: OfferStatus,
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
