//! Sessions: login, refresh, logout. A session is one login on one device and the family of its refresh tokens.
//!
//! Invariants: a session has at most one refresh token that can still be exchanged, whatever runs at once; a token that
//! comes back later than a moment after its exchange ends its session. Locks are taken in the order user, session,
//! refresh token.

mod error;
mod graphql;
mod login;
mod refresh;
mod revoke;
mod store;
mod throttle;
mod tokens;

pub use error::SessionError;
pub use graphql::{SessionMutation, SessionQuery, TokensView};
pub use login::{check_device, open};
pub use revoke::{Which, revoke};
pub use store::{clean, is_live};
pub use throttle::Attempt;
pub use tokens::{IssuedTokens, signing_key};
