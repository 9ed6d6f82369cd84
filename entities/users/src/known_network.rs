//! A network from which an account was logged into.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "known_networks")]
pub struct Model {
    /// SHA-256 of the address's key and the network; neither is stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// The last login.
    pub seen_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
