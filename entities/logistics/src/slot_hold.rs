//! A place in a slot that is held for an order, under its caller's key.

use async_graphql::Enum;
use platform_core::id::SlotId;
use sea_orm::entity::prelude::*;

/// Where a hold on a slot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "SlotHoldStatus")]
pub enum Status {
    /// Kept from others until it is committed or released, or lapses.
    #[sea_orm(string_value = "HELD")]
    Held,
    /// The order's, unless it is given back.
    #[sea_orm(string_value = "COMMITTED")]
    Committed,
    /// Given back, or closed before anything was held.
    #[sea_orm(string_value = "RELEASED")]
    Released,
    /// Lapsed before it was committed.
    #[sea_orm(string_value = "EXPIRED")]
    Expired,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot_holds")]
pub struct Model {
    /// Set by the caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Null for a key that was closed before anything was held under it.
    pub slot_id: Option<SlotId>,
    pub status: Status,
    /// The user or guest that it is held for; forgotten when the hold ends.
    pub holder: Option<String>,
    /// Where the request came from; forgotten when the hold ends.
    pub network: Option<String>,
    /// Whether it waits for a payment.
    pub waiting: bool,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
