//! What the inputs of the product mutations must satisfy beyond their types, and what is stored of them.

use std::collections::HashSet;

use catalog_entities::attribute::AttributeKind;
use catalog_entities::variant::{VariantOption, VariantOptions};
use catalog_entities::{attribute, product_attribute, product_translation};
use platform_core::id::ProductId;
use platform_text::{fold, html, line, optional_line, token};

use super::error::{EditError, MAX_OPTIONS, MAX_SKU, MAX_TRANSLATIONS};
use super::input::{AttributeValueInput, TranslationInput, VariantOptionInput};
use crate::names::{DEFAULT_LANGUAGE, is_language_tag};
use crate::reference::ReferenceData;

const MAX_NAME: usize = 200;
const MAX_SEO: usize = 500;
const MAX_DESCRIPTION: usize = 20_000;
const MAX_ATTRIBUTES: usize = 100;
const MAX_OPTION: usize = 100;
/// Of a code of a customer group.
const MAX_GROUP: usize = 64;

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

/// Translations of a product as they are stored.
pub fn translations(
    product: ProductId,
    inputs: &[TranslationInput],
) -> Result<Vec<product_translation::Model>, EditError> {
    let languages: HashSet<&str> = inputs.iter().map(|text| text.language.as_str()).collect();
    if languages.len() != inputs.len()
        || languages.len() > MAX_TRANSLATIONS
        || !languages.contains(DEFAULT_LANGUAGE)
        || !languages.iter().all(|language| is_language_tag(language))
    {
        return Err(EditError::InvalidLanguages);
    }
    inputs.iter().map(|input| translation(product, input)).collect()
}

fn translation(
    product: ProductId,
    input: &TranslationInput,
) -> Result<product_translation::Model, EditError> {
    Ok(product_translation::Model {
        product_id: product,
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
