//! Shipments: parcels on their way from sellers to recipients.
//!
//! Invariants: a shipment's status changes by [`status::apply`] alone, in [`change()`], which counts its version, writes
//! what happened, publishes it and tells subscribers, all in one transaction. Several shipments of an order are locked in
//! the order of their numbers. Deliberately absent: where a parcel goes, which its delivery keeps.

mod call_off;
mod change;
mod claim;
mod create;
mod error;
mod graphql;
mod list;
mod number;
mod pack;
mod relink;
mod split;
mod status;
mod store;
mod take_out;
mod topics;
mod view;

pub use call_off::{Calling, Shipped, call_off, call_off_rest, has_left, is_on_its_way};
pub use change::{CarrierReport, Report, change_if_possible, give_to_courier, note_carrier};
pub use claim::give_to_user;
pub use create::{Consignee, NewItem, NewShipment, create};
pub use error::ShipmentError;
pub use graphql::{ShipmentMutation, ShipmentPayload, ShipmentQuery, ShipmentStatusRefused};
pub use list::{VendorShipmentFilter, shipments_of_vendor};
pub use number::parse as parse_number;
pub use pack::{Changed, report_in};
pub use relink::relink;
pub use status::{Event, is_at_seller, is_over};
pub use store::{
    EventsOf, ItemsOf, ShipmentsOfOrder, ShipmentsOfPart, find, find_by_number, find_by_token, lock,
    lock_all, of_order,
};
pub use take_out::take_out;
pub use topics::{order_topic, shipment_topic};
pub use view::{Shipment, ShipmentItem, TrackingEvent, carrier_of};
