//! A change of a user's points. The entries sum to the balance.

use async_graphql::Enum;
use platform_core::id::{PointsEntryId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "PointsEntryKind")]
pub enum Kind {
    #[sea_orm(string_value = "EARNED")]
    Earned,
    #[sea_orm(string_value = "GRANTED")]
    Granted,
    #[sea_orm(string_value = "REDEEMED")]
    Redeemed,
    #[sea_orm(string_value = "RETURNED")]
    Returned,
    #[sea_orm(string_value = "REVERSED")]
    Reversed,
    #[sea_orm(string_value = "EXPIRED")]
    Expired,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "points_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PointsEntryId,
    pub user_id: UserId,
    pub kind: Kind,
    /// What caused it; with `kind` unique, so that nothing counts twice.
    pub reference: String,
    /// Positive when points come, negative when they go.
    pub points: i64,
    /// Of points that came: how many are not spent yet.
    pub unspent: i64,
    pub expires_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
