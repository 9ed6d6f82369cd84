//! Writes the types of what the gateway, and the check of who has a subscription open, ask of users.

use platform_peer_types::{Failed, PeerTypes};

fn main() -> Result<(), Failed> {
    PeerTypes::in_folder("../subgraphs")
        .take("users", "ApiKeyGrant.ratePerSecond", "u32")
        // Of a session, a user or a partner: the kind says which.
        .take("users", "Revocation.id", "String")
        .write()
}
