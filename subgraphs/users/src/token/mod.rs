//! Access tokens: what they state, the keys that sign them, and the key set that verifiers fetch.
//!
//! Invariant: private keys never leave the database, where they can be encrypted, and this process; a key is published before it signs and stays
//! published until its last token has expired. Deliberately absent: checking a token, which the gateway does.

mod access;
mod keyring;
mod keyset;
mod store;
mod vault;

pub use access::{AccessToken, Grant, mint};
pub use keyring::{Keyring, KeyringError, Rotation, SigningKey};
pub use keyset::routes;
pub use vault::{VaultError, check_encryption};
