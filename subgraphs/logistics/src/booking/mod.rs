//! Shipments that outside carriers bring: their labels are bought, and what the carriers say of them is followed.
//!
//! Invariants: the label of a shipment is bought once, under the shipment's id, whenever the process dies; a carrier is asked
//! outside of every transaction; what a carrier says is written down once, and moves the shipment by its transition
//! function alone. A shipment is locked before its booking. Deliberately absent: how carriers are spoken to, which is
//! `carrier`'s.

mod error;
mod finish;
mod follow;
mod graphql;
mod hand_over;
mod label;
mod look_after;
mod meaning;
mod rates;
mod receive;
mod routes;
mod store;
mod view;

pub use error::BookingError;
pub use finish::HandedOver;
pub use graphql::BookingQuery;
pub use hand_over::{Chosen, hand_over};
pub use label::label;
pub use look_after::LookAfterBookings;
pub use receive::{ReceiveError, receive};
pub use routes::routes;
pub use view::ShipmentCarrier;
