//! Writes the types of what payments asks of others.

use platform_peer_types::{Failed, PeerTypes};

fn main() -> Result<(), Failed> {
    PeerTypes::in_folder("..").write()
}
