//! The authenticator of an installation: bearer tokens, API keys, guests, in the market of the request.

use std::sync::Arc;

use async_trait::async_trait;
use platform_core::Clock;
use platform_identity::{Caller, Identity, is_guest_id};

use crate::auth::api_key::ApiKeys;
use crate::auth::{
    ApiKeyLookup, AuthError, Authentication, Authenticator, Credentials, JwtVerifier, MarketRules,
    RevocationList, TokenFault,
};

const API_KEY_HEADER: &str = "x-api-key";
const GUEST_HEADER: &str = "x-souk-guest";

pub struct StandardAuthenticator {
    tokens: Option<JwtVerifier>,
    api_keys: Option<ApiKeys>,
    market: MarketRules,
    revocations: RevocationList,
}

impl StandardAuthenticator {
    pub fn new(
        tokens: Option<JwtVerifier>,
        api_keys: Option<Arc<dyn ApiKeyLookup>>,
        market: MarketRules,
        revocations: RevocationList,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let api_keys = api_keys.map(|lookup| ApiKeys::new(lookup, clock.clone()));
        Self { tokens, api_keys, market, revocations }
    }
}

#[async_trait]
impl Authenticator for StandardAuthenticator {
    async fn authenticate(&self, credentials: &Credentials) -> Result<Authentication, AuthError> {
        let market = self.market.market(credentials)?;
        let network = Some(credentials.client.network());
        let guest = guest(credentials)?;
        let authentication = match (credentials.get("authorization")?, credentials.get(API_KEY_HEADER)?) {
            (Some(_), Some(_)) => return Err(AuthError::SeveralCredentials),
            (Some(authorization), None) => {
                let verifier =
                    self.tokens.as_ref().ok_or(AuthError::InvalidToken(TokenFault::NotAccepted))?;
                let token = bearer(authorization).ok_or(AuthError::NotBearer)?;
                let token = verifier.verify(token).await?;
                Authentication {
                    caller: Caller::new(Identity { network, ..token.identity(market) }),
                    issued_at: Some(token.issued_at),
                    expires_at: Some(token.expires_at),
                    quota: None,
                }
            }
            (None, Some(key)) => {
                let known = self.api_keys.as_ref().ok_or(AuthError::InvalidApiKey)?.grant(key).await?;
                let mut identity = Identity { market, network, ..known.grant.identity.clone() };
                identity.market.customer_group.clone_from(&known.grant.identity.market.customer_group);
                Authentication {
                    caller: Caller::new(identity),
                    issued_at: Some(known.at),
                    expires_at: None,
                    quota: known.grant.quota,
                }
            }
            (None, None) => {
                Authentication::unbounded(Caller::new(Identity { guest, network, ..Identity::guest(market) }))
            }
        };
        if self.revocations.is_revoked(&authentication) {
            return Err(AuthError::Revoked);
        }
        Ok(authentication)
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The name that a guest goes by. Of no effect beside a token or key, and yet it must be one.
fn guest(credentials: &Credentials) -> Result<Option<String>, AuthError> {
    let invalid = || AuthError::InvalidGuest { header: GUEST_HEADER.to_owned() };
    match credentials.get(GUEST_HEADER) {
        Ok(Some(id)) if !is_guest_id(id) => Err(invalid()),
        Ok(id) => Ok(id.map(str::to_owned)),
        // What is no text has other characters than an id.
        Err(AuthError::InvalidHeader { .. }) => Err(invalid()),
        Err(error) => Err(error),
    }
}
