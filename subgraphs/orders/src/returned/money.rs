//! Asks payments for the money of a refund of pieces.

use orders_entities::order_refund::{Failure, Model};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::PaymentId;
use platform_server::{PeerError, Peers};

use crate::order::Refunded;
use crate::peers::payments::{self, PartRefusal, RefundedPart, Split};

/// What became of the money.
pub enum Given {
    /// `None`: it waits, or was known before.
    Kept(Option<Made>),
    Refused(Failure),
}

/// Money that was given back.
pub struct Made {
    pub points: i64,
    /// Of the payment in all; none where there was nothing to give back.
    pub refunded: Option<Refunded>,
}

/// Has the money of a refund given back that divides as `split`, from the payment of its order; asked again it says how that
/// stands.
pub async fn give_money_back(
    peers: &Peers,
    refund: &Model,
    payment: Option<PaymentId>,
    currency: CurrencyCode,
    split: &Split,
) -> Result<Given, PeerError> {
    let amount = Money::from_minor(refund.money_minor, currency);
    let Some(payment) = payment.filter(|_| refund.value_minor > 0 || split.discounts_minor > 0) else {
        // Pieces that cost nobody anything, or less than a minor unit so far.
        return Ok(Given::Kept(Some(Made { points: 0, refunded: None })));
    };
    Ok(match payments::refund_part(peers, refund.id, payment, amount, split, &refund.reason).await? {
        RefundedPart::Made { points, refunded, points_refunded } => {
            let refunded = Refunded { money: refunded.minor(), points: Some(points_refunded) };
            Given::Kept(Some(Made { points, refunded: Some(refunded) }))
        }
        RefundedPart::Waiting => Given::Kept(None),
        RefundedPart::Refused(PartRefusal::ByGateway) => Given::Refused(Failure::GatewayRefused),
        RefundedPart::Refused(PartRefusal::TooLarge) => Given::Refused(Failure::PaymentHasLessLeft),
        RefundedPart::Refused(PartRefusal::NotCaptured) => Given::Refused(Failure::PaymentNotCaptured),
    })
}
