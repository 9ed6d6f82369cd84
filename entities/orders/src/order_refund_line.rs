//! Pieces of a line of an order that a refund gave back the price of.

use platform_core::id::{OrderLineId, RefundId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_refund_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub refund_id: RefundId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: OrderLineId,
    pub quantity: i32,
    /// What these pieces cost the buyer, with tax and after discounts, in minor units.
    pub amount_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
