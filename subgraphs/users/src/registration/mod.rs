//! Registration: whoever registers shows by a code from a mail that the address is theirs, and has an account then.
//!
//! Invariants: whether an address has an account is told to nobody but its owner, neither by the answer to
//! `register`, which is made without looking, nor by its time. The code alone makes no account: it counts together with
//! what `register` gave to the client, so that nobody confirms what a stranger began. An account's address is always
//! confirmed. Jobs carry the id of a registration, never an address or a code.

mod begin;
mod confirm;
mod graphql;
mod mail;
mod store;

use chrono::TimeDelta;

pub use graphql::RegistrationMutation;
pub use mail::{RegistrationMail, send};
pub use store::clean;

/// How long a registration waits for its code.
const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Wrong codes after which a registration is over.
const MAX_WRONG_CODES: i32 = 5;
