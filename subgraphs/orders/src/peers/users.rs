//! Addresses, VAT ids and mail, asked of users, which never calls orders.

use platform_core::id::UserId;
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use platform_text::VatId;
use serde::{Deserialize, Serialize};
use serde_json::json;

const USERS: &str = "users";

/// Whether it is the user's VAT id, marked valid by staff.
pub async fn vat_id_is_valid(peers: &Peers, user: UserId, id: &VatId) -> Result<bool, PeerError> {
    let variables = json!({ "userId": user, "vatId": id });
    peers.call(USERS, include_str!("vat_id_is_valid.graphql"), variables, peers.own()).await
}

/// Whether `email` is the verified address of an active account. Users compares; no address comes back.
pub async fn owns_email(
    peers: &Peers,
    caller: &Caller,
    user: UserId,
    email: &str,
) -> Result<bool, PeerError> {
    let variables = json!({ "userId": user, "email": email });
    peers.call(USERS, include_str!("owns_email.graphql"), variables, caller).await
}

/// Counts a mail that `caller` asks for against the limit of its network; the seconds to wait, if there were too many.
pub async fn count_mail(peers: &Peers, caller: &Caller) -> Result<Option<u64>, PeerError> {
    let counted: Counted = peers.call(USERS, include_str!("count_mail.graphql"), json!({}), caller).await?;
    Ok((!counted.allowed).then(|| counted.retry_after_seconds.unwrap_or(1)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    allowed: bool,
    retry_after_seconds: Option<u64>,
}

/// A mail that users knows how to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MailTemplate {
    OrderClaim,
    OrderCancellation,
}

/// A mail with a code for an order.
pub struct CodeMail<'a> {
    /// The same key again sends no second mail.
    pub key: &'a str,
    pub template: MailTemplate,
    pub to: &'a str,
    pub language: &'a str,
    pub order_number: &'a str,
    pub code: &'a str,
}

/// Sends a mail, or does nothing if it was sent before.
pub async fn send_mail(peers: &Peers, mail: CodeMail<'_>) -> Result<(), PeerError> {
    let input = json!({
        "key": mail.key,
        "template": mail.template,
        "to": mail.to,
        "language": mail.language,
        "data": { "orderNumber": mail.order_number, "code": mail.code },
    });
    let variables = json!({ "input": input });
    let document = include_str!("send_mail.graphql");
    peers.call::<serde_json::Value>(USERS, document, variables, peers.own()).await.map(drop)
}
