//! One vendor's part of an order.

use async_graphql::Enum;
use platform_core::id::{OrderId, UserId, VendorId, VendorOrderId};
use sea_orm::entity::prelude::*;

/// Where a vendor's part of an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "VendorOrderStatus")]
pub enum Status {
    /// The order is not paid for yet.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// To be prepared by the vendor.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// All of its parcels have left the vendor.
    #[sea_orm(string_value = "SHIPPED")]
    Shipped,
    /// All of its parcels have arrived, but for what was lost or came back.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// All of its parcels were lost or came back.
    #[sea_orm(string_value = "RETURNED")]
    Returned,
    /// The order was called off or failed, or all of this part was refunded before delivery: nothing is to be sent.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vendor_orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VendorOrderId,
    pub order_id: OrderId,
    pub vendor_id: VendorId,
    /// The buyer, so that access is checked here.
    pub user_id: Option<UserId>,
    pub status: Status,
    pub currency: String,
    /// Lines with tax and after discounts, in minor units.
    pub total_minor: i64,
    /// With tax.
    pub shipping_minor: i64,
    pub commission_minor: i64,
    pub version: i64,
    pub placed_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
