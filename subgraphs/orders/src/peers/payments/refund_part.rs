//! A part of an order's money, given back.

use platform_commerce::Money;
use platform_core::id::{PaymentId, RefundId};
use platform_server::{PeerError, Peers};

use super::Split;
use super::asked::refund_part::RefundPartResult;
use super::asked::{RefundPart, RefundPartInput, RefundStatus};

/// Why nothing was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRefusal {
    ByGateway,
    /// The payment has less left.
    TooLarge,
    NotCaptured,
}

/// What became of the refund of a part.
#[derive(Debug, Clone, PartialEq)]
pub enum RefundedPart {
    Made {
        points: i64,
        /// Of the payment in all.
        refunded: Money,
        points_refunded: i64,
    },
    /// It waits for staff of payments, and is told by its event.
    Waiting,
    Refused(PartRefusal),
}

/// Gives the price of pieces that divide as `split` back, `amount` of it in money, once for `id`.
pub async fn refund_part(
    peers: &Peers,
    id: RefundId,
    payment: PaymentId,
    amount: Money,
    split: &Split,
    reason: &str,
) -> Result<RefundedPart, PeerError> {
    let split = split.into();
    let input = RefundPartInput { id, payment_id: payment, amount, split, reason: reason.to_owned() };
    match peers.ask(RefundPart { input }, peers.own()).await? {
        RefundPartResult::PartRefund(part) => match part.status {
            RefundStatus::Succeeded => Ok(RefundedPart::Made {
                points: part.points,
                refunded: part.refunded,
                points_refunded: part.points_refunded,
            }),
            RefundStatus::Pending => Ok(RefundedPart::Waiting),
            RefundStatus::Failed => Ok(RefundedPart::Refused(PartRefusal::ByGateway)),
            RefundStatus::Unrecognised => Err(PeerError::unrecognised::<RefundPart>()),
        },
        RefundPartResult::PartTooLarge => Ok(RefundedPart::Refused(PartRefusal::TooLarge)),
        RefundPartResult::PaymentNotTaken => Ok(RefundedPart::Refused(PartRefusal::NotCaptured)),
        RefundPartResult::Unrecognised => Err(PeerError::unrecognised::<RefundPart>()),
    }
}
