//! A parcel of a vendor's part of an order, as logistics told of it last.

use platform_core::id::{OrderId, ShipmentId, VendorOrderId};
use sea_orm::entity::prelude::*;

/// Where a parcel is, as far as its order depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "AT_SELLER")]
    AtSeller,
    #[sea_orm(string_value = "UNDER_WAY")]
    UnderWay,
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// Lost, or back at its seller.
    #[sea_orm(string_value = "GONE")]
    Gone,
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "parcels")]
pub struct Model {
    /// The shipment's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShipmentId,
    pub order_id: OrderId,
    pub vendor_order_id: VendorOrderId,
    pub status: Status,
    /// The shipment's version of which it is; an earlier one is out of date.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
