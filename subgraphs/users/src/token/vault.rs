//! Encryption of the private keys in the database, under a key that lies elsewhere.
//!
//! Invariant: a sealed key opens under its own `kid` alone, so that rows cannot be swapped. Without a key of the
//! installation's, private keys are stored as they are. What was stored before there was one is readable, until it is
//! sealed at the next start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use platform_config::AuthConfig;

/// Begins what is sealed; a PEM never begins so.
const SEALED: &str = "aes256gcm:";

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("auth.signing_key_encryption_file: {path} cannot be read; check its permissions")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "auth.signing_key_encryption_file: {0} does not hold 32 bytes in base64; `openssl rand -base64 32` makes them"
    )]
    Malformed(PathBuf),
    #[error(
        "the signing key {0} is encrypted, and the key at auth.signing_key_encryption_file is missing or another"
    )]
    Locked(String),
    #[error("a signing key could not be encrypted")]
    Sealing,
}

/// Whether the key that the settings name can be used.
pub fn check_encryption(config: &AuthConfig) -> Result<(), VaultError> {
    Vault::open(&config.signing_key_encryption_file).map(drop)
}

/// Seals and opens private keys. Cheap to clone.
#[derive(Clone, Default)]
pub struct Vault(Option<Arc<RandomizedNonceKey>>);

impl Vault {
    /// With the key in `file`; an empty name means none.
    pub fn open(file: &str) -> Result<Self, VaultError> {
        if file.is_empty() {
            return Ok(Self(None));
        }
        let path = Path::new(file);
        let text = std::fs::read_to_string(path)
            .map_err(|source| VaultError::File { path: path.to_owned(), source })?;
        let malformed = || VaultError::Malformed(path.to_owned());
        let bytes = STANDARD.decode(text.trim()).map_err(|_| malformed())?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| malformed())?;
        Ok(Self(Some(Arc::new(key))))
    }

    /// What is stored for a private key.
    pub fn seal(&self, kid: &str, pem: &str) -> Result<String, VaultError> {
        let Some(key) = &self.0 else { return Ok(pem.to_owned()) };
        let mut sealed = pem.as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(kid.as_bytes()), &mut sealed)
            .map_err(|_| VaultError::Sealing)?;
        let stored = [nonce.as_ref().as_slice(), &sealed].concat();
        Ok(format!("{SEALED}{}", STANDARD.encode(stored)))
    }

    /// Whether something is stored as it is, and ought not to be.
    pub fn is_open(&self, stored: &str) -> bool {
        self.0.is_some() && !stored.starts_with(SEALED)
    }

    /// The private key of what is stored.
    pub fn unseal(&self, kid: &str, stored: &str) -> Result<String, VaultError> {
        let Some(sealed) = stored.strip_prefix(SEALED) else { return Ok(stored.to_owned()) };
        let locked = || VaultError::Locked(kid.to_owned());
        let key = self.0.as_ref().ok_or_else(locked)?;
        let bytes = STANDARD.decode(sealed).map_err(|_| locked())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(locked)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| locked())?;
        let mut sealed = sealed.to_vec();
        let opened =
            key.open_in_place(nonce, Aad::from(kid.as_bytes()), &mut sealed).map_err(|_| locked())?;
        String::from_utf8(opened.to_vec()).map_err(|_| locked())
    }
}
