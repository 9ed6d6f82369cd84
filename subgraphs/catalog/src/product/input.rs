//! Inputs of the product mutations and what they must satisfy beyond their types.

use std::collections::HashSet;

use async_graphql::InputObject;
use catalog_entities::attribute::AttributeKind;
use catalog_entities::offer::OfferStatus;
use catalog_entities::product::ProductStatus;
use catalog_entities::{attribute, product_attribute};
use platform_core::id::{CategoryId, OfferId, ProductId, VariantId, VendorId};
use platform_core::money::{Decimal, MoneyInput};
use platform_core::{ApiError, ErrorCode, MoneyError};

use super::data::DEFAULT_LANGUAGE;
use crate::access::AccessError;
use crate::reference::ReferenceData;

const MAX_SLUG: usize = 100;
const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 20_000;
const MAX_TRANSLATIONS: usize = 30;
const MAX_ATTRIBUTES: usize = 100;
const MAX_OPTIONS: usize = 5;
pub const MAX_PRICES: usize = 200;
pub const MAX_VARIANTS: u64 = 200;

#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("a slug consists of 1 to {MAX_SLUG} lower-case letters, digits and hyphens")]
    InvalidSlug,
    #[error("a SKU has 1 to 64 characters without spaces")]
    InvalidSku,
    #[error("give each language once, at most {MAX_TRANSLATIONS}, {DEFAULT_LANGUAGE} among them")]
    InvalidLanguages,
    #[error("a name has 1 to {MAX_NAME} characters, a description at most {MAX_DESCRIPTION}")]
    InvalidText,
    #[error("weights and sizes must not be negative")]
    InvalidSize,
    #[error("no category with this id exists")]
    UnknownCategory,
    #[error("no tax class `{0}` exists")]
    UnknownTaxClass(String),
    #[error("no attribute `{0}` exists, or it was given twice")]
    UnknownAttribute(String),
    #[error("the attribute `{0}` needs exactly one value, of its own kind")]
    InvalidAttribute(String),
    #[error(
        "a variant has at most {MAX_OPTIONS} options with a name and a value, and a product {MAX_VARIANTS} variants"
    )]
    InvalidVariant,
    #[error("give each combination of currency, customer group and quantity once, at most {MAX_PRICES}")]
    InvalidPrices,
    #[error("a price must not be negative, nor a compare-at price lower than it or in another currency")]
    InvalidPrice,
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
            | Self::InvalidText
            | Self::InvalidSize
            | Self::UnknownCategory
            | Self::UnknownTaxClass(_)
            | Self::UnknownAttribute(_)
            | Self::InvalidAttribute(_)
            | Self::InvalidVariant
            | Self::InvalidPrices
            | Self::InvalidPrice
            | Self::Money(_) => ErrorCode::BadUserInput,
            Self::UnknownProduct(_) | Self::UnknownVariant(_) | Self::UnknownOffer(_) => ErrorCode::NotFound,
            Self::Database(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::InvalidSlug => "slug",
            Self::InvalidSku => "sku",
            Self::InvalidLanguages | Self::InvalidText => "translations",
            Self::InvalidSize => "weightGrams",
            Self::UnknownCategory => "categoryId",
            Self::UnknownTaxClass(_) => "taxClass",
            Self::UnknownAttribute(_) | Self::InvalidAttribute(_) => "attributes",
            Self::InvalidVariant => "options",
            Self::InvalidPrices | Self::InvalidPrice | Self::Money(_) => "prices",
            _ => return None,
        })
    }
}

platform_core::api_error!(EditError);

/// Texts in one language.
#[derive(Debug, Clone, InputObject)]
pub struct TranslationInput {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    pub name: String,
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

pub fn check_sku(sku: &str) -> Result<(), EditError> {
    if sku.is_empty() || sku.chars().count() > 64 || sku.chars().any(char::is_whitespace) {
        return Err(EditError::InvalidSku);
    }
    Ok(())
}

pub fn check_sizes(sizes: impl IntoIterator<Item = Option<i64>>) -> Result<(), EditError> {
    if sizes.into_iter().flatten().any(|size| size < 0) { Err(EditError::InvalidSize) } else { Ok(()) }
}

pub fn check_options(options: &[VariantOptionInput]) -> Result<(), EditError> {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= 100;
    if options.len() > MAX_OPTIONS || !options.iter().all(|option| fits(&option.name) && fits(&option.value))
    {
        return Err(EditError::InvalidVariant);
    }
    Ok(())
}

pub fn check_translations(translations: &[TranslationInput]) -> Result<(), EditError> {
    let languages: HashSet<&str> = translations.iter().map(|text| text.language.as_str()).collect();
    let tag =
        |text: &str| (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if languages.len() != translations.len()
        || languages.len() > MAX_TRANSLATIONS
        || !languages.contains(DEFAULT_LANGUAGE)
        || !languages.iter().all(|language| tag(language))
    {
        return Err(EditError::InvalidLanguages);
    }
    let fits = |text: &TranslationInput| {
        let seo = [&text.seo_title, &text.seo_description];
        !text.name.trim().is_empty()
            && text.name.chars().count() <= MAX_NAME
            && text.description.chars().count() <= MAX_DESCRIPTION
            && seo.into_iter().flatten().all(|seo| seo.chars().count() <= 500)
    };
    if translations.iter().all(fits) { Ok(()) } else { Err(EditError::InvalidText) }
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
                text_value: value.text.clone(),
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
        AttributeKind::Text => {
            text.as_ref().is_some_and(|text| !text.is_empty() && text.chars().count() <= MAX_NAME)
                && number.is_none()
                && boolean.is_none()
                && option.is_none()
        }
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
