//! Partners and their API keys.
//!
//! Invariants: a key is shown once and stored by its hash; it can do no more than partners may, and no more than who
//! made it; it reaches what is of the vendors that it is bound to, and of no other unless it has `vendors:all`.
//! Deliberately absent: persisted operations, which are the router's.

mod graphql;
mod key;
mod service;
mod store;
mod view;

use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_identity::Scope;
use platform_text::TextError;

use crate::role::StandingError;
use crate::secret::RandomError;

/// The most vendors that one key is bound to.
const MAX_VENDORS: usize = 100;

pub use graphql::{PartnerMutation, PartnerQuery};
pub use key::{hash as hash_key, prefix as key_prefix, verify};
pub use service::{revoke, suspend};

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("there is no such partner")]
    NoSuchPartner {
        /// What names it.
        field: &'static str,
    },
    #[error("there is no such API key")]
    NoSuchKey,
    #[error("the API key was revoked or has expired")]
    KeyEnded,
    #[error("a partner of this name exists")]
    NameTaken,
    #[error("`scopes` names what partners' keys, or you, may not do: {0}")]
    Scope(String),
    #[error("`vendorIds` names a vendor that you do not act for: {0}")]
    Vendor(VendorId),
    #[error(
        "`vendorIds` binds a key to vendors, which `{}` in `scopes` undoes; give one of them",
        Scope::AllVendors
    )]
    BoundToAll,
    #[error("`vendorIds` has more than {MAX_VENDORS} vendors")]
    TooManyVendors,
    #[error("`{field}` {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PartnerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchPartner { .. } | Self::NoSuchKey => ErrorCode::NotFound,
            Self::KeyEnded | Self::NameTaken => ErrorCode::Conflict,
            Self::Scope(_)
            | Self::Vendor(_)
            | Self::BoundToAll
            | Self::TooManyVendors
            | Self::Text(_)
            | Self::Invalid { .. } => ErrorCode::BadUserInput,
            Self::Moment(error) => error.code(),
            Self::Random(_) => ErrorCode::Internal,
            Self::Standing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Scope(_) => Some("scopes"),
            Self::Vendor(_) | Self::BoundToAll | Self::TooManyVendors => Some("vendorIds"),
            Self::Text(error) => Some(error.field()),
            Self::Moment(error) => error.field(),
            Self::Invalid { field, .. } | Self::NoSuchPartner { field } => Some(field),
            Self::NoSuchKey => Some("id"),
            Self::NameTaken => Some("name"),
            _ => None,
        }
    }
}

platform_core::api_error!(PartnerError);
