//! The claims of an access token, and the identity they state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_core::id::{SessionId, UserId};
use platform_identity::{Identity, Role};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::{AuthError, ContextClaims, TokenFault};

/// What must and may stand in a token. Unknown claims are ignored, and so are unknown roles: see [`Claims::verified`].
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
    /// All others; a context is made of some.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
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
    /// Those that a context is made of.
    pub context: ContextClaims,
    pub issued_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// Keeps of the other claims those that `context` names; each has to be a text. A role that this gateway does not
    /// know (a newer issuer's) grants nothing and refuses nothing.
    pub fn verified(self, context: &[&'static str]) -> Result<VerifiedToken, AuthError> {
        let fault = || AuthError::InvalidToken(TokenFault::Claims);
        let time = |seconds| DateTime::from_timestamp(seconds, 0).ok_or_else(fault);
        let mut kept = ContextClaims::default();
        for name in context {
            match self.others.get(*name) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) => kept.insert(name, Arc::from(text.as_str())),
                Some(_) => return Err(fault()),
            }
        }
        Ok(VerifiedToken {
            user: self.sub,
            session: self.sid,
            roles: self.roles.iter().filter_map(|role| role_of(role)).collect(),
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            context: kept,
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
    /// Whom the token is for, in no context yet.
    pub fn identity(&self) -> Identity {
        Identity {
            user: Some(self.user),
            session: self.session,
            roles: self.roles.clone(),
            scopes: self.scopes.clone(),
            ..Identity::guest()
        }
    }
}
