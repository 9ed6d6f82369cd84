//! Whose a cart is.

use platform_core::id::UserId;
use platform_identity::{Caller, is_guest_id};

use super::error::CartError;

/// Whose cart it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    User(UserId),
    Guest(String),
}

impl Owner {
    /// The guest of an id that a caller sends.
    pub fn guest(id: &str) -> Result<Self, CartError> {
        if is_guest_id(id) { Ok(Self::Guest(id.to_owned())) } else { Err(CartError::InvalidGuest) }
    }

    pub fn of(caller: &Caller) -> Result<Self, CartError> {
        match (caller.user, &caller.guest) {
            (Some(user), _) => Ok(Self::User(user)),
            (None, Some(guest)) => Ok(Self::Guest(guest.clone())),
            (None, None) => Err(CartError::NoOwner),
        }
    }
}
