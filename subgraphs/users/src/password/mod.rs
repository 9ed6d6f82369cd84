//! Passwords: which are accepted, and how they are hashed and checked.

mod hasher;
mod policy;

pub use hasher::{Hasher, HasherError, Verdict};
pub use policy::{PasswordWeakness, check};
