//! Refunds in the sandbox gateway's own books.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub idempotency_key: String,
    pub reference: String,
    pub amount_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
