//! A balanced entry of the ledger: its postings sum to zero.

use async_graphql::Enum;
use platform_core::id::LedgerEntryId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "LedgerEntryKind")]
pub enum Kind {
    #[sea_orm(string_value = "CAPTURE")]
    Capture,
    #[sea_orm(string_value = "REFUND")]
    Refund,
    #[sea_orm(string_value = "POINTS_GRANT")]
    PointsGrant,
    #[sea_orm(string_value = "POINTS_EXPIRY")]
    PointsExpiry,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LedgerEntryId,
    pub kind: Kind,
    /// What is booked; with `kind` unique, so that nothing is booked twice.
    pub reference: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
