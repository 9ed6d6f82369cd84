//! Random secrets that clients hold and this subgraph knows by their hash alone.
//!
//! Invariant: a secret is never stored, logged or printed; neither type here shows one through `Debug`.

use std::fmt;

use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The machine's random source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this machine's random source gave no bytes")]
pub struct RandomError;

pub fn random_bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// A token of 256 random bits behind a prefix that says what it is, so that scanners find one that leaked.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn generate(prefix: &str) -> Result<Self, RandomError> {
        Ok(Self::encode(prefix, &random_bytes::<32>()?))
    }

    fn encode(prefix: &str, bytes: &[u8]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What a client sent; not known to be any good.
    pub fn received(text: String) -> Self {
        Self(text)
    }

    /// What is stored of it.
    pub fn hash(&self) -> Vec<u8> {
        sha256(self.0.as_bytes())
    }

    /// The secret that follows this one under `salt`. Whoever has only the secret, or only the salt, learns nothing:
    /// so the successor can be given again for a moment without being stored.
    pub fn successor(&self, prefix: &str, salt: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        Self::encode(prefix, hmac::sign(&key, salt).as_ref())
    }

    /// Hands the secret out: to the client, and to nobody else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_successor_depends_on_the_secret_and_on_the_salt() {
        let (one, other) = (Secret::generate("t_").unwrap(), Secret::generate("t_").unwrap());
        assert_ne!(one, other);
        let successor = one.successor("t_", b"salt");
        assert_eq!(successor, one.successor("t_", b"salt"));
        assert_ne!(successor, one.successor("t_", b"pepper"));
        assert_ne!(successor, other.successor("t_", b"salt"));
        assert!(successor.expose().starts_with("t_") && successor.expose().len() == one.expose().len());
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::generate("t_").unwrap();
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }
}
