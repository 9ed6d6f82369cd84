//! Queries of sessions, refresh tokens, and failed logins.

mod failures;
mod refresh_tokens;
mod sessions;

pub use failures::{
    delete_failures, delete_networks, failures_locked_after, forget_failures, is_known_since, lock_failures,
    note_network, update_failures,
};
pub use refresh_tokens::{
    delete_refresh_tokens, find_refresh_token, insert_refresh_token, lock_refresh_token, rotate,
};
pub use sessions::{delete_sessions, extend, find, insert, is_live, list, lock, revoke};
