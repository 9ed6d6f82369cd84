//! Making a product.

use catalog_entities::product::{self, ProductStatus};
use contracts::catalog::ProductChange;
use platform_core::id::ProductId;
use platform_database::Violation;
use platform_identity::Identity;

use super::check::{attribute_rows, check_sizes, translations};
use super::error::EditError;
use super::input::CreateProductInput;
use super::store;
use super::write::{check_category, check_tax_class, finish};
use crate::access::for_vendor;
use crate::app::App;
use crate::names::check_slug;

/// Another product has the slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlugTaken;

/// Makes a product, as yet without variants.
pub async fn create_product(
    app: &App,
    caller: &Identity,
    input: CreateProductInput,
) -> Result<Result<ProductId, SlugTaken>, EditError> {
    let references = app.products().references().await?;
    for_vendor(caller, input.vendor_id)?;
    check_slug(&input.slug)?;
    if input.status == ProductStatus::Archived {
        return Err(EditError::NewArchived);
    }
    let id: ProductId = app.next_id();
    let texts = translations(id, &input.translations)?;
    check_sizes([
        ("lengthMm", input.length_mm.map(i64::from)),
        ("widthMm", input.width_mm.map(i64::from)),
        ("heightMm", input.height_mm.map(i64::from)),
        ("weightGrams", Some(input.weight_grams)),
    ])?;
    check_category(&references, input.category_id)?;
    let attributes = attribute_rows(&references, id, &input.attributes)?;
    let now = app.now();
    let row = product::Model {
        id,
        vendor_id: input.vendor_id,
        slug: input.slug,
        status: input.status,
        category_id: input.category_id,
        tax_class: input.tax_class,
        weight_grams: input.weight_grams,
        length_mm: input.length_mm,
        width_mm: input.width_mm,
        height_mm: input.height_mm,
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let tx = app.begin().await?;
    check_tax_class(&tx, &row.tax_class).await?;
    match store::product::insert(&tx, row).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(SlugTaken)),
        Err(error) => return Err(error.into()),
    }
    store::product::insert_texts(&tx, texts).await?;
    store::product::insert_attributes(&tx, attributes).await?;
    finish(app, tx, id, ProductChange::Created).await?;
    Ok(Ok(id))
}
