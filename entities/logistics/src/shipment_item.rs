//! Pieces of an order's line in a shipment, as they were called when the order was placed.

use platform_core::id::{OfferId, OrderLineId, ProductId, ShipmentId, VariantId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipment_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shipment_id: ShipmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: OrderLineId,
    pub position: i32,
    pub offer_id: OfferId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub name: String,
    pub variant_name: String,
    pub sku: String,
    /// Zero where all of it was refunded before it left.
    pub quantity: i32,
}

impl ActiveModelBehavior for ActiveModel {}
