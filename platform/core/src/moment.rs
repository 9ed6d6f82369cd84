//! Moments that callers give.
//!
//! Invariant: what an input stores or asks for by a moment means the same on each database. PostgreSQL knows no moment
//! before 4714 BC, and SQLite compares them as texts, in which a year has four digits.

use chrono::{DateTime, Datelike, Utc};

use crate::error::{ApiError, ErrorCode};

/// A moment too far away, by the field that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` must lie between the years 1 and 9999")]
pub struct MomentError(&'static str);

impl ApiError for MomentError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(self.0)
    }
}

/// The moment that `field` of an input gave, if it can be stored. Every field of that type is checked by this.
pub fn check(field: &'static str, at: DateTime<Utc>) -> Result<DateTime<Utc>, MomentError> {
    if is_storable(at) { Ok(at) } else { Err(MomentError(field)) }
}

/// Whether each database knows the moment, and in its place among others.
pub fn is_storable(at: DateTime<Utc>) -> bool {
    (1..=9_999).contains(&at.year())
}
