//! What a buyer earns by an order that was delivered.

use platform_core::id::{OrderId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    /// The order can be returned still: nothing was given yet.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The points were given.
    #[sea_orm(string_value = "EARNED")]
    Earned,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "points_earnings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    pub user_id: UserId,
    pub status: Status,
    /// What was paid in money and kept when the points were given, in minor units; zero before.
    pub basis_minor: i64,
    /// The points that were given; zero before.
    pub points: i64,
    /// Those of them that refunds took back.
    pub reversed: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
