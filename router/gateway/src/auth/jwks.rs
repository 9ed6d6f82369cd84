//! The keys by which clients' tokens are checked.
//!
//! Each key has exactly one algorithm, which follows from the key and never from a token. Symmetric keys are not
//! keys here. An unknown key id leads to a fetch, but to one per pause at most, however many tokens name one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;

use crate::auth::AuthError;

/// Where a key set comes from. The error is a sentence for the log.
#[async_trait]
pub trait JwksSource: Send + Sync + 'static {
    async fn fetch(&self) -> Result<JwkSet, String>;
}

/// A key set that stays as it is.
pub struct StaticJwks(pub JwkSet);

#[async_trait]
impl JwksSource for StaticJwks {
    async fn fetch(&self) -> Result<JwkSet, String> {
        Ok(self.0.clone())
    }
}

/// A key set behind a URL.
pub struct HttpJwks {
    url: String,
    client: reqwest::Client,
}

impl HttpJwks {
    const MAX_BYTES: usize = 1 << 20;

    pub fn new(url: String) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { url, client })
    }
}

#[async_trait]
impl JwksSource for HttpJwks {
    async fn fetch(&self) -> Result<JwkSet, String> {
        let failed = |error: reqwest::Error| format!("{} does not answer: {error}", self.url);
        let mut response =
            self.client.get(&self.url).send().await.map_err(failed)?.error_for_status().map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(chunk.len()) > Self::MAX_BYTES {
                return Err(format!("{} answers with more than {} bytes", self.url, Self::MAX_BYTES));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body)
            .map_err(|error| format!("{} does not answer with a key set: {error}", self.url))
    }
}

/// A key with its one algorithm.
#[derive(Clone)]
pub struct VerificationKey {
    pub algorithm: Algorithm,
    pub key: Arc<DecodingKey>,
}

#[derive(Default)]
struct KeySet {
    keys: HashMap<String, VerificationKey>,
    fetched: Option<Instant>,
}

/// The current keys.
pub struct Keyring {
    source: Arc<dyn JwksSource>,
    current: ArcSwap<KeySet>,
    /// When a fetch was last begun; held during one, so that there is one at a time.
    last_attempt: Mutex<Option<Instant>>,
    max_age: Duration,
    min_pause: Duration,
}

impl Keyring {
    pub fn new(source: Arc<dyn JwksSource>, max_age: Duration, min_pause: Duration) -> Self {
        Self { source, current: ArcSwap::default(), last_attempt: Mutex::new(None), max_age, min_pause }
    }

    /// The key of an id; `Ok(None)`: no such key. An error only when no key set was ever had.
    pub async fn key(&self, kid: &str) -> Result<Option<VerificationKey>, AuthError> {
        let current = self.current.load();
        let fresh = current.fetched.is_some_and(|at| at.elapsed() < self.max_age);
        if let Some(key) = current.keys.get(kid).filter(|_| fresh) {
            return Ok(Some(key.clone()));
        }
        self.refresh().await;
        let current = self.current.load();
        if current.fetched.is_none() {
            return Err(AuthError::Unavailable);
        }
        Ok(current.keys.get(kid).cloned())
    }

    /// Fetches unless that was tried a moment ago. A failed fetch leaves the keys as they were: an unreachable issuer
    /// must not sign everybody out.
    async fn refresh(&self) {
        let mut last = self.last_attempt.lock().await;
        if last.is_some_and(|at| at.elapsed() < self.min_pause) {
            return;
        }
        match self.source.fetch().await {
            Ok(set) => {
                let keys = set.keys.iter().filter_map(verification_key).collect();
                self.current.store(Arc::new(KeySet { keys, fetched: Some(Instant::now()) }));
            }
            Err(reason) => tracing::warn!(reason, "the key set for clients' tokens could not be fetched"),
        }
        *last = Some(Instant::now());
    }
}

/// The key, if it is a public one for signatures and of a kind that is accepted.
fn verification_key(jwk: &Jwk) -> Option<(String, VerificationKey)> {
    let kid = jwk.common.key_id.clone()?;
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        _ => return None,
    };
    // A key that says it is for another algorithm is not ours to use.
    let says_otherwise =
        jwk.common.key_algorithm.is_some_and(|stated| stated.to_string() != format!("{algorithm:?}"));
    if says_otherwise {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((kid, VerificationKey { algorithm, key: Arc::new(key) }))
}
