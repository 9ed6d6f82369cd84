//! Money and points, asked of payments.

use chrono::{DateTime, Utc};
use platform_core::id::{OrderId, PaymentId, UserId, VendorId};
use platform_core::{CurrencyCode, ErrorCode, Money};
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const PAYMENTS: &str = "payments";

/// Where a payment stands, as payments names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentStatus {
    Created,
    RequiresAction,
    Pending,
    Authorized,
    Captured,
    Declined,
    Voided,
    Expired,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentState {
    pub id: PaymentId,
    pub status: PaymentStatus,
    pub action_url: Option<String>,
    pub decline_code: Option<String>,
}

/// One vendor's part of what is paid, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VendorPart {
    pub vendor_id: VendorId,
    pub net_minor: i64,
    pub commission_minor: i64,
}

/// How what is paid divides, in minor units:
/// `amount + points + discounts = Σ (net + commission) + tax + shipping`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
    pub vendors: Vec<VendorPart>,
    pub tax_minor: i64,
    pub shipping_minor: i64,
    pub points_minor: i64,
    pub discounts_minor: i64,
}

#[derive(Debug, Clone)]
pub struct AuthorizeRequest<'a> {
    pub key: &'a str,
    pub order_id: OrderId,
    pub user_id: Option<UserId>,
    pub guest_id: Option<&'a str>,
    pub gateway: &'a str,
    pub token: &'a str,
    pub amount: Money,
    pub split: &'a Split,
    pub expires_at: DateTime<Utc>,
}

pub async fn authorize_payment(
    peers: &Peers,
    request: AuthorizeRequest<'_>,
) -> Result<PaymentState, PeerError> {
    let input = json!({
        "idempotencyKey": request.key,
        "orderId": request.order_id,
        "userId": request.user_id,
        "guestId": request.guest_id,
        "gateway": request.gateway,
        "token": request.token,
        "amount": { "amount": request.amount.to_decimal(), "currency": request.amount.currency() },
        "split": request.split,
        "expiresAt": request.expires_at,
    });
    call(peers, include_str!("authorize_payment.graphql"), json!({ "input": input })).await
}

pub async fn capture_payment(peers: &Peers, id: PaymentId) -> Result<PaymentState, PeerError> {
    call(peers, include_str!("capture_payment.graphql"), json!({ "id": id })).await
}

pub async fn void_payment(peers: &Peers, id: PaymentId) -> Result<PaymentState, PeerError> {
    call(peers, include_str!("void_payment.graphql"), json!({ "id": id })).await
}

/// Gives back all that is left of a captured payment.
pub async fn refund_remaining(
    peers: &Peers,
    id: PaymentId,
    key: &str,
    reason: &str,
) -> Result<(), PeerError> {
    let variables = json!({ "id": id, "key": key, "reason": reason });
    call::<bool>(peers, include_str!("refund_payment.graphql"), variables).await.map(drop)
}

#[derive(Debug, Deserialize)]
#[serde(tag = "__typename")]
pub enum PointsHold {
    PointsHeld,
    NotEnoughPoints { available: i64 },
}

pub async fn hold_points(
    peers: &Peers,
    key: &str,
    user: UserId,
    points: i64,
    expires_at: DateTime<Utc>,
) -> Result<PointsHold, PeerError> {
    let input = json!({ "key": key, "userId": user, "points": points, "expiresAt": expires_at });
    call(peers, include_str!("hold_points.graphql"), json!({ "input": input })).await
}

/// Whether the points could be spent; false if their hold was released before. `sale` is how their value divides, if
/// they alone pay.
pub async fn commit_points(
    peers: &Peers,
    key: &str,
    sale: Option<(CurrencyCode, &Split)>,
) -> Result<bool, PeerError> {
    let sale = sale.map(|(currency, split)| json!({ "currency": currency, "split": split }));
    let variables = json!({ "key": key, "sale": sale });
    match call::<bool>(peers, include_str!("commit_points.graphql"), variables).await {
        Err(PeerError::Refused { code: ErrorCode::Conflict, .. }) => Ok(false),
        answer => answer.map(|_| true),
    }
}

pub async fn release_points(peers: &Peers, key: &str) -> Result<(), PeerError> {
    call::<bool>(peers, include_str!("release_points.graphql"), json!({ "key": key })).await.map(drop)
}

async fn call<T: serde::de::DeserializeOwned>(
    peers: &Peers,
    document: &'static str,
    variables: Value,
) -> Result<T, PeerError> {
    peers.call(PAYMENTS, document, variables, peers.own()).await
}
