//! Tax zones as administrators write them and those who keep the catalog read them. What is owed by them is
//! [`crate::tax`]'s.

mod delete;
mod error;
pub mod graphql;
mod set;
mod store;
mod view;
