//! Sessions: their tokens, and their end. A session is one login on one device and the family of its refresh tokens.
//!
//! Invariants: a session has at most one refresh token that can still be exchanged, whatever runs at once; a token that
//! comes back later than a moment after its exchange ends its session. Locks are taken in the order user, session,
//! refresh token.

mod clean;
mod error;
mod revoke;
pub mod store;
mod throttle;
pub mod tokens;

pub use clean::clean;
pub use error::SessionError;
pub use revoke::{Which, revoke};
pub use store::is_live;
pub use throttle::Attempt;
pub use tokens::{IssuedTokens, signing_key};
