//! The authenticator of an installation: bearer tokens, API keys, guests, in the context of the request.

use std::sync::Arc;

use async_trait::async_trait;
use platform_core::Clock;
use platform_identity::{Caller, Context, Identity, is_guest_id};

use crate::auth::api_key::ApiKeys;
use crate::auth::{
    ApiKeyLookup, AuthError, Authentication, Authenticator, ContextClaims, ContextResolver, Credentials,
    JwtVerifier, RevocationList, TokenFault,
};

const API_KEY_HEADER: &str = "x-api-key";
const GUEST_HEADER: &str = "x-souk-guest";

pub struct StandardAuthenticator {
    tokens: Option<JwtVerifier>,
    api_keys: Option<ApiKeys>,
    context: Option<Arc<dyn ContextResolver>>,
    revocations: RevocationList,
}

impl StandardAuthenticator {
    pub fn new(
        tokens: Option<JwtVerifier>,
        api_keys: Option<Arc<dyn ApiKeyLookup>>,
        context: Option<Arc<dyn ContextResolver>>,
        revocations: RevocationList,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let api_keys = api_keys.map(|lookup| ApiKeys::new(lookup, clock.clone()));
        Self { tokens, api_keys, context, revocations }
    }

    fn said(&self, credentials: &Credentials) -> Result<Context, AuthError> {
        self.context.as_ref().map_or_else(|| Ok(Context::none()), |resolver| resolver.resolve(credentials))
    }

    fn granted(&self, context: Context, claims: &ContextClaims) -> Context {
        match &self.context {
            Some(resolver) => resolver.grant(context, claims),
            None => context,
        }
    }
}

#[async_trait]
impl Authenticator for StandardAuthenticator {
    async fn authenticate(&self, credentials: &Credentials) -> Result<Authentication, AuthError> {
        let context = self.said(credentials)?;
        let network = Some(credentials.client.network());
        let guest = guest(credentials)?;
        let authentication = match (credentials.get("authorization")?, credentials.get(API_KEY_HEADER)?) {
            (Some(_), Some(_)) => return Err(AuthError::SeveralCredentials),
            (Some(authorization), None) => {
                let verifier =
                    self.tokens.as_ref().ok_or(AuthError::InvalidToken(TokenFault::NotAccepted))?;
                let token = bearer(authorization).ok_or(AuthError::NotBearer)?;
                let token = verifier.verify(token).await?;
                let context = self.granted(context, &token.context);
                Authentication {
                    caller: Caller::new(Identity { network, context, ..token.identity() }),
                    issued_at: Some(token.issued_at),
                    expires_at: Some(token.expires_at),
                    quota: None,
                    renewed_by: None,
                }
            }
            (None, Some(key)) => {
                let known = self.api_keys.as_ref().ok_or(AuthError::InvalidApiKey)?.grant(key).await?;
                let context = self.granted(context, &ContextClaims::default());
                let identity = Identity { network, context, ..known.grant.identity.clone() };
                Authentication {
                    caller: Caller::new(identity),
                    issued_at: Some(known.at),
                    expires_at: known.grant.expires_at,
                    quota: known.grant.quota,
                    renewed_by: Some(Arc::new(credentials.clone())),
                }
            }
            (None, None) => {
                let identity = Identity { guest, network, context, ..Identity::guest() };
                Authentication::unbounded(Caller::new(identity))
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
