//! How a payment's status may change.

use payments_entities::payment::Status;

/// What happened to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    ActionRequired,
    OutcomeDeferred,
    Authorized,
    Declined,
    Captured,
    Voided,
    Expired,
}

/// `event` cannot happen to a payment in `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {from:?} cannot become {event:?}")]
pub struct IllegalTransition {
    pub from: Status,
    pub event: Event,
}

/// Whether whoever asked for the payment was told to wait for its customer or its gateway.
pub fn is_deferred(status: Status) -> bool {
    matches!(status, Status::RequiresAction | Status::Pending)
}

/// The status after `event`. An event that is already reflected leaves the status as it is, so that webhooks may come
/// twice and out of order.
pub fn apply(from: Status, event: Event) -> Result<Status, IllegalTransition> {
    use Status::{Authorized, Captured, Created, Declined, Expired, Pending, RequiresAction, Voided};
    let open = matches!(from, Created | RequiresAction | Pending);
    match event {
        Event::ActionRequired if matches!(from, Created | RequiresAction) => Ok(RequiresAction),
        Event::OutcomeDeferred if open => Ok(Pending),
        Event::Authorized if open => Ok(Authorized),
        // A capture implies the authorisation; so does a void that came after it.
        Event::Authorized if matches!(from, Authorized | Captured | Voided) => Ok(from),
        Event::Declined if open || from == Declined => Ok(Declined),
        Event::Captured if matches!(from, Authorized | Captured) => Ok(Captured),
        Event::Voided if open || matches!(from, Authorized | Voided) => Ok(Voided),
        Event::Voided if matches!(from, Declined | Expired) => Ok(from),
        Event::Expired if open || from == Expired => Ok(Expired),
        Event::ActionRequired
        | Event::OutcomeDeferred
        | Event::Authorized
        | Event::Declined
        | Event::Captured
        | Event::Voided
        | Event::Expired => Err(IllegalTransition { from, event }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_never_moves_backward() {
        for event in
            [Event::ActionRequired, Event::OutcomeDeferred, Event::Declined, Event::Voided, Event::Expired]
        {
            assert!(apply(Status::Captured, event).is_err(), "{event:?} after the capture");
        }
        for closed in [Status::Declined, Status::Voided, Status::Expired] {
            assert!(apply(closed, Event::Captured).is_err(), "captured after {closed:?}");
        }
    }

    #[test]
    fn a_repeated_event_changes_nothing() {
        for (status, event) in [
            (Status::Authorized, Event::Authorized),
            (Status::Captured, Event::Authorized),
            (Status::Captured, Event::Captured),
            (Status::Declined, Event::Declined),
            (Status::Voided, Event::Voided),
            (Status::Expired, Event::Expired),
        ] {
            assert_eq!(apply(status, event), Ok(status));
        }
    }
}
