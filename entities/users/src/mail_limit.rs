//! Mails that were asked for from a network, or that went to an address, and count against a limit.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_limits")]
pub struct Model {
    /// SHA-256 of the kind of count and the network or the address's key; neither is stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// Mails that are not forgotten yet.
    pub mails: i64,
    /// Up to when mails were forgotten, one by one.
    pub counted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
