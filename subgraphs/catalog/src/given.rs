//! What a change says of a field: nothing, so that it stays; a value; or null, so that it is empty from then on.
//!
//! Owns the one answer to a null where nothing can be empty. Which fields can, each input says.

use async_graphql::MaybeUndefined;
use platform_core::{ApiError, ErrorCode};

/// A field that always has a value was given none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be null; leave it out, and it stays as it is")]
pub struct NotNull(&'static str);

impl ApiError for NotNull {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(self.0)
    }
}

/// The new value of a field that always has one; `None`: it stays.
pub fn required<T>(field: &'static str, given: MaybeUndefined<T>) -> Result<Option<T>, NotNull> {
    match given {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Err(NotNull(field)),
        MaybeUndefined::Value(value) => Ok(Some(value)),
    }
}

/// The new value of a field that may be empty; `None`: it stays.
pub fn optional<T>(given: MaybeUndefined<T>) -> Option<Option<T>> {
    given.into()
}
