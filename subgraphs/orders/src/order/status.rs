//! How an order's status may change.

use orders_entities::order::Status;

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The customer or the gateway has to act.
    PaymentDeferred,
    /// Stock and money are secured.
    Confirmed,
    /// The money is captured, or there was none to capture.
    Paid,
    /// The last of it has left its sellers.
    Shipped,
    /// The last of it has arrived.
    Delivered,
    /// The time in which it can be returned is over.
    Completed,
    /// The checkout did not succeed.
    Failed,
    /// The customer or staff called it off, or it was not paid in time.
    Cancelled,
    /// All of the money was given back, though nobody called it off.
    Refunded,
}

/// `event` cannot happen to an order in `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from:?} cannot become {event:?}")]
pub struct IllegalTransition {
    pub from: Status,
    pub event: Event,
}

/// Where an order stands that is paid and in force: its money is taken, and not all of it was given back.
pub const PAID: [Status; 4] = [Status::Paid, Status::Shipped, Status::Delivered, Status::Completed];

/// Whether an order in this status is paid and in force.
pub const fn is_paid(status: Status) -> bool {
    matches!(status, Status::Paid) || has_left(status)
}

/// Whether all of an order in this status has left its sellers.
pub const fn has_left(status: Status) -> bool {
    matches!(status, Status::Shipped | Status::Delivered | Status::Completed)
}

/// Whether an order in this status may be buying what a cart holds: it is not decided yet.
pub const fn may_claim(status: Status) -> bool {
    matches!(status, Status::Pending | Status::AwaitingPayment)
}

/// The status after `event`; one that is already reflected leaves the status as it is.
pub fn apply(from: Status, event: Event) -> Result<Status, IllegalTransition> {
    use Status::{
        AwaitingPayment, Cancelled, Completed, Confirmed, Delivered, Failed, Paid, Pending, Refunded, Shipped,
    };
    let unpaid = matches!(from, Pending | AwaitingPayment);
    match event {
        Event::PaymentDeferred if unpaid => Ok(AwaitingPayment),
        Event::Confirmed if unpaid || from == Confirmed => Ok(Confirmed),
        Event::Paid if matches!(from, Confirmed | Paid) => Ok(Paid),
        Event::Shipped if matches!(from, Paid | Shipped) => Ok(Shipped),
        Event::Delivered if matches!(from, Paid | Shipped | Delivered) => Ok(Delivered),
        Event::Completed if matches!(from, Delivered | Completed) => Ok(Completed),
        Event::Failed if unpaid || matches!(from, Confirmed | Failed) => Ok(Failed),
        Event::Cancelled if unpaid || matches!(from, Confirmed | Paid | Cancelled) => Ok(Cancelled),
        Event::Refunded if is_paid(from) || from == Refunded => Ok(Refunded),
        Event::PaymentDeferred
        | Event::Confirmed
        | Event::Paid
        | Event::Shipped
        | Event::Delivered
        | Event::Completed
        | Event::Failed
        | Event::Cancelled
        | Event::Refunded => Err(IllegalTransition { from, event }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_order_stays_closed() {
        for closed in [Status::Cancelled, Status::Failed, Status::Completed, Status::Refunded] {
            for event in [Event::PaymentDeferred, Event::Confirmed, Event::Paid] {
                assert!(apply(closed, event).is_err(), "{event:?} after {closed:?}");
            }
        }
        for closed in
            [Status::Shipped, Status::Delivered, Status::Completed, Status::Failed, Status::Refunded]
        {
            assert!(apply(closed, Event::Cancelled).is_err(), "called off after {closed:?}");
        }
        assert!(apply(Status::Cancelled, Event::Refunded).is_err(), "what was called off stays so");
    }

    #[test]
    fn nothing_is_paid_that_was_not_confirmed() {
        assert!(apply(Status::Pending, Event::Paid).is_err());
        assert_eq!(apply(Status::Confirmed, Event::Paid), Ok(Status::Paid));
    }
}
