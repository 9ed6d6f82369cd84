//! The payment of an order: held, taken, taken back.

use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::ErrorCode;
use platform_core::id::{OrderId, PaymentId, UserId};
use platform_server::{PeerError, Peers};

use super::asked::{
    AuthorizePayment, AuthorizePaymentInput, CapturePayment, ClaimPayments, GetPayment, RefundPayment,
    UnmadePaymentInput, VoidPayment, VoidPaymentOf, authorize_payment as authorized, get_payment as found,
};
use super::{PaymentMeans, Split};

/// Where a payment stands, as payments names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

#[derive(Debug, Clone)]
pub struct PaymentState {
    pub id: PaymentId,
    pub status: PaymentStatus,
    pub action_url: Option<String>,
    pub decline_code: Option<String>,
    /// What was given back of it; absent where nobody asked.
    pub refunded: Option<Money>,
}

impl From<authorized::Payment> for PaymentState {
    fn from(payment: authorized::Payment) -> Self {
        let authorized::Payment { id, status, action_url, decline_code } = payment;
        Self { id, status, action_url, decline_code, refunded: None }
    }
}

impl From<found::Payment> for PaymentState {
    fn from(payment: found::Payment) -> Self {
        let found::Payment { id, status, action_url, decline_code, refunded } = payment;
        Self { id, status, action_url, decline_code, refunded: Some(refunded) }
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
    let (gateway, token, method_id) = match request.means.clone() {
        PaymentMeans::Token { gateway, token } => (Some(gateway), Some(token), None),
        PaymentMeans::Saved { method_id } => (None, None, Some(method_id)),
    };
    let input = AuthorizePaymentInput {
        id: request.id,
        idempotency_key: request.key.to_owned(),
        order_id: request.order_id,
        user_id: request.user_id,
        guest_id: request.guest_id.map(str::to_owned),
        gateway,
        token,
        method_id,
        amount: request.amount,
        split: request.split.into(),
        expires_at: request.expires_at,
    };
    Ok(peers.ask(AuthorizePayment { input }, peers.own()).await?.into())
}

/// What became of taking a payment's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    Taken,
    /// Nobody can take it any more: the payment's gateway is not served, or does not hold the money.
    Lost,
    /// Staff gave the payment up, here or at its gateway: there is nothing to take.
    GivenUp,
}

/// Takes the money that a payment holds. Where payments refuses it, it has written down before what the gateway knows.
pub async fn capture_payment(peers: &Peers, id: PaymentId) -> Result<Taking, PeerError> {
    match peers.ask(CapturePayment { payment_id: id }, peers.own()).await {
        Ok(_) => Ok(Taking::Taken),
        Err(PeerError::Refused { code: ErrorCode::BadUserInput, field: Some(field), .. })
            if field == "gateway" =>
        {
            Ok(Taking::Lost)
        }
        Err(error @ PeerError::Refused { code: ErrorCode::Conflict, .. }) => {
            match get_payment(peers, id).await?.map(|payment| payment.status) {
                Some(PaymentStatus::Voided) => Ok(Taking::GivenUp),
                Some(PaymentStatus::Expired | PaymentStatus::Declined) => Ok(Taking::Lost),
                _ => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// How a payment stands now.
pub async fn get_payment(peers: &Peers, id: PaymentId) -> Result<Option<PaymentState>, PeerError> {
    let payment = peers.ask(GetPayment { payment_id: id }, peers.own()).await?;
    Ok(payment.map(Into::into))
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
    let of_key = |unmade| VoidPaymentOf { key: key.to_owned(), unmade };
    let (voided, id) = match payment {
        Takeable::Made(id) => {
            let voided = peers.ask(VoidPayment { payment_id: id }, peers.own()).await;
            (voided.map(drop), Some(id))
        }
        Takeable::Asked { id, order_id, amount } => {
            let unmade = UnmadePaymentInput { id, order_id, amount };
            (peers.ask(of_key(Some(unmade)), peers.own()).await.map(drop), Some(id))
        }
        Takeable::Nameless => (peers.ask(of_key(None), peers.own()).await.map(drop), None),
    };
    match (voided, id) {
        (Err(PeerError::Refused { code: ErrorCode::NotFound, .. }), _) => Ok(()),
        (Err(PeerError::Refused { code: ErrorCode::Conflict, peer, message, .. }), Some(id)) => {
            match get_payment(peers, id).await?.map(|payment| payment.status) {
                // Somebody has captured it: then it is given back.
                Some(PaymentStatus::Captured) => refund_remaining(peers, id, key, reason).await,
                None | Some(PaymentStatus::Voided | PaymentStatus::Expired | PaymentStatus::Declined) => {
                    Ok(())
                }
                // It is being captured just now: the next attempt finds it captured.
                Some(_) => Err(PeerError::Refused {
                    peer,
                    code: ErrorCode::Unavailable,
                    message,
                    field: None,
                    retry_after: None,
                }),
            }
        }
        (voided, _) => voided,
    }
}

/// Makes the payments of a guest's order a user's, as the event of the claim does.
pub async fn claim_payments(peers: &Peers, order: OrderId, user: UserId) -> Result<(), PeerError> {
    let question = ClaimPayments { order_id: order, user_id: user };
    // True whenever it is answered.
    peers.ask(question, peers.own()).await.map(|_: bool| ())
}

/// Gives back all that is left of a captured payment.
pub async fn refund_remaining(
    peers: &Peers,
    id: PaymentId,
    key: &str,
    reason: &str,
) -> Result<(), PeerError> {
    let question = RefundPayment { payment_id: id, key: key.to_owned(), reason: reason.to_owned() };
    // True whenever it is answered.
    peers.ask(question, peers.own()).await.map(|_: bool| ())
}
