//! Creating and changing variants. A combination of options is there once in a product, and a SKU once in the shop,
//! however they are written: the product is locked meanwhile, and unique indexes hold whatever the code does.

use catalog_entities::variant::{self, sku_key};
use contracts::catalog::ProductChange;
use platform_core::id::VariantId;
use platform_database::{StoreError, Transaction, Violation};
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::check::{check_sizes, options, sku};
use super::error::{EditError, MAX_VARIANTS};
use super::input::{CreateVariantInput, UpdateVariantInput};
use super::store::variant as store;
use super::write::{finish, lock_own, refresh_prices};
use crate::app::App;
use crate::given::{optional, required};

/// What another variant has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariantTaken {
    Sku,
    /// That variant of the same product.
    Options(VariantId),
}

pub async fn create_variant(
    app: &App,
    caller: &Identity,
    input: CreateVariantInput,
) -> Result<Result<VariantId, VariantTaken>, EditError> {
    let sku = sku(&input.sku)?;
    let options = options(&input.options)?;
    check_sizes([("weightGrams", input.weight_grams)])?;
    let tx = app.begin().await?;
    lock_own(&tx, caller, "productId", input.product_id).await?;
    let count = store::count_variants(&tx, input.product_id).await?;
    if count >= MAX_VARIANTS {
        return Err(EditError::InvalidVariant);
    }
    let row = variant::Model {
        id: app.next_id(),
        product_id: input.product_id,
        sku_key: Some(sku_key(&sku)),
        sku,
        position: input.position.unwrap_or_else(|| i32::try_from(count).unwrap_or(i32::MAX)),
        options_key: Some(options.key()),
        options,
        weight_grams: input.weight_grams,
        active: true,
    };
    if let Some(taken) = taken(&tx, &row).await? {
        return Ok(Err(taken));
    }
    let id = row.id;
    match store::insert_variant(&tx, row).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(VariantTaken::Sku)),
        Err(error) => return Err(error.into()),
    }
    finish(app, tx, input.product_id, ProductChange::Updated).await?;
    Ok(Ok(id))
}

pub async fn update_variant(
    app: &App,
    caller: &Identity,
    input: UpdateVariantInput,
) -> Result<Result<VariantId, VariantTaken>, EditError> {
    let weight = optional(input.weight_grams);
    check_sizes([("weightGrams", weight.flatten())])?;
    let tx = app.begin().await?;
    let row = store::find_variant(&tx, input.id).await?.ok_or(EditError::UnknownVariant("id"))?;
    let product = row.product_id;
    lock_own(&tx, caller, "id", product).await?;
    // What is not given is not looked for: two that were alike before stay.
    let mut wanted = variant::Model { sku_key: None, options_key: None, ..row.clone() };
    let mut update = row.into_active_model();
    if let Some(given) = required("sku", input.sku)? {
        let sku = sku(&given)?;
        wanted.sku_key = Some(sku_key(&sku));
        update.sku_key = Set(wanted.sku_key.clone());
        update.sku = Set(sku);
    }
    if let Some(given) = required("options", input.options)? {
        let options = options(&given)?;
        wanted.options_key = Some(options.key());
        update.options_key = Set(wanted.options_key.clone());
        update.options = Set(options);
    }
    if let Some(taken) = taken(&tx, &wanted).await? {
        return Ok(Err(taken));
    }
    if let Some(weight) = weight {
        update.weight_grams = Set(weight);
    }
    if let Some(position) = required("position", input.position)? {
        update.position = Set(position);
    }
    if let Some(active) = required("active", input.active)? {
        update.active = Set(active);
    }
    match store::update_variant(&tx, update).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(VariantTaken::Sku)),
        Err(error) => return Err(error.into()),
    }
    refresh_prices(&tx, &[product]).await?;
    finish(app, tx, product, ProductChange::Updated).await?;
    Ok(Ok(input.id))
}

/// What of a variant of a locked product another has already. The lock keeps another from being made meanwhile.
async fn taken(tx: &Transaction, wanted: &variant::Model) -> Result<Option<VariantTaken>, StoreError> {
    let same = store::same_variants(tx, wanted).await?;
    let same_sku = |(_, key): &(VariantId, Option<String>)| key.is_some() && *key == wanted.sku_key;
    if same.iter().any(same_sku) {
        return Ok(Some(VariantTaken::Sku));
    }
    Ok(same.first().map(|(id, _)| VariantTaken::Options(*id)))
}
