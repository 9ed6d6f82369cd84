//! Who there is, asked of users.

use platform_core::id::UserId;
use platform_server::{PeerError, Peers};
use serde::de::IgnoredAny;
use serde_json::json;

const USERS: &str = "users";

/// Whether there is such a user, blocked or not.
pub async fn exists(peers: &Peers, user: UserId) -> Result<bool, PeerError> {
    let variables = json!({ "id": user });
    let document = include_str!("users/known_user.graphql");
    let found: Option<IgnoredAny> = peers.call(USERS, document, variables, peers.own()).await?;
    Ok(found.is_some())
}
