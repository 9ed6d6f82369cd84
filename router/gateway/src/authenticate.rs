//! Who calls.

use crate::answer::Refusal;
use crate::auth::{AuthError, Authentication, Credentials};
use crate::edge::QuotaKey;
use crate::shared::Shared;

/// Establishes who calls. A wrong guess is charged to the address it came from, so that guessing is limited.
pub async fn authenticate(shared: &Shared, credentials: &Credentials) -> Result<Authentication, Refusal> {
    match shared.authenticator.authenticate(credentials).await {
        Ok(authentication) => Ok(authentication),
        Err(error) => {
            if error.is_guess() {
                shared.rate_limiter.charge(QuotaKey::address(credentials.client), None, 1)?;
            }
            if let AuthError::InvalidToken(fault) = &error {
                tracing::debug!(?fault, "a token was refused");
            }
            Err(error.into_refusal())
        }
    }
}
