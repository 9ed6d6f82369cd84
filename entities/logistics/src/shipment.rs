//! A parcel of one vendor's part of an order, from one warehouse, and where it stands.

use async_graphql::Enum;
use platform_core::id::{OrderId, ShipmentId, UserId, VendorId, VendorOrderId, WarehouseId};
use sea_orm::entity::prelude::*;

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "ShipmentStatus")]
pub enum Status {
    /// To be packed by the seller.
    #[sea_orm(string_value = "CREATED")]
    Created,
    /// Packed, and still at the seller.
    #[sea_orm(string_value = "PACKED")]
    Packed,
    /// The carrier has it.
    #[sea_orm(string_value = "HANDED_OVER")]
    HandedOver,
    /// On its way between the carrier's places.
    #[sea_orm(string_value = "IN_TRANSIT")]
    InTransit,
    /// A courier has it on the road to the recipient.
    #[sea_orm(string_value = "OUT_FOR_DELIVERY")]
    OutForDelivery,
    /// A courier was there and could not deliver it; it is tried again, or goes back.
    #[sea_orm(string_value = "ATTEMPTED")]
    Attempted,
    /// The recipient has it.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// It went back to the seller.
    #[sea_orm(string_value = "RETURNED")]
    Returned,
    /// Nobody knows where it is.
    #[sea_orm(string_value = "LOST")]
    Lost,
    /// It is not sent: its order was called off, or all of it was refunded before it left.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShipmentId,
    pub order_id: OrderId,
    /// Which of the order's parcels it is, from 1 on.
    pub number: i32,
    pub vendor_order_id: VendorOrderId,
    pub vendor_id: VendorId,
    /// The buyer, so that access is checked here.
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    /// Where its pieces lie; unknown of orders whose checkout did not say.
    pub warehouse_id: Option<WarehouseId>,
    pub status: Status,
    /// What a person reads from the parcel.
    #[sea_orm(unique)]
    pub tracking_number: String,
    /// Whoever has it may follow the shipment.
    #[sea_orm(unique)]
    pub tracking_token: String,
    /// The outside carrier that has it, as the configuration calls it; null: the own couriers bring it.
    pub carrier: Option<String>,
    /// The user who has it on a route as its courier, or had it last.
    pub courier_user_id: Option<UserId>,
    /// How often a courier was there in vain.
    pub attempts: i32,
    /// Grows with every change; what subscribers see.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
