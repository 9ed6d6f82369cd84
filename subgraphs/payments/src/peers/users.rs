//! Who there is, asked of users.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("users");
}

use platform_core::id::UserId;
use platform_server::{PeerError, Peers};

/// Whether there is such a user, blocked or not.
pub async fn exists(peers: &Peers, user: UserId) -> Result<bool, PeerError> {
    let found = peers.ask(asked::KnownUser { user_id: user }, peers.own()).await?;
    Ok(found.is_some())
}
