//! URLs of files: those that are the same for ever, and those that are signed for one purpose until a time.

use chrono::{DateTime, Utc};
use platform_core::id::UploadId;
use platform_identity::UrlKey;
use serde::Deserialize;

/// Between the prefix and the id of an upload.
pub const UPLOADS: &str = "uploads/";

/// Makes and checks the URLs below one prefix. Cheap to clone.
#[derive(Clone)]
pub struct Links {
    prefix: &'static str,
    key: UrlKey,
}

/// What a signed URL says behind its path.
#[derive(Debug, Deserialize)]
pub struct Signed {
    /// In seconds of Unix time.
    pub expires: i64,
    pub signature: String,
}

/// What a signed URL allows.
#[derive(Debug, Clone, Copy)]
pub enum Allowed<'a> {
    Send(UploadId),
    Read(&'a str),
}

impl Allowed<'_> {
    /// What is signed. The words before keep a signature for one from being one for the other.
    fn text(self, prefix: &str, expires: i64) -> String {
        match self {
            Self::Send(id) => format!("PUT {prefix}{UPLOADS}{id} {expires}"),
            Self::Read(file) => format!("GET {prefix}{file} {expires}"),
        }
    }
}

impl Links {
    pub fn new(prefix: &'static str, key: UrlKey) -> Self {
        Self { prefix, key }
    }

    pub fn prefix(&self) -> &'static str {
        self.prefix
    }

    pub fn to_read_until(&self, file: &str, expires_at: DateTime<Utc>) -> String {
        self.signed(&format!("{}{file}", self.prefix), Allowed::Read(file), expires_at)
    }

    pub fn to_send(&self, id: UploadId, expires_at: DateTime<Utc>) -> String {
        self.signed(&format!("{}{UPLOADS}{id}", self.prefix), Allowed::Send(id), expires_at)
    }

    fn signed(&self, path: &str, allowed: Allowed<'_>, expires_at: DateTime<Utc>) -> String {
        let expires = expires_at.timestamp();
        let signature = self.key.sign(&allowed.text(self.prefix, expires));
        format!("{path}?expires={expires}&signature={signature}")
    }

    /// Whether a URL was given out for this. Whether its time is over is another question.
    pub fn is_signed(&self, allowed: Allowed<'_>, signed: &Signed) -> bool {
        self.key.is_signed(&allowed.text(self.prefix, signed.expires), &signed.signature)
    }
}

impl Signed {
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() >= self.expires
    }
}
