//! How a shipment's status may change.

use logistics_entities::shipment::Status;

/// What happened to a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its seller has packed it.
    Packed,
    /// The carrier took it from its seller.
    HandedOver,
    /// It was seen on its way.
    InTransit,
    /// A courier left with it for the recipient.
    OutForDelivery,
    /// A courier was there and could not deliver it.
    Attempted,
    /// The recipient has it.
    Delivered,
    /// It is back at its seller.
    Returned,
    /// Nobody knows where it is.
    Lost,
    /// It is not sent.
    Cancelled,
}

/// `event` cannot happen to a shipment in `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shipment that is {from:?} cannot become {event:?}")]
pub struct IllegalTransition {
    pub from: Status,
    pub event: Event,
}

/// Whether it is still at its seller, who may pack it, split it, or be told not to send it.
pub const fn is_at_seller(status: Status) -> bool {
    matches!(status, Status::Created | Status::Packed)
}

/// Whether nothing happens to it any more.
pub const fn is_over(status: Status) -> bool {
    matches!(status, Status::Delivered | Status::Returned | Status::Cancelled)
}

/// Whether it has left its seller and is neither with its recipient nor back.
const fn is_under_way(status: Status) -> bool {
    match status {
        Status::HandedOver | Status::InTransit | Status::OutForDelivery | Status::Attempted => true,
        // It may turn up.
        Status::Lost => true,
        Status::Created | Status::Packed | Status::Delivered | Status::Returned | Status::Cancelled => false,
    }
}

/// The status after `event`; one that is already reflected leaves the status as it is.
pub fn apply(from: Status, event: Event) -> Result<Status, IllegalTransition> {
    let to = match event {
        Event::Packed if from == Status::Created => Some(Status::Packed),
        Event::HandedOver if is_at_seller(from) => Some(Status::HandedOver),
        // Who is out for delivery with it brings it back to the depot at night.
        Event::InTransit if is_under_way(from) => Some(Status::InTransit),
        Event::OutForDelivery if is_under_way(from) => Some(Status::OutForDelivery),
        Event::Attempted if from == Status::OutForDelivery => Some(Status::Attempted),
        Event::Delivered if is_under_way(from) => Some(Status::Delivered),
        Event::Returned if is_under_way(from) => Some(Status::Returned),
        Event::Lost if is_under_way(from) => Some(Status::Lost),
        Event::Cancelled if is_at_seller(from) => Some(Status::Cancelled),
        _ => None,
    };
    match to {
        Some(to) => Ok(to),
        None if from == reached(event) => Ok(from),
        None => Err(IllegalTransition { from, event }),
    }
}

/// Where a shipment stands to which `event` happened.
const fn reached(event: Event) -> Status {
    match event {
        Event::Packed => Status::Packed,
        Event::HandedOver => Status::HandedOver,
        Event::InTransit => Status::InTransit,
        Event::OutForDelivery => Status::OutForDelivery,
        Event::Attempted => Status::Attempted,
        Event::Delivered => Status::Delivered,
        Event::Returned => Status::Returned,
        Event::Lost => Status::Lost,
        Event::Cancelled => Status::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    const EVENTS: [Event; 9] = [
        Event::Packed,
        Event::HandedOver,
        Event::InTransit,
        Event::OutForDelivery,
        Event::Attempted,
        Event::Delivered,
        Event::Returned,
        Event::Lost,
        Event::Cancelled,
    ];

    #[test]
    fn what_happened_twice_is_as_once_wherever_it_could_happen() {
        for from in Status::iter() {
            for event in EVENTS {
                if let Ok(to) = apply(from, event) {
                    assert_eq!(apply(to, event), Ok(to), "{event:?} twice from {from:?}");
                    assert_eq!(to, reached(event));
                }
            }
        }
    }

    proptest! {
        /// Whatever is said of a shipment, in whatever order: what was delivered, came back or was cancelled stays so, and
        /// what has left is not called off.
        #[test]
        fn random_news_never_undo_an_end(news in proptest::collection::vec(0..EVENTS.len(), 1..30)) {
            let mut status = Status::Created;
            for event in news.into_iter().map(|index| EVENTS[index]) {
                let Ok(next) = apply(status, event) else { continue };
                let is_over = matches!(status, Status::Delivered | Status::Returned | Status::Cancelled);
                prop_assert!(!is_over || next == status, "{status:?} became {next:?}");
                prop_assert!(next != Status::Cancelled || is_at_seller(status) || status == Status::Cancelled);
                status = next;
            }
        }
    }
}
