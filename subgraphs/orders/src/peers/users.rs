//! Addresses, VAT ids and mail, asked of users, which never calls orders.

use platform_core::id::UserId;
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use platform_text::VatId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::catalog::Amount;

const USERS: &str = "users";

/// Whether it is the user's VAT id, marked valid by staff.
pub async fn vat_id_is_valid(peers: &Peers, user: UserId, id: &VatId) -> Result<bool, PeerError> {
    let variables = json!({ "userId": user, "vatId": id });
    peers.call(USERS, include_str!("users/vat_id_is_valid.graphql"), variables, peers.own()).await
}

/// Whether `email` is the verified address of an active account. Users compares; no address comes back.
pub async fn owns_email(
    peers: &Peers,
    caller: &Caller,
    user: UserId,
    email: &str,
) -> Result<bool, PeerError> {
    let variables = json!({ "userId": user, "email": email });
    peers.call(USERS, include_str!("users/owns_email.graphql"), variables, caller).await
}

/// Counts a mail that `caller` asks for against the limit of its network; the seconds to wait, if there were too many.
pub async fn count_mail(peers: &Peers, caller: &Caller) -> Result<Option<u64>, PeerError> {
    let counted: Counted =
        peers.call(USERS, include_str!("users/count_mail.graphql"), json!({}), caller).await?;
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
pub enum MailTemplate {
    #[serde(rename = "ORDER_CLAIM")]
    Claim,
    #[serde(rename = "ORDER_CANCELLATION")]
    Cancellation,
    #[serde(rename = "ORDER_CONFIRMED")]
    Confirmed,
    #[serde(rename = "ORDER_CANCELLED")]
    Cancelled,
    #[serde(rename = "ORDER_REFUNDED")]
    Refunded,
    #[serde(rename = "ORDER_PARTLY_REFUNDED")]
    PartlyRefunded,
}

/// A mail about an order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail<'a> {
    /// The same key again sends no second mail.
    pub key: &'a str,
    pub template: MailTemplate,
    pub to: &'a str,
    pub language: &'a str,
    pub data: MailData<'a>,
}

/// What stands in a mail: a code, or the order itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailData<'a> {
    pub order_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<MailOrder>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailOrder {
    pub lines: Vec<MailLine>,
    pub discount: Amount,
    pub shipping: Amount,
    /// Where lines and shipping are without it.
    pub tax: Option<Amount>,
    pub total: Amount,
    pub points: i64,
    pub refunded: Amount,
    pub points_returned: i64,
    /// Whether it is found by its number and address alone.
    pub is_guests: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailLine {
    pub quantity: i32,
    pub name: String,
    /// Before discounts.
    pub total: Amount,
}

/// The address of an account that is not blocked; not to be stored or logged.
pub async fn address_of(peers: &Peers, user: UserId) -> Result<Option<String>, PeerError> {
    #[derive(Deserialize)]
    struct Account {
        email: String,
        active: bool,
    }
    let variables = json!({ "id": user });
    let account: Option<Account> =
        peers.call(USERS, include_str!("users/user_address.graphql"), variables, peers.own()).await?;
    Ok(account.filter(|account| account.active).map(|account| account.email))
}

/// Sends a mail, or does nothing if it was sent before.
pub async fn send_mail(peers: &Peers, mail: &Mail<'_>) -> Result<(), PeerError> {
    let input = json!(mail);
    let variables = json!({ "input": input });
    let document = include_str!("users/send_mail.graphql");
    peers.call::<serde_json::Value>(USERS, document, variables, peers.own()).await.map(drop)
}
