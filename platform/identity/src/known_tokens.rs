//! Tokens minted and verified a moment ago; signing and verifying each cost about as much as a small query.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::caller::Caller;

/// How long a token lives. One that says more is refused.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(60);
const CACHED_TOKENS: u64 = 20_000;

#[derive(Clone)]
pub(crate) struct Minted {
    pub token: Arc<str>,
    pub expires: i64,
}

#[derive(Clone)]
pub(crate) struct Verified {
    pub caller: Caller,
    pub issued: i64,
    pub expires: i64,
}

/// Each by what was asked for.
pub(crate) struct Tokens {
    pub minted: Cache<(Caller, Arc<str>), Minted>,
    pub verified: Cache<(Arc<str>, Arc<str>), Verified>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self {
            minted: Cache::builder().max_capacity(CACHED_TOKENS).time_to_live(TOKEN_LIFETIME).build(),
            verified: Cache::builder().max_capacity(CACHED_TOKENS).time_to_live(TOKEN_LIFETIME).build(),
        }
    }
}
