//! What the gateway asks of users: keys of tokens, API keys and revocations, through users' internal schema.

use std::sync::Arc;

use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;
use platform_core::id::InvalidId;
use platform_identity::Identity;
use platform_server::{PeerError, Peers};
use router_gateway::auth::{
    ApiKeyGrant, ApiKeyLookup, AuthError, JwksSource, Revocation, RevocationError, RevocationPage,
    RevocationSource, Revoked,
};
use router_gateway::config::Quota;

use crate::peers::users::{ApiKey, Keys, RevocationKind, Revocations, revocations};

/// The users subgraph as the gateway sees it.
#[derive(Clone)]
pub struct UsersDirectory(pub Arc<Peers>);

#[async_trait]
impl JwksSource for UsersDirectory {
    async fn fetch(&self) -> Result<JwkSet, String> {
        let text = self.0.ask(Keys, self.0.own()).await.map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

#[async_trait]
impl ApiKeyLookup for UsersDirectory {
    async fn look_up(&self, key: &str) -> Result<Option<ApiKeyGrant>, AuthError> {
        let found = self.0.ask(ApiKey { key: key.to_owned() }, self.0.own()).await.map_err(|error| {
            tracing::warn!(%error, "an API key cannot be looked up");
            AuthError::Unavailable
        })?;
        Ok(found.map(|grant| ApiKeyGrant {
            identity: Identity {
                partner: Some(grant.partner_id),
                scopes: grant.scopes.into_iter().collect(),
                ..Identity::guest()
            },
            quota: grant
                .rate_per_second
                .map(|rate| Quota { per_second: rate, burst: rate.saturating_mul(2) }),
            expires_at: grant.expires_at,
        }))
    }
}

#[async_trait]
impl RevocationSource for UsersDirectory {
    async fn since(&self, cursor: Option<&str>) -> Result<RevocationPage, RevocationError> {
        let question = Revocations { cursor: cursor.map(str::to_owned) };
        let page = self.0.ask(question, self.0.own()).await.map_err(failed)?;
        Ok(RevocationPage {
            revocations: page.revocations.into_iter().map(revocation).collect::<Result<_, _>>()?,
            cursor: page.cursor,
        })
    }
}

fn revocation(told: revocations::Revocation) -> Result<Revocation, RevocationError> {
    let bad = |error: InvalidId| failed(error);
    let what = match told.kind {
        RevocationKind::Session => Revoked::Session(told.id.parse().map_err(bad)?),
        RevocationKind::User => Revoked::User(told.id.parse().map_err(bad)?),
        RevocationKind::Partner => Revoked::Partner(told.id.parse().map_err(bad)?),
        RevocationKind::Unrecognised => return Err(failed(PeerError::unrecognised::<Revocations>())),
    };
    Ok(Revocation { what, at: told.revoked_at })
}

fn failed(reason: impl std::fmt::Display) -> RevocationError {
    RevocationError(reason.to_string())
}
