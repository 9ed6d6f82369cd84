//! The claims of an access token, and the identity they state.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use platform_core::Market;
use platform_core::id::{SessionId, UserId};
use platform_identity::{Identity, Role};
use serde::Deserialize;

use crate::auth::{AuthError, TokenFault};

/// What must and may stand in a token. Unknown claims are ignored, unknown roles are not: see [`Claims::identity`].
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: Audience,
    pub sub: UserId,
    pub exp: i64,
    pub nbf: i64,
    pub iat: i64,
    #[serde(default)]
    sid: Option<SessionId>,
    #[serde(default)]
    roles: Vec<String>,
    /// Words separated by spaces (RFC 8693).
    #[serde(default)]
    scope: String,
    #[serde(default)]
    customer_group: Option<String>,
}

/// `aud` is a text or a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// A checked token's content.
#[derive(Debug, Clone)]
pub struct VerifiedToken {
    user: UserId,
    session: Option<SessionId>,
    roles: BTreeSet<Role>,
    scopes: BTreeSet<String>,
    customer_group: Option<String>,
    pub issued_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// A role that this gateway does not know (a newer issuer's) grants nothing and refuses nothing.
    pub fn verified(self) -> Result<VerifiedToken, AuthError> {
        let time =
            |seconds| DateTime::from_timestamp(seconds, 0).ok_or(AuthError::InvalidToken(TokenFault::Claims));
        Ok(VerifiedToken {
            user: self.sub,
            session: self.sid,
            roles: self.roles.iter().filter_map(|role| role_of(role)).collect(),
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            customer_group: self.customer_group,
            issued_at: time(self.iat)?,
            not_before: time(self.nbf)?,
            expires_at: time(self.exp)?,
        })
    }
}

fn role_of(name: &str) -> Option<Role> {
    serde_json::from_value(serde_json::Value::from(name)).ok()
}

impl VerifiedToken {
    /// The identity in the market of a request.
    pub fn identity(&self, mut market: Market) -> Identity {
        market.customer_group.clone_from(&self.customer_group);
        Identity {
            user: Some(self.user),
            session: self.session,
            roles: self.roles.clone(),
            scopes: self.scopes.clone(),
            ..Identity::guest(market)
        }
    }
}
