//! A line of an order, as it was when the order was placed.

use platform_core::id::{OfferId, OrderId, OrderLineId, ProductId, VariantId, VendorId, VendorOrderId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderLineId,
    pub order_id: OrderId,
    pub vendor_order_id: VendorOrderId,
    pub position: i32,
    pub offer_id: OfferId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub vendor_id: VendorId,
    pub sku: String,
    pub product_name: String,
    pub variant_name: String,
    pub image_url: Option<String>,
    /// Null in rows that are older than the column.
    pub product_slug: Option<String>,
    pub quantity: i32,
    /// All in minor units of the order's currency.
    pub unit_price_minor: i64,
    pub discount_minor: i64,
    /// Whether the platform, not the vendor, pays the discount.
    pub discount_by_platform: bool,
    /// What the platform pays of the discount, without tax; unknown of lines that are older than the column.
    pub platform_discount_minor: Option<i64>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// Pieces whose price was given back, or is being given back, and what of the total that is.
    pub refunded_quantity: i32,
    pub refunded_minor: i64,
    /// As a decimal fraction: `0.19`.
    pub tax_rate: String,
    /// Fixed when the order is placed; hundredths of a percent.
    pub commission_bps: i32,
    pub commission_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
