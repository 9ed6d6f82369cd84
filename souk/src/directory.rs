//! What the gateway asks of users: keys of tokens, API keys and revocations, through users' internal schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::JwkSet;
use platform_core::id::PartnerId;
use platform_identity::Identity;
use platform_server::Peers;
use router_gateway::auth::{
    ApiKeyGrant, ApiKeyLookup, AuthError, JwksSource, Revocation, RevocationError, RevocationPage,
    RevocationSource, Revoked,
};
use router_gateway::config::Quota;
use serde::Deserialize;
use serde_json::json;

/// Whom all this is asked of.
pub const USERS: &str = "users";

/// The users subgraph as the gateway sees it.
#[derive(Clone)]
pub struct UsersDirectory(pub Arc<Peers>);

#[async_trait]
impl JwksSource for UsersDirectory {
    async fn fetch(&self) -> Result<JwkSet, String> {
        let text: String = self
            .0
            .call(USERS, "query Keys { jwks }", json!({}), self.0.own())
            .await
            .map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Grant {
    partner_id: PartnerId,
    scopes: BTreeSet<String>,
    rate_per_second: Option<u32>,
    expires_at: Option<DateTime<Utc>>,
}

#[async_trait]
impl ApiKeyLookup for UsersDirectory {
    async fn look_up(&self, key: &str) -> Result<Option<ApiKeyGrant>, AuthError> {
        const DOCUMENT: &str = "query ApiKey($key: String!) {
            apiKey(key: $key) { partnerId scopes ratePerSecond expiresAt }
        }";
        let found: Option<Grant> =
            self.0.call(USERS, DOCUMENT, json!({ "key": key }), self.0.own()).await.map_err(|error| {
                tracing::warn!(%error, "an API key cannot be looked up");
                AuthError::Unavailable
            })?;
        Ok(found.map(|grant| ApiKeyGrant {
            identity: Identity { partner: Some(grant.partner_id), scopes: grant.scopes, ..Identity::guest() },
            quota: grant
                .rate_per_second
                .map(|rate| Quota { per_second: rate, burst: rate.saturating_mul(2) }),
            expires_at: grant.expires_at,
        }))
    }
}

#[derive(Deserialize)]
struct Page {
    cursor: String,
    revocations: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    kind: Kind,
    id: String,
    revoked_at: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Session,
    User,
    Partner,
}

#[async_trait]
impl RevocationSource for UsersDirectory {
    async fn since(&self, cursor: Option<&str>) -> Result<RevocationPage, RevocationError> {
        const DOCUMENT: &str = "query Revocations($cursor: String) {
            revocationsSince(cursor: $cursor) { cursor revocations { kind id revokedAt } }
        }";
        let failed = |reason: String| RevocationError(reason);
        let page: Page = self
            .0
            .call(USERS, DOCUMENT, json!({ "cursor": cursor }), self.0.own())
            .await
            .map_err(|error| failed(error.to_string()))?;
        let revocations = page.revocations.into_iter().map(|entry| {
            let bad = |_| failed(format!("`{}` is not an id", entry.id));
            let what = match entry.kind {
                Kind::Session => Revoked::Session(entry.id.parse().map_err(bad)?),
                Kind::User => Revoked::User(entry.id.parse().map_err(bad)?),
                Kind::Partner => Revoked::Partner(entry.id.parse().map_err(bad)?),
            };
            Ok(Revocation { what, at: entry.revoked_at })
        });
        Ok(RevocationPage {
            revocations: revocations.collect::<Result<_, RevocationError>>()?,
            cursor: page.cursor,
        })
    }
}
