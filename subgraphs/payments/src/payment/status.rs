//! How a payment's status may change.

use payments_entities::payment::Status;
use sea_orm::ActiveEnum;

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

impl Event {
    /// The status that a payment comes to have by it.
    const fn status(self) -> Status {
        match self {
            Self::ActionRequired => Status::RequiresAction,
            Self::OutcomeDeferred => Status::Pending,
            Self::Authorized => Status::Authorized,
            Self::Declined => Status::Declined,
            Self::Captured => Status::Captured,
            Self::Voided => Status::Voided,
            Self::Expired => Status::Expired,
        }
    }
}

/// `event` cannot happen to a payment in `from`. Told by the names of the schema, which are those that are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {} cannot become {}", .from.to_value(), .event.status().to_value())]
pub struct IllegalTransition {
    pub from: Status,
    pub event: Event,
}

/// Whether whoever asked for the payment was told to wait for its customer or its gateway.
pub fn is_deferred(status: Status) -> bool {
    matches!(status, Status::RequiresAction | Status::Pending)
}

/// Whether nothing has come of it yet, so that nobody is about to take its money.
pub fn is_open(status: Status) -> bool {
    status == Status::Created || is_deferred(status)
}

/// Whether it was given up, whatever its gateway may hold still.
pub fn is_given_up(status: Status) -> bool {
    matches!(status, Status::Voided | Status::Expired)
}

/// The status after `event`. An event that is already reflected or overtaken leaves the status as it is, so that webhooks
/// may come twice and gateways' answers be written down out of order; so does whatever comes after a payment ended without
/// money, for others may end it at the same time.
pub fn apply(from: Status, event: Event) -> Result<Status, IllegalTransition> {
    use Status::{Authorized, Captured, Created, Declined, Expired, Pending, RequiresAction, Voided};
    let open = is_open(from);
    let is_closed = matches!(from, Declined | Voided | Expired);
    match event {
        Event::ActionRequired | Event::OutcomeDeferred | Event::Declined | Event::Voided | Event::Expired
            if is_closed =>
        {
            Ok(from)
        }
        Event::ActionRequired if from == Created => Ok(RequiresAction),
        Event::OutcomeDeferred if open => Ok(Pending),
        // The customer or the gateway has gone on since it was asked.
        Event::ActionRequired | Event::OutcomeDeferred => Ok(from),
        Event::Authorized if open => Ok(Authorized),
        // A capture implies the authorisation; so does a void that came after it.
        Event::Authorized if matches!(from, Authorized | Captured | Voided) => Ok(from),
        // A hold lapses at the gateway too.
        Event::Declined if open || from == Authorized => Ok(Declined),
        Event::Captured if matches!(from, Authorized | Captured) => Ok(Captured),
        Event::Voided if open || from == Authorized => Ok(Voided),
        Event::Expired if open => Ok(Expired),
        Event::Authorized | Event::Declined | Event::Captured | Event::Voided | Event::Expired => {
            Err(IllegalTransition { from, event })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_never_moves_backward() {
        for event in [Event::Declined, Event::Voided, Event::Expired] {
            assert!(apply(Status::Captured, event).is_err(), "{event:?} after the capture");
        }
        for closed in [Status::Declined, Status::Voided, Status::Expired] {
            assert!(apply(closed, Event::Captured).is_err(), "captured after {closed:?}");
        }
    }

    #[test]
    fn a_payment_that_ended_without_money_stays_as_it_is() {
        for closed in [Status::Declined, Status::Voided, Status::Expired] {
            for event in [
                Event::ActionRequired,
                Event::OutcomeDeferred,
                Event::Declined,
                Event::Voided,
                Event::Expired,
            ] {
                assert_eq!(apply(closed, event), Ok(closed), "{event:?} after {closed:?}");
            }
        }
    }

    #[test]
    fn an_overtaken_answer_changes_nothing() {
        for (status, event) in [
            (Status::Pending, Event::ActionRequired),
            (Status::Authorized, Event::ActionRequired),
            (Status::Authorized, Event::OutcomeDeferred),
            (Status::Captured, Event::ActionRequired),
            (Status::Captured, Event::OutcomeDeferred),
        ] {
            assert_eq!(apply(status, event), Ok(status), "{event:?} after {status:?}");
        }
    }

    #[test]
    fn an_illegal_transition_is_told_by_the_names_of_the_schema() {
        let refused = apply(Status::RequiresAction, Event::Captured).unwrap_err();
        assert_eq!(refused.to_string(), "a payment that is REQUIRES_ACTION cannot become CAPTURED");
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
