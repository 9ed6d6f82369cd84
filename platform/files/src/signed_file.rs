//! A file that is read for a while.

use async_graphql::SimpleObject;
use chrono::{DateTime, TimeDelta, Utc};

use crate::files::Files;

/// For how long a file that was asked for is read.
const READ_FOR: TimeDelta = TimeDelta::minutes(15);

/// A file that is not everybody's, as it is read for a while.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(shareable)]
pub struct SignedFile {
    /// Where it is read until it expires, by whoever has it: a path at the same host.
    pub url: String,
    /// Until when. Ask again for another URL.
    pub expires_at: DateTime<Utc>,
}

impl Files {
    /// A file for who was found to be allowed to see it now.
    pub fn signed(&self, file: &str) -> SignedFile {
        let expires_at = self.now() + READ_FOR;
        SignedFile { url: self.signed_url(file, expires_at), expires_at }
    }
}
