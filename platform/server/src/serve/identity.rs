//! Who is calling, over HTTP: the signed identity in `Authorization`, and nothing else that a client could send.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use platform_commerce::Market;
use platform_identity::Caller;

use super::Served;
use super::wire::Rejection;

impl Served {
    /// The caller whose signed identity the headers carry.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Rejection> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return Err(self.reject(unauthenticated("a signed identity is required; go through the gateway")));
        };
        let token = value.to_str().ok().and_then(bearer);
        match token.and_then(|token| self.keys.verify::<Market>(token, self.name).ok()) {
            Some(caller) => Ok(caller),
            None => Err(self.reject(unauthenticated("the signed identity is not valid here"))),
        }
    }

    /// The caller, if it is another service.
    pub(super) fn service(&self, headers: &HeaderMap) -> Result<Caller, Rejection> {
        let caller = self.caller(headers)?;
        if caller.is_service() {
            return Ok(caller);
        }
        let message = "only services may call this";
        Err(self.reject(Rejection::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)))
    }

    /// Counts a rejection on its way out.
    pub(super) fn reject(&self, rejection: Rejection) -> Rejection {
        self.metrics.rejected(self.name, rejection.code);
        rejection
    }
}

/// The token of `Bearer <token>`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(message: &str) -> Rejection {
    Rejection::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
}
