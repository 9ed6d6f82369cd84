//! Queries of offers for who keeps them.

use catalog_entities::offer::{Column, Entity, Model, OfferStatus};
use catalog_entities::offer_price;
use platform_core::id::{OfferId, ProductId, VariantId, VendorId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Which offers; every field that is set must hold.
pub struct Wanted {
    /// Any of these.
    pub vendors: Option<Vec<VendorId>>,
    pub product: Option<ProductId>,
    pub variant: Option<VariantId>,
    pub status: Option<OfferStatus>,
}

/// Offers, the newest first; one more than asked for, to know whether more follow.
pub async fn page(
    database: &Database,
    wanted: &Wanted,
    page: &Page<OfferId>,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(Column::Id.lt(after));
    }
    if let Some(vendors) = &wanted.vendors {
        select = select.filter(Column::VendorId.is_in(vendors.iter().copied()));
    }
    if let Some(product) = wanted.product {
        select = select.filter(Column::ProductId.eq(product));
    }
    if let Some(variant) = wanted.variant {
        select = select.filter(Column::VariantId.eq(variant));
    }
    if let Some(status) = wanted.status {
        select = select.filter(Column::Status.eq(status));
    }
    Ok(select.all(database.read()).await?)
}

pub async fn find(tx: &Transaction, id: OfferId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(&**tx).await?)
}

/// Deletes a price by its offer, currency, customer group and least quantity; false if there is none.
pub async fn delete_price(tx: &Transaction, key: (OfferId, String, String, i32)) -> Result<bool, StoreError> {
    Ok(offer_price::Entity::delete_by_id(key).exec(&**tx).await?.rows_affected > 0)
}
