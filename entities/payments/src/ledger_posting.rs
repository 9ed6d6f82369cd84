//! One side of a ledger entry.

use platform_core::id::{LedgerAccountId, LedgerEntryId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_postings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub transaction_id: LedgerEntryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub account_id: LedgerAccountId,
    /// Minor units; a debit is positive, a credit negative.
    pub amount_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
