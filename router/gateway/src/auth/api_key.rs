//! API keys of partners, looked up by whoever stores them and remembered for a few seconds.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use moka::future::Cache;
use platform_core::Clock;
use platform_identity::Identity;
use sha2::{Digest, Sha256};

use crate::auth::AuthError;
use crate::config::Quota;

/// What a key stands for.
#[derive(Debug, Clone)]
pub struct ApiKeyGrant {
    /// Its context is replaced by that of the request.
    pub identity: Identity,
    pub quota: Option<Quota>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Finds the grant of a key. `Ok(None)`: there is no such key, or it has ended.
#[async_trait]
pub trait ApiKeyLookup: Send + Sync + 'static {
    async fn look_up(&self, key: &str) -> Result<Option<ApiKeyGrant>, AuthError>;
}

/// A revoked key is refused after this at the latest.
const REMEMBERED: Duration = Duration::from_secs(2);
const MAX_REMEMBERED: u64 = 10_000;
const MAX_LENGTH: usize = 256;

/// Remembers grants by the hash of the key, so that no key stands in memory longer than its request
/// or connection.
pub struct ApiKeys {
    lookup: Arc<dyn ApiKeyLookup>,
    clock: Arc<dyn Clock>,
    grants: Cache<[u8; 32], Option<Arc<Known>>>,
}

/// A grant, and when it was looked up: a revocation after that reaches it.
pub struct Known {
    pub grant: ApiKeyGrant,
    pub at: DateTime<Utc>,
}

impl ApiKeys {
    pub fn new(lookup: Arc<dyn ApiKeyLookup>, clock: Arc<dyn Clock>) -> Self {
        let grants = Cache::builder().max_capacity(MAX_REMEMBERED).time_to_live(REMEMBERED).build();
        Self { lookup, clock, grants }
    }

    pub async fn grant(&self, key: &str) -> Result<Arc<Known>, AuthError> {
        if key.is_empty() || key.len() > MAX_LENGTH {
            return Err(AuthError::InvalidApiKey);
        }
        let hash: [u8; 32] = Sha256::digest(key).into();
        let found = self
            .grants
            .try_get_with(hash, async {
                let at = self.clock.now();
                let grant = self.lookup.look_up(key).await?;
                Ok(grant.map(|grant| Arc::new(Known { grant, at })))
            })
            .await
            .map_err(|error: Arc<AuthError>| (*error).clone())?;
        let now = self.clock.now();
        let in_force = |known: &Arc<Known>| known.grant.expires_at.is_none_or(|expires| now < expires);
        found.filter(in_force).ok_or(AuthError::InvalidApiKey)
    }
}
