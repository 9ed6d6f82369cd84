//! Changing a product, and taking it off sale for good.

use catalog_entities::product::ProductStatus;
use contracts::catalog::ProductChange;
use platform_core::id::ProductId;
use platform_database::Violation;
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::check::{attribute_rows, check_sizes, translations};
use super::error::EditError;
use super::input::UpdateProductInput;
use super::store;
use super::write::{check_category, check_tax_class, finish, lock_own};
use crate::app::App;
use crate::given::{optional, required};
use crate::names::check_slug;

/// Why a product stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUpdated {
    SlugTaken,
    /// It was taken off sale for good.
    Archived,
}

/// Changes a product of the caller's vendor, or any for administrators. What is absent stays as it is.
pub async fn update_product(
    app: &App,
    caller: &Identity,
    input: UpdateProductInput,
) -> Result<Result<ProductId, NotUpdated>, EditError> {
    let id = input.id;
    let references = app.products().references().await?;
    let tx = app.begin().await?;
    let row = lock_own(&tx, caller, "id", id).await?;
    let status = required("status", input.status)?;
    if row.status == ProductStatus::Archived && status.is_some_and(|status| status != row.status) {
        return Ok(Err(NotUpdated::Archived));
    }
    let weight = required("weightGrams", input.weight_grams)?;
    let sizes = [input.length_mm, input.width_mm, input.height_mm].map(optional);
    let [length, width, height] = sizes.map(|size| size.flatten().map(i64::from));
    check_sizes([("lengthMm", length), ("widthMm", width), ("heightMm", height), ("weightGrams", weight)])?;
    let mut update = row.into_active_model();
    if let Some(slug) = required("slug", input.slug)? {
        check_slug(&slug)?;
        update.slug = Set(slug);
    }
    if let Some(tax_class) = required("taxClass", input.tax_class)? {
        check_tax_class(&tx, &tax_class).await?;
        update.tax_class = Set(tax_class);
    }
    if let Some(category) = optional(input.category_id) {
        check_category(&references, category)?;
        update.category_id = Set(category);
    }
    if let Some(status) = status {
        update.status = Set(status);
    }
    if let Some(weight) = weight {
        update.weight_grams = Set(weight);
    }
    let columns = [&mut update.length_mm, &mut update.width_mm, &mut update.height_mm];
    for (column, size) in columns.into_iter().zip(sizes) {
        if let Some(size) = size {
            *column = Set(size);
        }
    }
    let texts = required("translations", input.translations)?;
    let values = required("attributes", input.attributes)?;
    let archived = matches!(update.status, Set(ProductStatus::Archived));
    match store::product::update(&tx, update).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(NotUpdated::SlugTaken)),
        Err(error) => return Err(error.into()),
    }
    if let Some(texts) = texts {
        store::product::replace_texts(&tx, id, translations(id, &texts)?).await?;
    }
    if let Some(values) = values {
        store::product::replace_attributes(&tx, id, attribute_rows(&references, id, &values)?).await?;
    }
    finish(app, tx, id, if archived { ProductChange::Archived } else { ProductChange::Updated }).await?;
    Ok(Ok(id))
}
