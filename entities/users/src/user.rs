//! A person with an account.

use async_graphql::Enum;
use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

/// Whether a user may log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "UserStatus")]
pub enum Status {
    /// May log in.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// May not log in; sessions are revoked.
    #[sea_orm(string_value = "BLOCKED")]
    Blocked,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Normalised: trimmed, in lower case, in NFC. Unique.
    pub email: String,
    /// What spellings of one address have in common: NFKC, case folded. Unique. Followed by `#` and the account's id
    /// where several accounts were made with one address; `None` for an account that an older release made.
    pub email_key: Option<String>,
    pub email_verified_at: Option<DateTimeUtc>,
    /// PHC string of argon2id; `None` for an account that has no password yet.
    pub password_hash: Option<String>,
    pub name: String,
    pub picture_url: Option<String>,
    pub phone: Option<String>,
    /// BCP 47 primary tag of the language of mails and notifications.
    pub language: String,
    pub status: Status,
    /// Access tokens issued up to this instant are refused: roles changed, or the account was blocked.
    pub auth_changed_at: Option<DateTimeUtc>,
    /// Version of the inbox: the `sequence` of the user's newest notification.
    pub inbox_version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
