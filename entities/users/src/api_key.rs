//! A partner's key, by its hash.

use platform_core::id::{ApiKeyId, PartnerId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub partner_id: PartnerId,
    pub name: String,
    /// The beginning of the key, by which people tell keys apart.
    pub prefix: String,
    /// SHA-256 of the key, which has 256 random bits; so no slow hash is needed. Unique.
    pub hash: Vec<u8>,
    /// List of `domain:action` words, and `vendor:<id>` for each vendor that the key is bound to.
    pub scopes: Json,
    /// Operations a second; `None` for the gateway's default.
    pub rate_per_second: Option<i32>,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    /// Whether an account of the demo made it, or one that had its own rights from the demo.
    pub by_demo: bool,
    /// Within a minute.
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
