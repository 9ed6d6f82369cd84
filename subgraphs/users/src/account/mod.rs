//! Accounts: registration, the profile, the password, blocking; and `User` and `PublicProfile` as others see them.
//!
//! Invariant: a `User` is built for its owner, for staff with `users:read`, or for a service; for a stranger there is
//! none, by whichever way one asks.

mod error;
mod graphql;
mod password;
mod profile;
mod register;
mod status;
mod store;
mod view;

pub use error::AccountError;
pub use graphql::{AccountMutation, AccountQuery, PasswordWeak};
pub use password::{Replacement, replace as replace_password};
pub use profile::check_phone;
pub use register::{NewUser, check_name, insert};
pub use store::{UserLoader, by_email};
pub use view::UserView;
