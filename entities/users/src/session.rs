//! One login on one device: the family of its refresh tokens.

use platform_core::id::{SessionId, UserId};
use sea_orm::entity::prelude::*;

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum RevocationReason {
    #[sea_orm(string_value = "LOGOUT")]
    Logout,
    #[sea_orm(string_value = "LOGOUT_EVERYWHERE")]
    LogoutEverywhere,
    /// A refresh token came back after its rotation: somebody else has a copy.
    #[sea_orm(string_value = "REFRESH_TOKEN_REUSED")]
    RefreshTokenReused,
    #[sea_orm(string_value = "PASSWORD_CHANGED")]
    PasswordChanged,
    #[sea_orm(string_value = "USER_BLOCKED")]
    UserBlocked,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    /// What the client calls the device.
    pub device: Option<String>,
    pub created_at: DateTimeUtc,
    /// When its tokens were last refreshed.
    pub refreshed_at: DateTimeUtc,
    /// When its newest refresh token expires.
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revocation_reason: Option<RevocationReason>,
}

impl ActiveModelBehavior for ActiveModel {}
