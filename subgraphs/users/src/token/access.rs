//! The access token: an Ed25519-signed JWT as of RFC 9068.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header};
use platform_config::AuthConfig;
use platform_core::id::{SessionId, UserId};
use platform_identity::{Role, Scope};
use serde::Serialize;

use crate::secret::Secret;
use crate::token::keyring::{KeyringError, SigningKey};

/// `typ` of the header, so that no other kind of token passes for an access token.
const TOKEN_TYPE: &str = "at+jwt";

/// Whom a token stands for, and what that user may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub user: UserId,
    pub session: SessionId,
    pub roles: BTreeSet<Role>,
    pub scopes: BTreeSet<Scope>,
    /// Tokens issued up to then do not count.
    pub auth_changed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub token: Secret,
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    roles: &'a BTreeSet<Role>,
    /// Words separated by spaces (RFC 8693).
    scope: String,
}

/// Signs a token for `grant`, in force from `now` on.
pub fn mint(
    grant: &Grant,
    key: &SigningKey,
    config: &AuthConfig,
    now: DateTime<Utc>,
) -> Result<AccessToken, KeyringError> {
    let lifetime = TimeDelta::seconds(i64::try_from(config.access_ttl_s).unwrap_or(i64::MAX / 1_000));
    // Claims are whole seconds. A token made in the second in which its user's roles changed would count as older
    // than the change, so it is dated to the next; verifiers bear a few seconds of difference.
    let issued = now.timestamp();
    let issued = grant.auth_changed_at.map_or(issued, |changed| issued.max(changed.timestamp() + 1));
    let expires_at = now + lifetime;
    let claims = Claims {
        iss: &config.issuer,
        aud: &config.audience,
        sub: grant.user,
        sid: grant.session,
        iat: issued,
        nbf: now.timestamp(),
        exp: expires_at.timestamp(),
        roles: &grant.roles,
        scope: grant.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" "),
    };
    let header = Header {
        typ: Some(TOKEN_TYPE.to_owned()),
        kid: Some(key.kid.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    let token = jsonwebtoken::encode(&header, &claims, &key.key).map_err(|_| KeyringError::Signing)?;
    Ok(AccessToken { token: Secret::received(token), expires_at })
}
