//! The signed form of an identity: a JWT of at most 60 s for one audience.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Identity};
use crate::context::ContextValue;
use crate::keys::InternalKeys;
use crate::known_tokens::{Minted, Verified};

/// `typ` of the header: no other kind of token of the installation can pass for an identity.
pub const TOKEN_TYPE: &str = "souk-identity+jwt";

const ISSUER: &str = "souk-internal";
const LIFETIME_S: i64 = 60;
/// A cached token is used until it has this long left, so that it does not expire on its way.
const REMAINING_S: i64 = 20;
/// What the clocks of two machines may differ by, for a token that seems to come from the future.
const SKEW_S: i64 = 5;

/// Why a token is refused. Clients see none of this but that they are unauthenticated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("the token is malformed")]
    Malformed,
    #[error("the token's header is not that of an internal identity")]
    Header,
    #[error("the signature, the algorithm, the issuer or the audience is wrong")]
    Untrusted,
    #[error("the token is expired, not valid yet, or lives too long")]
    Lifetime,
    #[error("the token could not be signed")]
    Signing,
}

#[derive(Serialize, Deserialize)]
struct Claims<I> {
    iss: String,
    aud: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    iat: i64,
    exp: i64,
    identity: I,
}

impl InternalKeys {
    /// The token that tells `audience` (a subgraph's name) who is calling.
    pub fn mint(&self, caller: &Caller, audience: &str) -> Result<Arc<str>, TokenError> {
        let now = self.inner.clock.now().timestamp();
        let key = (caller.clone(), Arc::from(audience));
        if let Some(minted) = self.inner.tokens.minted.get(&key)
            && (now + REMAINING_S..=now + LIFETIME_S).contains(&minted.expires)
        {
            return Ok(minted.token);
        }
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: audience.to_owned(),
            sub: caller.user.map(|user| user.to_string()),
            iat: now,
            exp: now + LIFETIME_S,
            identity: &**caller,
        };
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(self.inner.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let token: Arc<str> = jsonwebtoken::encode(&header, &claims, &self.inner.signing)
            .map_err(|_| TokenError::Signing)?
            .into();
        self.inner.tokens.minted.insert(key, Minted { token: token.clone(), expires: claims.exp });
        Ok(token)
    }

    /// The caller that a token stands for, if this installation minted it for `audience` and it is in force. A context
    /// that the token brings is a `C`, or the token is not believed.
    pub fn verify<C: ContextValue + DeserializeOwned>(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<Caller, TokenError> {
        let now = self.inner.clock.now().timestamp();
        let key: (Arc<str>, Arc<str>) = (token.into(), audience.into());
        let known = self.inner.tokens.verified.get(&key);
        if let Some(verified) = known.filter(|known| known.caller.context.may_be::<C>()) {
            in_force(verified.issued, verified.expires, now)?;
            return Ok(verified.caller);
        }
        self.check_header(token)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["aud", "iss"]);
        // The lifetime is checked below, by the platform's clock.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims<Identity<Option<C>>>>(token, &self.inner.verifying, &validation)
                .map_err(|_| TokenError::Untrusted)?
                .claims;
        in_force(claims.iat, claims.exp, now)?;
        if claims.sub != claims.identity.user.map(|user| user.to_string()) {
            return Err(TokenError::Malformed);
        }
        let caller = Caller::new(claims.identity.read());
        let verified = Verified { caller: caller.clone(), issued: claims.iat, expires: claims.exp };
        self.inner.tokens.verified.insert(key, verified);
        Ok(caller)
    }

    /// The header may hold `alg`, `typ` and `kid`, each with the one value that this installation writes: so neither
    /// another algorithm nor a key that the token brings along or points to is ever considered.
    fn check_header(&self, token: &str) -> Result<(), TokenError> {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let encoded = token.split('.').next().ok_or(TokenError::Malformed)?;
        let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenError::Malformed)?;
        let header: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)?;
        let expected = [("alg", "EdDSA"), ("kid", self.inner.kid.as_str()), ("typ", TOKEN_TYPE)];
        let matches = header.len() == expected.len()
            && expected.iter().all(|(name, value)| header.get(*name).is_some_and(|v| v == value));
        if matches { Ok(()) } else { Err(TokenError::Header) }
    }
}

fn in_force(issued: i64, expires: i64, now: i64) -> Result<(), TokenError> {
    let lives = expires.checked_sub(issued).ok_or(TokenError::Lifetime)?;
    let valid = (1..=LIFETIME_S).contains(&lives) && issued <= now + SKEW_S && expires > now;
    if valid { Ok(()) } else { Err(TokenError::Lifetime) }
}
