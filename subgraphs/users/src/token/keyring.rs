//! The signing keys in the database, and their rotation.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey};
use platform_config::AuthConfig;
use platform_core::{ApiError, Clock, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use users_entities::signing_key;

use super::store::{self, published};
use super::vault::{Vault, VaultError};
use crate::revocation;

/// How long before its first signature a key is published. Verifiers keep a key set for five minutes.
const LEAD: TimeDelta = TimeDelta::minutes(10);
/// Published beyond the last token, for verifiers whose clock is behind.
const MARGIN: TimeDelta = TimeDelta::minutes(10);
/// A key signs for as long before it is replaced.
const MAX_AGE: TimeDelta = TimeDelta::days(30);
/// How long this process relies on the key that it read; a withdrawn one signs no longer than that.
const REMEMBERED: TimeDelta = TimeDelta::seconds(30);

#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a signing key could not be made")]
    Generation(#[from] platform_identity::KeyError),
    #[error("the stored signing key {0} is damaged; rotate the keys at once to replace it")]
    Damaged(String),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("a token could not be signed")]
    Signing,
}

impl ApiError for KeyringError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Store(error) => error.code(),
            Self::Generation(_) | Self::Damaged(_) | Self::Vault(_) | Self::Signing => ErrorCode::Internal,
        }
    }
}

platform_core::api_error!(KeyringError);

/// How keys are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The new key is published now and signs a little later; tokens of the old one stay valid until they expire.
    Planned,
    /// The old keys leaked: they are withdrawn now, every access token ends, clients refresh.
    Immediate,
}

/// The key that signs now.
pub struct SigningKey {
    pub kid: String,
    pub key: EncodingKey,
}

struct Current {
    key: Arc<SigningKey>,
    read_at: DateTime<Utc>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    database: Database,
    clock: Arc<dyn Clock>,
    access_ttl: TimeDelta,
    vault: Vault,
    current: Arc<Mutex<Option<Current>>>,
}

impl Keyring {
    pub fn new(database: Database, clock: Arc<dyn Clock>, config: &AuthConfig) -> Result<Self, VaultError> {
        let access_ttl = TimeDelta::seconds(i64::try_from(config.access_ttl_s).unwrap_or(i64::MAX / 1_000));
        let vault = Vault::open(&config.signing_key_encryption_file)?;
        Ok(Self { database, clock, access_ttl, vault, current: Arc::default() })
    }

    /// The key to sign with. The first caller of a new installation makes one.
    pub async fn signing_key(&self) -> Result<Arc<SigningKey>, KeyringError> {
        let now = self.clock.now();
        if let Some(key) = self.remembered(now) {
            return Ok(key);
        }
        let row = match newest(self.database.read(), now).await? {
            Some(row) => row,
            None => self.first().await?,
        };
        let key = Arc::new(self.open(row)?);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Current { key: key.clone(), read_at: now });
        Ok(key)
    }

    /// Encrypts the keys that were stored before there was a key to encrypt them with.
    pub async fn seal(&self) -> Result<(), KeyringError> {
        let keys = published(self.database.read(), self.clock.now()).await?;
        for key in keys.iter().filter(|key| self.vault.is_open(&key.private_pem)) {
            store::reseal(&self.database, key, self.vault.seal(&key.kid, &key.private_pem)?).await?;
            tracing::info!(kid = key.kid, "a signing key that was stored as it is was encrypted");
        }
        Ok(())
    }

    /// Whether the key that signs now can be read, if there is one.
    pub async fn check(&self) -> Result<(), KeyringError> {
        let newest = newest(self.database.read(), self.clock.now()).await?;
        newest.map(|row| self.open(row)).transpose().map(drop)
    }

    fn open(&self, row: signing_key::Model) -> Result<SigningKey, KeyringError> {
        let pem = self.vault.unseal(&row.kid, &row.private_pem)?;
        match EncodingKey::from_ed_pem(pem.as_bytes()) {
            Ok(key) => Ok(SigningKey { kid: row.kid, key }),
            Err(_) => Err(KeyringError::Damaged(row.kid)),
        }
    }

    fn remembered(&self, now: DateTime<Utc>) -> Option<Arc<SigningKey>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current
            .as_ref()
            .filter(|current| (now - current.read_at).abs() < REMEMBERED)
            .map(|current| current.key.clone())
    }

    /// The public keys by which tokens are checked.
    pub async fn key_set(&self) -> Result<JwkSet, KeyringError> {
        self.signing_key().await?;
        let rows = published(self.database.read(), self.clock.now()).await?;
        let keys = rows
            .into_iter()
            .map(|row| serde_json::from_value(row.public_jwk).map_err(|_| KeyringError::Damaged(row.kid)));
        Ok(JwkSet { keys: keys.collect::<Result<_, _>>()? })
    }

    /// Makes a new key, unless one is planned already and another is not needed at once.
    pub async fn rotate(&self, rotation: Rotation) -> Result<signing_key::Model, KeyringError> {
        let tx = self.database.begin().await?;
        let now = self.lock(&tx).await?;
        let keys = published(&*tx, now).await?;
        if let Some(planned) = keys.into_iter().find(|key| key.signs_from > now)
            && rotation == Rotation::Planned
        {
            return Ok(planned);
        }
        let (signs_from, old_expire) = match rotation {
            Rotation::Planned => (now + LEAD, now + LEAD + self.access_ttl + MARGIN),
            Rotation::Immediate => (now, now),
        };
        store::end_at(&tx, old_expire).await?;
        let made = insert(&tx, &self.vault, now, signs_from).await?;
        tx.commit().await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        tracing::info!(kid = made.kid, ?rotation, "a signing key was made");
        Ok(made)
    }

    /// The key of a new installation; of several processes that start together, one makes it.
    async fn first(&self) -> Result<signing_key::Model, KeyringError> {
        let tx = self.database.begin().await?;
        let now = self.lock(&tx).await?;
        let key = match newest(&*tx, now).await? {
            Some(key) => key,
            None => insert(&tx, &self.vault, now, now).await?,
        };
        tx.commit().await?;
        Ok(key)
    }

    /// Waits for whoever else changes the keys, and returns the time from then on. The row serves as the lock since
    /// it is the one that always exists.
    async fn lock(&self, tx: &Transaction) -> Result<DateTime<Utc>, StoreError> {
        revocation::lock_counter(tx).await?;
        Ok(self.clock.now())
    }

    /// Replaces a key that has signed long enough, and deletes those that no token needs any more.
    pub async fn maintain(&self) -> Result<(), KeyringError> {
        let now = self.clock.now();
        store::clean(&self.database, now).await?;
        let newest = published(self.database.read(), now).await?.into_iter().map(|key| key.created_at).max();
        if newest.is_some_and(|made| now - made > MAX_AGE) {
            self.rotate(Rotation::Planned).await?;
        }
        Ok(())
    }
}

/// The key that signs at `now`.
async fn newest<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
) -> Result<Option<signing_key::Model>, StoreError> {
    Ok(published(db, now).await?.into_iter().find(|key| key.signs_from <= now))
}

async fn insert(
    tx: &Transaction,
    vault: &Vault,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<signing_key::Model, KeyringError> {
    let pem = platform_identity::generate_signing_key()?;
    let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| KeyringError::Signing)?;
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(|_| KeyringError::Signing)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyringError::Signing)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    let row = signing_key::ActiveModel {
        private_pem: Set(vault.seal(&kid, &pem)?),
        kid: Set(kid),
        public_jwk: Set(serde_json::to_value(&jwk).map_err(|_| KeyringError::Signing)?),
        created_at: Set(now),
        signs_from: Set(signs_from),
        expires_at: Set(None),
    };
    Ok(store::insert(tx, row).await?)
}
