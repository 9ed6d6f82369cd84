//! What users knows of a buyer.

use platform_core::id::UserId;
use platform_server::{PeerError, Peers};
use platform_text::VatId;
use serde_json::json;

const USERS: &str = "users";

/// Whether it is the user's VAT id, marked valid by staff.
pub async fn vat_id_is_valid(peers: &Peers, user: UserId, id: &VatId) -> Result<bool, PeerError> {
    let variables = json!({ "userId": user, "vatId": id });
    peers.call(USERS, include_str!("vat_id_is_valid.graphql"), variables, peers.own()).await
}
