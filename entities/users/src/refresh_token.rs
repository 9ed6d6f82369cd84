//! A refresh token of a session, by its hash.

use platform_core::id::SessionId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// SHA-256 of the token. The token itself is never stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    pub session_id: SessionId,
    pub issued_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// Set once, when the token was exchanged for its successor.
    pub rotated_at: Option<DateTimeUtc>,
    /// With the token itself this gives the successor; alone it gives nothing.
    pub successor_salt: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
