//! Accounts: the profile, the password, blocking; and `User` and `PublicProfile` as others see them.
//!
//! Invariant: a `User` is built for its owner, for staff with `users:read`, or for a service; for a stranger there is
//! none, by whichever way one asks.

mod create;
mod error;
mod graphql;
mod password;
mod profile;
mod status;
mod store;
mod view;

pub use create::{NewUser, check_language, check_name, insert};
pub use error::AccountError;
pub use graphql::{AccountMutation, AccountQuery, PasswordWeak};
pub use password::{Replacement, replace as replace_password};
pub use store::{by_email, fill_keys};
pub use view::UserView;
