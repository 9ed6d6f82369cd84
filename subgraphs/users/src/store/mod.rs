//! Queries of the tables that several features share: users, and codes that were mailed to them. They stand below the
//! features; what one feature alone asks stands in its own `store.rs`.

pub mod account_token;
pub mod user;
