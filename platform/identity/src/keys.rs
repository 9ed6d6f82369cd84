//! The installation's internal signing key: an Ed25519 pair that every process of it holds.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use platform_core::Clock;

use crate::known_tokens::Tokens;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "the key file {path} cannot be read or written; check its permissions, or name another as auth.internal_key_file"
    )]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "the key file {0} does not exist; put the installation's key there, or name another as auth.internal_key_file"
    )]
    Missing(PathBuf),
    #[error(
        "the key file {0} holds no Ed25519 private key in PEM (PKCS#8); `openssl genpkey -algorithm ed25519` makes one"
    )]
    Malformed(PathBuf),
    #[error("this machine's random source gave no key")]
    Random,
    #[error("no secret can be made of the key")]
    Unusable,
}

/// Mints and verifies the tokens that carry an identity between processes. Cheap to clone.
#[derive(Clone)]
pub struct InternalKeys {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) signing: EncodingKey,
    pub(crate) verifying: DecodingKey,
    /// RFC 7638 thumbprint of the public key.
    pub(crate) kid: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tokens: Tokens,
}

impl InternalKeys {
    /// Reads the key from `path`; makes one there, readable by this user alone, when the file does not exist.
    /// Processes that start together end with the same key.
    pub fn load_or_create(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        match Self::load(path, clock.clone()) {
            Err(KeyError::Missing(_)) => {
                create(path)?;
                Self::load(path, clock)
            }
            loaded => loaded,
        }
    }

    /// Reads the key from `path`, which must be there.
    pub fn load(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        let pem = std::fs::read(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
            _ => KeyError::File { path: path.to_owned(), source },
        })?;
        Self::from_pem(&pem, clock).ok_or_else(|| KeyError::Malformed(path.to_owned()))
    }

    /// A key that lives as long as this value: for tests, and for a process that serves everything itself.
    pub fn ephemeral(clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        Self::from_pem(generate_signing_key()?.as_bytes(), clock).ok_or(KeyError::Random)
    }

    /// A secret that every process of the installation has, for one purpose: another key or another purpose gives another.
    /// It is made of a signature that nobody is given, since no token is of a text with a space in it.
    pub fn secret(&self, purpose: &str) -> Result<[u8; 32], KeyError> {
        let text = format!("souk secret for {purpose}");
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &self.inner.signing, Algorithm::EdDSA)
            .map_err(|_| KeyError::Unusable)?;
        let hash = digest(&SHA256, signature.as_bytes());
        hash.as_ref().try_into().map_err(|_| KeyError::Unusable)
    }

    fn from_pem(pem: &[u8], clock: Arc<dyn Clock>) -> Option<Self> {
        let signing = EncodingKey::from_ed_pem(pem).ok()?;
        let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).ok()?;
        let verifying = DecodingKey::from_jwk(&public).ok()?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).ok()?;
        Some(Self { inner: Arc::new(Inner { signing, verifying, kid, clock, tokens: Tokens::new() }) })
    }
}

/// A fresh Ed25519 private key in PEM (PKCS#8).
pub fn generate_signing_key() -> Result<String, KeyError> {
    let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).map_err(|_| KeyError::Random)?;
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref())))
}

/// Writes a fresh key beside `path` and links it there, so that no process ever reads half a key and the first of
/// several wins.
fn create(path: &Path) -> Result<(), KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut suffix = [0; 8];
    aws_lc_rs::rand::fill(&mut suffix).map_err(|_| KeyError::Random)?;
    let draft = path.with_extension(format!("{:016x}.new", u64::from_ne_bytes(suffix)));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let pem = generate_signing_key()?;
    options
        .open(&draft)
        .and_then(|mut file| file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(failed)?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}
