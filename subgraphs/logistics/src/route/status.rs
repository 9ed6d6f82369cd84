//! How a route's status may change.

use logistics_entities::route::Status;

/// What happened to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its courier will drive it.
    Accepted,
    /// Its courier has left the depot.
    Started,
    /// Nothing is left to be delivered on it.
    Finished,
    /// It was called off.
    Cancelled,
}

/// Whether something may still be delivered on it.
pub const fn is_open(status: Status) -> bool {
    match status {
        Status::Planned | Status::Accepted | Status::Started => true,
        Status::Finished | Status::Cancelled => false,
    }
}

/// The status after `event`; `None` where it cannot happen. What happened already leaves the status as it is.
pub const fn apply(from: Status, event: Event) -> Option<Status> {
    match (event, from) {
        // Who has started has accepted.
        (Event::Accepted, Status::Accepted | Status::Started) => Some(from),
        (Event::Accepted, Status::Planned) => Some(Status::Accepted),
        (Event::Started, Status::Planned | Status::Accepted | Status::Started) => Some(Status::Started),
        (Event::Finished, Status::Planned | Status::Accepted | Status::Started | Status::Finished) => {
            Some(Status::Finished)
        }
        (Event::Cancelled, Status::Planned | Status::Accepted | Status::Started | Status::Cancelled) => {
            Some(Status::Cancelled)
        }
        (Event::Accepted | Event::Started, Status::Finished | Status::Cancelled)
        | (Event::Finished, Status::Cancelled)
        | (Event::Cancelled, Status::Finished) => None,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn what_ended_stays_as_it_ended_and_what_happened_twice_is_as_once() {
        for from in Status::iter() {
            for event in [Event::Accepted, Event::Started, Event::Finished, Event::Cancelled] {
                let Some(to) = apply(from, event) else { continue };
                assert_eq!(apply(to, event), Some(to), "{event:?} twice from {from:?}");
                assert!(is_open(from) || to == from, "{from:?} became {to:?}");
            }
        }
    }
}
