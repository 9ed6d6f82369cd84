//! Money and points, asked of payments.

use chrono::{DateTime, Utc};
use platform_commerce::{CurrencyCode, Money};
use platform_core::ErrorCode;
use platform_core::id::{OrderId, PaymentId, PaymentMethodId, UserId, VendorId};
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;

use super::catalog::Amount;
use super::unknown_is_done;

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
    /// What was given back of it; absent where nobody asked.
    #[serde(default)]
    pub refunded: Option<Amount>,
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

/// With what a customer pays. A gateway's token, which is never a card number, or what the customer has saved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PaymentMeans {
    Token {
        gateway: String,
        token: String,
    },
    Saved {
        #[serde(rename = "methodId")]
        method_id: PaymentMethodId,
    },
}

// A token is a secret: it must not come into a log by way of a state or an input.
impl fmt::Debug for PaymentMeans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { gateway, .. } => write!(f, "a token of {gateway}"),
            Self::Saved { method_id } => write!(f, "the saved method {method_id}"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct AuthorizeRequest<'a> {
    pub id: Option<PaymentId>,
    pub key: &'a str,
    pub order_id: OrderId,
    pub user_id: Option<UserId>,
    pub guest_id: Option<&'a str>,
    pub means: &'a PaymentMeans,
    pub amount: Money,
    pub split: &'a Split,
    pub expires_at: DateTime<Utc>,
}

pub async fn authorize_payment(
    peers: &Peers,
    request: AuthorizeRequest<'_>,
) -> Result<PaymentState, PeerError> {
    let mut input = json!({
        "id": request.id,
        "idempotencyKey": request.key,
        "orderId": request.order_id,
        "userId": request.user_id,
        "guestId": request.guest_id,
        "amount": { "amount": request.amount.to_decimal(), "currency": request.amount.currency() },
        "split": request.split,
        "expiresAt": request.expires_at,
    });
    if let (Value::Object(input), Value::Object(means)) = (&mut input, json!(request.means)) {
        input.extend(means);
    }
    call(peers, include_str!("payments/authorize_payment.graphql"), json!({ "input": input })).await
}

pub async fn capture_payment(peers: &Peers, id: PaymentId) -> Result<(), PeerError> {
    call::<Value>(peers, include_str!("payments/capture_payment.graphql"), json!({ "id": id }))
        .await
        .map(drop)
}

/// Whether payments refuses because the payment's gateway is not served any more.
pub fn is_gateway_gone(error: &PeerError) -> bool {
    matches!(error, PeerError::Refused { code: ErrorCode::BadUserInput, field: Some(field), .. } if field == "gateway")
}

/// How a payment stands now.
pub async fn get_payment(peers: &Peers, id: PaymentId) -> Result<Option<PaymentState>, PeerError> {
    call(peers, include_str!("payments/get_payment.graphql"), json!({ "id": id })).await
}

/// The payment of an order, as far as whoever takes it back knows it.
#[derive(Debug, Clone, Copy)]
pub enum Takeable {
    /// Payments has answered with it.
    Made(PaymentId),
    /// It may have come about, or be on its way: then it must not come about any more.
    Asked { id: PaymentId, order_id: OrderId, amount: Money },
    /// Whoever asked for it picked no id.
    Nameless,
}

/// Takes back what an order's payment holds or took: nothing of it is kept after, and nothing comes about. One that is
/// closed is taken back already.
pub async fn take_back(peers: &Peers, payment: Takeable, key: &str, reason: &str) -> Result<(), PeerError> {
    let of_key = include_str!("payments/void_payment_of.graphql");
    let (voided, id) = match payment {
        Takeable::Made(id) => {
            let voided =
                call::<Value>(peers, include_str!("payments/void_payment.graphql"), json!({ "id": id }))
                    .await;
            (voided, Some(id))
        }
        Takeable::Asked { id, order_id, amount } => {
            let amount = json!({ "amount": amount.to_decimal(), "currency": amount.currency() });
            let unmade = json!({ "id": id, "orderId": order_id, "amount": amount });
            (call(peers, of_key, json!({ "key": key, "unmade": unmade })).await, Some(id))
        }
        Takeable::Nameless => (call(peers, of_key, json!({ "key": key, "unmade": null })).await, None),
    };
    match (voided, id) {
        (Err(PeerError::Refused { code: ErrorCode::NotFound, .. }), _) => Ok(()),
        (Err(error @ PeerError::Refused { code: ErrorCode::Conflict, .. }), Some(id)) => {
            // Somebody has captured it: then it is given back.
            match get_payment(peers, id).await?.map(|payment| payment.status) {
                Some(PaymentStatus::Captured) => refund_remaining(peers, id, key, reason).await,
                Some(_) => Err(error),
                None => Ok(()),
            }
        }
        (voided, _) => voided.map(drop),
    }
}

/// Makes the payments of a guest's order a user's, as the event of the claim does.
pub async fn claim_payments(peers: &Peers, order: OrderId, user: UserId) -> Result<(), PeerError> {
    let variables = json!({ "orderId": order, "userId": user });
    call::<bool>(peers, include_str!("payments/claim_payments.graphql"), variables).await.map(drop)
}

/// Gives back all that is left of a captured payment.
pub async fn refund_remaining(
    peers: &Peers,
    id: PaymentId,
    key: &str,
    reason: &str,
) -> Result<(), PeerError> {
    let variables = json!({ "id": id, "key": key, "reason": reason });
    call::<bool>(peers, include_str!("payments/refund_payment.graphql"), variables).await.map(drop)
}

#[derive(Debug, Deserialize)]
#[serde(tag = "__typename")]
pub enum PointsHold {
    PointsHeld,
    NotEnoughPoints {
        available: i64,
    },
    /// They were held under this key and released.
    #[serde(skip)]
    Released,
}

/// How many points a user can spend now.
pub async fn available_points(peers: &Peers, user: UserId) -> Result<i64, PeerError> {
    call(peers, include_str!("payments/available_points.graphql"), json!({ "userId": user })).await
}

pub async fn hold_points(
    peers: &Peers,
    key: &str,
    user: UserId,
    points: i64,
    expires_at: DateTime<Utc>,
) -> Result<PointsHold, PeerError> {
    let input = json!({ "key": key, "userId": user, "points": points, "expiresAt": expires_at });
    match call(peers, include_str!("payments/hold_points.graphql"), json!({ "input": input })).await {
        Err(PeerError::Refused { code: ErrorCode::Conflict, .. }) => Ok(PointsHold::Released),
        answer => answer,
    }
}

/// Whether the points could be spent; false if their hold was released before or is unknown. `sale` is how their value divides, if
/// they alone pay.
pub async fn commit_points(
    peers: &Peers,
    key: &str,
    sale: Option<(CurrencyCode, &Split)>,
) -> Result<bool, PeerError> {
    let sale = sale.map(|(currency, split)| json!({ "currency": currency, "split": split }));
    let variables = json!({ "key": key, "sale": sale });
    match call::<bool>(peers, include_str!("payments/commit_points.graphql"), variables).await {
        Err(PeerError::Refused { code: ErrorCode::Conflict | ErrorCode::NotFound, .. }) => Ok(false),
        answer => answer.map(|_| true),
    }
}

/// Frees the points, or gives spent ones back; unknown ones are free.
pub async fn release_points(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let released =
        call::<bool>(peers, include_str!("payments/release_points.graphql"), json!({ "key": key })).await;
    unknown_is_done(released.map(drop))
}

/// Books the order of a key that neither a payment nor points pay for; booked or called off before: nothing happens.
pub async fn book_free_sale(
    peers: &Peers,
    key: &str,
    currency: CurrencyCode,
    split: &Split,
) -> Result<(), PeerError> {
    let input = json!({ "key": key, "currency": currency, "split": split });
    let document = include_str!("payments/book_free_sale.graphql");
    call::<bool>(peers, document, json!({ "input": input })).await.map(drop)
}

/// Books such an order back; what is still on its way books nothing after.
pub async fn reverse_free_sale(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let document = include_str!("payments/reverse_free_sale.graphql");
    call::<bool>(peers, document, json!({ "key": key })).await.map(drop)
}

async fn call<T: serde::de::DeserializeOwned>(
    peers: &Peers,
    document: &'static str,
    variables: Value,
) -> Result<T, PeerError> {
    peers.call(PAYMENTS, document, variables, peers.own()).await
}
