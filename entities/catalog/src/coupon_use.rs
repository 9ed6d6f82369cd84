//! A use of a coupon under its caller's key. `ordinal` numbers a user's uses; a unique index over live uses keeps the
//! limit per user whatever races.

use platform_core::id::{CouponId, UserId};
use sea_orm::entity::prelude::*;

use crate::HoldStatus;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "coupon_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub key: String,
    /// Null for a key that was closed before anything was reserved under it.
    pub coupon_id: Option<CouponId>,
    pub user_id: Option<UserId>,
    pub ordinal: Option<i32>,
    pub status: HoldStatus,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    /// The user or guest it is held for, as `user:<id>` or `guest:<id>`; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
    /// The payment waits for its customer: limits on holds count it.
    pub waiting: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
