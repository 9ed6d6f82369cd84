//! Who gets in: login by password, the exchange of a refresh token, logout.

mod graphql;
mod password;
mod refresh;

pub use graphql::{SessionMutation, SessionQuery, TokensView};
pub use password::{check_device, open};
