//! Signatures of webhooks as Standard Webhooks has them (<https://www.standardwebhooks.com>): an id, a time and an
//! HMAC-SHA-256 over `id.time.body`, in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is a list
//! of `v1,<base64>` with a space between.
//!
//! Deliberately absent: whether a webhook came before, which its receiver keeps by its id, and what is in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

/// The furthest a signature's time may be from now, in seconds.
pub const TOLERANCE_S: i64 = 300;
/// How many signatures of one webhook are looked at: while a secret is exchanged there are two.
const MAX_SIGNATURES: usize = 8;
/// What a secret begins with where it is written for people.
const WRITTEN: &str = "whsec_";

/// The secret that sender and receiver share.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// Why a signature is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature is missing or malformed")]
    Missing,
    #[error("the signature does not match the body")]
    Wrong,
    #[error("the signature is older or newer than five minutes")]
    Stale,
}

/// What is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of webhooks is `whsec_` and base64")]
pub struct InvalidSecret;

impl Secret {
    /// A secret of these bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// A secret as senders write it: `whsec_` and base64.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let written = text.trim().strip_prefix(WRITTEN).ok_or(InvalidSecret)?;
        let bytes = STANDARD.decode(written).map_err(|_| InvalidSecret)?;
        if bytes.is_empty() { Err(InvalidSecret) } else { Ok(Self(bytes)) }
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(mac)
    }

    /// The headers that sign `body`; `None` for an id that cannot stand in a header.
    pub fn sign(&self, id: &str, now: DateTime<Utc>, body: &[u8]) -> Option<HeaderMap> {
        let timestamp = now.timestamp().to_string();
        let signature = STANDARD.encode(self.mac(id, &timestamp, body)?.finalize().into_bytes());
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", HeaderValue::from_str(id).ok()?);
        headers.insert("webhook-timestamp", HeaderValue::from_str(&timestamp).ok()?);
        headers.insert("webhook-signature", HeaderValue::from_str(&format!("v1,{signature}")).ok()?);
        Some(headers)
    }

    /// Checks the headers against `body`; returns the webhook's id.
    pub fn verify<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<&'h str, SignatureError> {
        let header =
            |name| headers.get(name).and_then(|value| value.to_str().ok()).ok_or(SignatureError::Missing);
        let (id, timestamp, signatures) =
            (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
        let at: i64 = timestamp.parse().map_err(|_| SignatureError::Missing)?;
        if now.timestamp().abs_diff(at) > TOLERANCE_S.unsigned_abs() {
            return Err(SignatureError::Stale);
        }
        let written = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
        let mut given = written.filter_map(|signature| STANDARD.decode(signature).ok()).peekable();
        if given.peek().is_none() {
            return Err(SignatureError::Missing);
        }
        for signature in given.take(MAX_SIGNATURES) {
            let mac = self.mac(id, timestamp, body).ok_or(SignatureError::Wrong)?;
            if mac.verify_slice(&signature).is_ok() {
                return Ok(id);
            }
        }
        Err(SignatureError::Wrong)
    }
}
