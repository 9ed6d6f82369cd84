//! Points set aside for an order until it is paid or given up.

use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "HELD")]
    Held,
    #[sea_orm(string_value = "COMMITTED")]
    Committed,
    #[sea_orm(string_value = "RELEASED")]
    Released,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "points_holds")]
pub struct Model {
    /// Set by the caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Null for a key that was closed before anything was held under it.
    pub user_id: Option<UserId>,
    /// Zero for such a key.
    pub points: i64,
    pub status: Status,
    pub expires_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
