//! Somebody who has registered and has not shown yet to get mail at the address.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of what the client that registered holds. Unique.
    pub hash: Vec<u8>,
    pub email: String,
    pub email_key: String,
    /// PHC string of argon2id.
    pub password_hash: String,
    pub name: String,
    /// BCP 47 primary tag.
    pub language: String,
    /// SHA-256 of the id and the code that was mailed; `None` before, and when an account has the address.
    pub code_hash: Option<Vec<u8>>,
    pub mailed_at: Option<DateTimeUtc>,
    pub wrong_codes: i32,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
