//! How a subgraph in another process learns who is calling.

use ::http::HeaderValue;
use platform_identity::Caller;

/// Turns an identity into the `authorization` header for one subgraph. Implemented by whoever holds a signing key;
/// it caches, since it is asked for every call.
pub trait CredentialSource: Send + Sync + 'static {
    /// `audience` is the subgraph's name. `None` sends no credentials.
    fn authorization(&self, caller: &Caller, audience: &str) -> Option<HeaderValue>;
}
