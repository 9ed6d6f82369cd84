//! The check of an access token (RFC 7519, RFC 8725, RFC 9068).
//!
//! The key is chosen by its id in our own set and says which algorithm counts. Anything in a token's header by which
//! it could bring its own key is refused, not ignored. Times are compared with our clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, Validation};
use moka::sync::Cache;
use platform_core::Clock;
use sha2::{Digest, Sha256};

use crate::auth::claims::{Claims, VerifiedToken};
use crate::auth::jwks::Keyring;
use crate::auth::{AuthError, JwksSource, TokenFault};
use crate::config::JwtConfig;

const MAX_LENGTH: usize = 8 * 1024;
/// A token that was checked is not checked again for as long; a withdrawn key stops working after this.
const REMEMBERED: Duration = Duration::from_secs(60);
const MAX_REMEMBERED: u64 = 50_000;

pub struct JwtVerifier {
    config: JwtConfig,
    keyring: Keyring,
    clock: Arc<dyn Clock>,
    /// The claims that a context is made of.
    context: Vec<&'static str>,
    verified: Cache<[u8; 32], Arc<VerifiedToken>>,
}

impl JwtVerifier {
    /// `context` names the claims that a context is made of.
    pub fn new(
        config: JwtConfig,
        source: Arc<dyn JwksSource>,
        clock: Arc<dyn Clock>,
        context: &[&'static str],
    ) -> Self {
        let keyring = Keyring::new(source, config.jwks_max_age, config.jwks_min_pause);
        let verified = Cache::builder().max_capacity(MAX_REMEMBERED).time_to_live(REMEMBERED).build();
        Self { config, keyring, clock, context: context.to_vec(), verified }
    }

    pub async fn verify(&self, token: &str) -> Result<Arc<VerifiedToken>, AuthError> {
        if token.len() > MAX_LENGTH {
            return Err(fault(TokenFault::Malformed));
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let verified = match self.verified.get(&hash) {
            Some(verified) => verified,
            None => {
                let verified = Arc::new(self.check(token).await?);
                self.verified.insert(hash, verified.clone());
                verified
            }
        };
        self.check_times(&verified)?;
        Ok(verified)
    }

    async fn check(&self, token: &str) -> Result<VerifiedToken, AuthError> {
        // `alg: none` and unknown algorithms do not parse.
        let header = jsonwebtoken::decode_header(token).map_err(|_| fault(TokenFault::Malformed))?;
        let brings_key = header.jku.is_some()
            || header.jwk.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some()
            || header.x5t.is_some()
            || header.x5t_s256.is_some()
            || header.crit.is_some();
        if brings_key {
            return Err(fault(TokenFault::HeaderKey));
        }
        let typ = header.typ.as_deref().unwrap_or_default();
        let typ = typ
            .get(..12)
            .filter(|p| p.eq_ignore_ascii_case("application/"))
            .and(typ.get(12..))
            .unwrap_or(typ);
        if !typ.eq_ignore_ascii_case(&self.config.token_type) {
            return Err(fault(TokenFault::Type));
        }
        let kid = header.kid.ok_or(fault(TokenFault::UnknownKey))?;
        let key = self.keyring.key(&kid).await?.ok_or(fault(TokenFault::UnknownKey))?;
        if header.alg != key.algorithm {
            return Err(fault(TokenFault::Algorithm));
        }
        let claims = decode(token, &key.key, key.algorithm)?;
        if claims.iss != self.config.issuer {
            return Err(fault(TokenFault::Issuer));
        }
        if !claims.aud.names(&self.config.audience) {
            return Err(fault(TokenFault::Audience));
        }
        let verified = claims.verified(&self.context)?;
        // Revocations are remembered for this long; a token that lived longer would outlive its revocation.
        if verified.expires_at - verified.issued_at > delta(self.config.max_lifetime) {
            return Err(fault(TokenFault::Lifetime));
        }
        Ok(verified)
    }

    fn check_times(&self, token: &VerifiedToken) -> Result<(), AuthError> {
        let now: DateTime<Utc> = self.clock.now();
        let leeway = delta(self.config.leeway);
        if now >= token.expires_at + leeway {
            return Err(AuthError::Expired);
        }
        if now + leeway < token.not_before || now + leeway < token.issued_at {
            return Err(fault(TokenFault::NotYetValid));
        }
        Ok(())
    }
}

/// Checks the signature and reads the claims; all claims are checked by the caller, by our clock.
fn decode(token: &str, key: &DecodingKey, algorithm: jsonwebtoken::Algorithm) -> Result<Claims, AuthError> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    match jsonwebtoken::decode::<Claims>(token, key, &validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(fault(match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenFault::Signature,
            jsonwebtoken::errors::ErrorKind::InvalidAlgorithm => TokenFault::Algorithm,
            _ => TokenFault::Claims,
        })),
    }
}

const fn fault(fault: TokenFault) -> AuthError {
    AuthError::InvalidToken(fault)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
