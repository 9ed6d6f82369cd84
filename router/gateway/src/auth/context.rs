//! What a request says beside who calls, of which the application makes the context of the caller.
//!
//! The gateway reads no header but those of credentials; which others count, what they may say and what is meant by
//! them is the application's. Without a resolver callers have no context.

use std::collections::BTreeMap;
use std::sync::Arc;

use platform_identity::Context;

use crate::auth::{AuthError, Credentials};

/// Makes the context of a caller: first of what is said, then of what is shown.
pub trait ContextResolver: Send + Sync + 'static {
    /// The claims of a token that count. One that is there has to be a text, or the token is not valid.
    fn claims(&self) -> &[&'static str] {
        &[]
    }

    /// Asked once for each request or connection, before its credentials are looked at. What is said wrongly is refused
    /// by the name of its header.
    fn resolve(&self, said: &Credentials) -> Result<Context, AuthError>;

    /// What good credentials change: `claims` are those of a token, none of an API key. Not asked for a guest.
    fn grant(&self, context: Context, claims: &ContextClaims) -> Context;
}

/// Claims of a token by which a context is made.
#[derive(Debug, Clone, Default)]
pub struct ContextClaims(BTreeMap<&'static str, Arc<str>>);

impl ContextClaims {
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.0.get(name)
    }

    pub(super) fn insert(&mut self, name: &'static str, value: Arc<str>) {
        self.0.insert(name, value);
    }
}
