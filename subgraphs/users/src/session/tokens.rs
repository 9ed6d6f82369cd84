//! The pair of tokens that a client gets: a short-lived access token, and a refresh token for the next pair.

use chrono::{DateTime, TimeDelta, Utc};
use platform_config::AuthConfig;
use platform_core::id::{SessionId, UserId};
use platform_database::{StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use users_entities::{refresh_token, session, user};

use super::store::insert_refresh_token;
use crate::app::App;
use crate::role;
use crate::secret::Secret;
use crate::session::error::SessionError;
use crate::token::{self, AccessToken, Grant, KeyringError, SigningKey};

pub const REFRESH_PREFIX: &str = "souk_rt_";
/// A session ends after as long however often it is refreshed.
const LONGEST_SESSION: TimeDelta = TimeDelta::days(90);

/// What a client gets.
#[derive(Debug, Clone)]
pub struct IssuedTokens {
    pub user: UserId,
    pub session: SessionId,
    pub access: AccessToken,
    pub refresh: Secret,
    pub refresh_expires_at: DateTime<Utc>,
}

/// When a refresh token given out at `now` in a session begun at `created` expires.
pub fn refresh_expiry(config: &AuthConfig, created: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let ttl = TimeDelta::seconds(i64::try_from(config.refresh_ttl_s).unwrap_or(i64::MAX / 1_000));
    (now + ttl).min(created + LONGEST_SESSION)
}

pub async fn store_refresh(
    tx: &Transaction,
    session: SessionId,
    token: &Secret,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = refresh_token::ActiveModel {
        hash: Set(token.hash()),
        session_id: Set(session),
        issued_at: Set(now),
        expires_at: Set(expires_at),
        rotated_at: Set(None),
        successor_salt: Set(None),
    };
    insert_refresh_token(tx, row).await
}

/// Signs an access token for what `user` may do at this moment; `user`'s row is locked against changes of that.
pub async fn access_token(
    tx: &Transaction,
    app: &App,
    key: &SigningKey,
    user: &user::Model,
    session: &session::Model,
) -> Result<AccessToken, SessionError> {
    let rights = role::rights(&**tx, user.id, app.config.demo).await?;
    let grant = Grant {
        user: user.id,
        session: session.id,
        roles: rights.roles.iter().copied().map(role::identity_role).collect(),
        scopes: role::granted(&rights.roles, &rights.vendors),
        auth_changed_at: user.auth_changed_at,
    };
    Ok(token::mint(&grant, key, &app.config.auth, app.now())?)
}

/// The key to sign with, asked for before a transaction begins: it may need one of its own.
pub async fn signing_key(app: &App) -> Result<std::sync::Arc<SigningKey>, KeyringError> {
    app.keyring().signing_key().await
}
