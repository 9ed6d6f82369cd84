//! A line that a user wrote.

use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

use crate::EntryId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryId,
    /// Who wrote it.
    pub user_id: UserId,
    pub text: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
