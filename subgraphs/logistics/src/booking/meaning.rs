//! What a carrier's codes mean here. Carriers have others besides: those are shown in the carrier's words.

use crate::shipment::Event;

/// What happened to a shipment, by a carrier's code; `None` for what moves no shipment, or what nobody here knows.
pub fn meaning(code: &str) -> Option<Event> {
    match code {
        "IN_TRANSIT" => Some(Event::InTransit),
        "OUT_FOR_DELIVERY" => Some(Event::OutForDelivery),
        "DELIVERY_ATTEMPTED" => Some(Event::Attempted),
        "DELIVERED" => Some(Event::Delivered),
        "RETURNED" => Some(Event::Returned),
        "LOST" => Some(Event::Lost),
        _ => None,
    }
}

/// Whether nothing happens to a shipment any more after it.
pub const fn is_end(event: Event) -> bool {
    matches!(event, Event::Delivered | Event::Returned)
}
