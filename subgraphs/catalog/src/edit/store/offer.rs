//! Writes of offers and their prices.

use catalog_entities::offer::{ActiveModel, Column, Entity, Model, OfferStatus};
use catalog_entities::offer_price;
use chrono::{DateTime, Utc};
use platform_core::id::{OfferId, VariantId, VendorId};
use platform_database::{StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};

/// A vendor's offer of a variant, of which there is one at most.
pub async fn find_offer(
    tx: &Transaction,
    variant: VariantId,
    vendor: VendorId,
) -> Result<Option<Model>, StoreError> {
    let own = Entity::find().filter(Column::VariantId.eq(variant)).filter(Column::VendorId.eq(vendor));
    Ok(own.one(&**tx).await?)
}

pub async fn insert_offer(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

pub async fn set_status(
    tx: &Transaction,
    id: OfferId,
    status: OfferStatus,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let update =
        ActiveModel { id: Unchanged(id), status: Set(status), updated_at: Set(now), ..Default::default() };
    update.update(&**tx).await?;
    Ok(())
}

/// Puts prices in the place of all that the offer had.
pub async fn replace_prices(
    tx: &Transaction,
    offer: OfferId,
    prices: Vec<offer_price::Model>,
) -> Result<(), StoreError> {
    offer_price::Entity::delete_many().filter(offer_price::Column::OfferId.eq(offer)).exec(&**tx).await?;
    let rows = prices.into_iter().map(|row| row.into_active_model().reset_all());
    offer_price::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}
