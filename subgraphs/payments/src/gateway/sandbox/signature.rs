//! Signatures of the sandbox's webhooks, in the manner of Standard Webhooks: an id, a time and an HMAC-SHA-256 over
//! `id.time.body`, in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,<base64>`.

use std::{fs, io};

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use platform_server::Platform;
use sha2::Sha256;

use crate::gateway::WebhookError;

/// The furthest a signature's time may be from now, in seconds.
const TOLERANCE_S: i64 = 300;

/// The secret shared by gateway and webhook route.
pub struct Secret(Vec<u8>);

impl Secret {
    /// The one that is made at the first start and kept in the data folder.
    pub fn kept(platform: &Platform) -> io::Result<Self> {
        let folder = platform.data_dir.join(platform.name);
        let file = folder.join("sandbox-webhook-secret");
        fs::create_dir_all(&folder)?;
        if let Ok(secret) = fs::read(&file)
            && !secret.is_empty()
        {
            return Ok(Self(secret));
        }
        let words = [platform.ids.next_uuid(), platform.ids.next_uuid()];
        let secret = words.map(|id| id.simple().to_string()).concat();
        fs::write(&file, &secret)?;
        Ok(Self(secret.into_bytes()))
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

    /// The headers that sign `body`.
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
    ) -> Result<&'h str, WebhookError> {
        let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).ok_or(WebhookError::NoSignature);
        let (id, timestamp, signature) =
            (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
        let at: i64 = timestamp.parse().map_err(|_| WebhookError::NoSignature)?;
        if now.timestamp().abs_diff(at) > TOLERANCE_S.unsigned_abs() {
            return Err(WebhookError::Stale);
        }
        let given = signature
            .strip_prefix("v1,")
            .and_then(|s| STANDARD.decode(s).ok())
            .ok_or(WebhookError::NoSignature)?;
        let mac = self.mac(id, timestamp, body).ok_or(WebhookError::WrongSignature)?;
        mac.verify_slice(&given).map_err(|_| WebhookError::WrongSignature)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use platform_core::{Clock, SystemClock};

    use super::*;

    /// Check 22: an altered body, an old signature or one by another secret is refused.
    #[test]
    fn only_a_fresh_signature_of_this_body_by_this_secret_is_believed() {
        let (secret, now, body) = (Secret(b"one".to_vec()), SystemClock.now(), b"{}");
        let headers = secret.sign("msg_1", now, body).unwrap();
        assert_eq!(secret.verify(&headers, body, now), Ok("msg_1"));
        assert_eq!(secret.verify(&headers, b"{ }", now), Err(WebhookError::WrongSignature));
        assert_eq!(Secret(b"two".to_vec()).verify(&headers, body, now), Err(WebhookError::WrongSignature));
        for shift in [301, -301] {
            assert_eq!(
                secret.verify(&headers, body, now + TimeDelta::seconds(shift)),
                Err(WebhookError::Stale)
            );
        }
        assert_eq!(secret.verify(&HeaderMap::new(), body, now), Err(WebhookError::NoSignature));
    }
}
