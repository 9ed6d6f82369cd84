//! Creating and changing products and offers. Each change is one transaction with its version and event.

use std::collections::HashSet;

use catalog_entities::product::ProductStatus;
use catalog_entities::{
    offer, offer_price, product, product_attribute, product_translation, tax_class, variant,
};
use contracts::catalog::ProductChange;
use platform_commerce::Money;
use platform_core::id::{CategoryId, OfferId, ProductId, VendorId};
use platform_database::{StoreError, Transaction, Violation};
use platform_identity::Identity;
use platform_text::find_control;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};

use super::input::{
    AttributeValueInput, CreateProductInput, EditError, MAX_PRICE_MINOR, MAX_PRICES, PriceInput,
    SetOfferInput, TranslationInput, UpdateProductInput, attribute_rows, check_sizes, check_slug,
    customer_group, translations,
};
use super::write::{refresh_prices, touch};
use crate::access::for_vendor;
use crate::changes::Change;
use crate::reference::ReferenceData;
use crate::services::Services;

/// A slug that another product has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// Why a product stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUpdated {
    SlugTaken,
    /// It was taken off sale for good.
    Archived,
}

pub async fn create_product(
    services: &Services,
    caller: &Identity,
    input: CreateProductInput,
) -> Result<Result<ProductId, Taken>, EditError> {
    for_vendor(caller, input.vendor_id)?;
    check_slug(&input.slug)?;
    if input.status == ProductStatus::Archived {
        return Err(EditError::NewArchived);
    }
    let texts = translations(&input.translations)?;
    check_sizes([
        ("lengthMm", input.length_mm.map(i64::from)),
        ("widthMm", input.width_mm.map(i64::from)),
        ("heightMm", input.height_mm.map(i64::from)),
        ("weightGrams", Some(input.weight_grams)),
    ])?;
    let references = services.products.references().await?;
    check_category(&references, input.category_id)?;
    let id: ProductId = services.platform.ids.next();
    let attributes = attribute_rows(&references, id, &input.attributes)?;
    let now = services.platform.clock.now();
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
    let tx = services.platform.database.begin().await?;
    check_tax_class(&tx, &row.tax_class).await?;
    match row.into_active_model().reset_all().insert(&*tx).await {
        Ok(_) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(Taken)),
        Err(error) => return Err(error.into()),
    }
    insert_texts(&tx, id, texts).await?;
    insert_attributes(&tx, attributes).await?;
    finish(services, tx, id, ProductChange::Created).await?;
    Ok(Ok(id))
}

pub async fn update_product(
    services: &Services,
    caller: &Identity,
    input: UpdateProductInput,
) -> Result<Result<ProductId, NotUpdated>, EditError> {
    let id = input.id;
    let references = services.products.references().await?;
    let tx = services.platform.database.begin().await?;
    let row = lock_product(&tx, caller, "id", id).await?;
    if row.status == ProductStatus::Archived && input.status.is_some_and(|status| status != row.status) {
        return Ok(Err(NotUpdated::Archived));
    }
    check_sizes([
        ("lengthMm", input.length_mm.map(i64::from)),
        ("widthMm", input.width_mm.map(i64::from)),
        ("heightMm", input.height_mm.map(i64::from)),
        ("weightGrams", input.weight_grams),
    ])?;
    check_category(&references, input.category_id)?;
    let mut update = row.into_active_model();
    if let Some(slug) = input.slug {
        check_slug(&slug)?;
        update.slug = Set(slug);
    }
    if let Some(tax_class) = input.tax_class {
        check_tax_class(&tx, &tax_class).await?;
        update.tax_class = Set(tax_class);
    }
    if let Some(category) = input.category_id {
        update.category_id = Set(Some(category));
    }
    if let Some(status) = input.status {
        update.status = Set(status);
    }
    if let Some(weight) = input.weight_grams {
        update.weight_grams = Set(weight);
    }
    for (column, size) in [
        (&mut update.length_mm, input.length_mm),
        (&mut update.width_mm, input.width_mm),
        (&mut update.height_mm, input.height_mm),
    ] {
        if size.is_some() {
            *column = Set(size);
        }
    }
    let archived = matches!(update.status, Set(ProductStatus::Archived));
    if update.is_changed() {
        match update.update(&*tx).await {
            Ok(_) => {}
            Err(error) if error.is_unique_violation() => return Ok(Err(NotUpdated::SlugTaken)),
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(texts) = input.translations {
        let texts = translations(&texts)?;
        product_translation::Entity::delete_many()
            .filter(product_translation::Column::ProductId.eq(id))
            .exec(&*tx)
            .await?;
        insert_texts(&tx, id, texts).await?;
    }
    if let Some(values) = input.attributes {
        replace_attributes(&tx, &references, id, &values).await?;
    }
    finish(services, tx, id, if archived { ProductChange::Archived } else { ProductChange::Updated }).await?;
    Ok(Ok(id))
}

/// Makes or replaces a vendor's offer. A vendor may offer variants of another vendor's product, once it is on sale.
pub async fn set_offer(
    services: &Services,
    caller: &Identity,
    input: SetOfferInput,
) -> Result<OfferId, EditError> {
    for_vendor(caller, input.vendor_id)?;
    let now = services.platform.clock.now();
    let tx = services.platform.database.begin().await?;
    let variant = variant::Entity::find_by_id(input.variant_id)
        .one(&*tx)
        .await?
        .ok_or(EditError::UnknownVariant("variantId"))?;
    let product = lock(&tx, "variantId", variant.product_id).await?;
    if product.vendor_id != input.vendor_id && product.status != ProductStatus::Active {
        return Err(EditError::UnknownVariant("variantId"));
    }
    let known = offer::Entity::find()
        .filter(offer::Column::VariantId.eq(input.variant_id))
        .filter(offer::Column::VendorId.eq(input.vendor_id))
        .one(&*tx)
        .await?;
    let id = match known {
        Some(row) => {
            let update = offer::ActiveModel {
                id: Unchanged(row.id),
                status: Set(input.status),
                updated_at: Set(now),
                ..Default::default()
            };
            update.update(&*tx).await?.id
        }
        None => {
            let row = offer::Model {
                id: services.platform.ids.next(),
                variant_id: variant.id,
                product_id: product.id,
                vendor_id: input.vendor_id,
                status: input.status,
                created_at: now,
                updated_at: now,
            };
            row.into_active_model().reset_all().insert(&*tx).await?.id
        }
    };
    let prices = price_rows(id, input.prices)?;
    offer_price::Entity::delete_many().filter(offer_price::Column::OfferId.eq(id)).exec(&*tx).await?;
    let rows = prices.into_iter().map(|row| row.into_active_model().reset_all());
    offer_price::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
    refresh_prices(&tx, &[product.id]).await?;
    finish(services, tx, product.id, ProductChange::Updated).await?;
    Ok(id)
}

fn price_rows(offer: OfferId, prices: Vec<PriceInput>) -> Result<Vec<offer_price::Model>, EditError> {
    if prices.len() > MAX_PRICES {
        return Err(EditError::InvalidPrices);
    }
    let mut seen = HashSet::new();
    prices
        .into_iter()
        .map(|input| {
            let amount = Money::try_from(input.price)?;
            let currency = amount.currency();
            let compare_at = match input.compare_at {
                Some(text) => Some(Money::parse(&text.0, currency)?.minor()),
                None => None,
            };
            let customer_group = customer_group(input.customer_group.as_deref())?;
            if amount.minor().max(compare_at.unwrap_or(0)) > MAX_PRICE_MINOR {
                return Err(EditError::PriceTooHigh);
            }
            if amount.is_negative() || compare_at.is_some_and(|compare_at| compare_at < amount.minor()) {
                return Err(EditError::InvalidPrice);
            }
            if input.min_quantity < 1 || !seen.insert((currency, customer_group.clone(), input.min_quantity))
            {
                return Err(EditError::InvalidPrices);
            }
            Ok(offer_price::Model {
                offer_id: offer,
                currency: currency.to_string(),
                customer_group,
                min_quantity: input.min_quantity,
                amount: amount.minor(),
                compare_at,
            })
        })
        .collect()
}

/// Locks a product, which `field` of the input names, until the transaction ends, so that changes of it happen one after
/// the other.
async fn lock(tx: &Transaction, field: &'static str, id: ProductId) -> Result<product::Model, EditError> {
    let found = product::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    found.ok_or(EditError::UnknownProduct(field))
}

/// Locks a product of the caller's, which `field` of the input names.
pub async fn lock_product(
    tx: &Transaction,
    caller: &Identity,
    field: &'static str,
    id: ProductId,
) -> Result<product::Model, EditError> {
    let row = lock(tx, field, id).await?;
    for_vendor(caller, row.vendor_id)?;
    Ok(row)
}

/// The vendor of an offer, and its product.
pub async fn vendor_of_offer(
    services: &Services,
    id: OfferId,
) -> Result<Option<(VendorId, ProductId)>, StoreError> {
    let row = offer::Entity::find_by_id(id).one(services.platform.database.read()).await?;
    Ok(row.map(|row| (row.vendor_id, row.product_id)))
}

fn check_category(references: &ReferenceData, id: Option<CategoryId>) -> Result<(), EditError> {
    match id {
        Some(id) if references.categories.get(id).is_none() => Err(EditError::UnknownCategory),
        _ => Ok(()),
    }
}

async fn check_tax_class(tx: &Transaction, code: &str) -> Result<(), EditError> {
    let known = match find_control(code) {
        None => tax_class::Entity::find_by_id(code.to_owned()).one(&**tx).await?,
        Some(_) => None,
    };
    match known {
        Some(_) => Ok(()),
        None => Err(EditError::UnknownTaxClass(code.chars().take(64).collect())),
    }
}

async fn insert_texts(
    tx: &Transaction,
    id: ProductId,
    texts: Vec<TranslationInput>,
) -> Result<(), StoreError> {
    let rows = texts.into_iter().map(|text| product_translation::ActiveModel {
        product_id: Set(id),
        language: Set(text.language),
        name: Set(text.name),
        description: Set(text.description),
        seo_title: Set(text.seo_title),
        seo_description: Set(text.seo_description),
    });
    product_translation::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn replace_attributes(
    tx: &Transaction,
    references: &ReferenceData,
    id: ProductId,
    values: &[AttributeValueInput],
) -> Result<(), EditError> {
    let rows = attribute_rows(references, id, values)?;
    product_attribute::Entity::delete_many()
        .filter(product_attribute::Column::ProductId.eq(id))
        .exec(&**tx)
        .await?;
    Ok(insert_attributes(tx, rows).await?)
}

async fn insert_attributes(tx: &Transaction, rows: Vec<product_attribute::Model>) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    product_attribute::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn finish(
    services: &Services,
    tx: Transaction,
    id: ProductId,
    change: ProductChange,
) -> Result<(), StoreError> {
    let now = services.platform.clock.now();
    touch(&tx, &services.platform.outbox, now, &[id], change).await?;
    services.changes.announce(&tx, Change::products([id]));
    tx.commit().await
}
