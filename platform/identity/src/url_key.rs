//! The key by which one subgraph signs what a URL allows whoever has it.
//!
//! It is derived from the installation's key, so that every process of the installation has the same and none keeps a
//! further secret. Each subgraph has its own: what one signed is worth nothing at another.

use std::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

use crate::keys::{InternalKeys, KeyError};

/// Begins what the key is derived from. No token's signature is over a text with a space.
const PURPOSE: &str = "souk key of signed urls of";

/// Signs texts, and tells its own signatures. Cheap to clone.
#[derive(Clone)]
pub struct UrlKey(Arc<hmac::Key>);

impl InternalKeys {
    /// The key of the URLs of `subgraph`. An Ed25519 signature of a text is always the same and nobody's guess without
    /// the private key, so it is the secret.
    pub fn url_key(&self, subgraph: &str) -> Result<UrlKey, KeyError> {
        let purpose = format!("{PURPOSE} {subgraph}");
        let secret = jsonwebtoken::crypto::sign(purpose.as_bytes(), &self.inner.signing, Algorithm::EdDSA)
            .map_err(|_| KeyError::Derived)?;
        Ok(UrlKey(Arc::new(hmac::Key::new(HMAC_SHA256, secret.as_bytes()))))
    }
}

impl UrlKey {
    /// A signature that can stand in a URL as it is.
    pub fn sign(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text.as_bytes()))
    }

    /// Whether `signature` is this key's of `text`; takes the same time whatever of it is wrong.
    pub fn is_signed(&self, text: &str, signature: &str) -> bool {
        let decoded = URL_SAFE_NO_PAD.decode(signature);
        decoded.is_ok_and(|signature| hmac::verify(&self.0, text.as_bytes(), &signature).is_ok())
    }
}
