//! A cart, of a user or of a guest.

use platform_core::id::{CartId, OrderId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "carts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CartId,
    /// One cart for each user.
    #[sea_orm(unique)]
    pub user_id: Option<UserId>,
    /// One cart for each guest.
    #[sea_orm(unique)]
    pub guest_id: Option<String>,
    pub coupon_code: Option<String>,
    /// The order under way that uses the coupon; none once the coupon was applied again.
    pub coupon_order_id: Option<OrderId>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
