//! Deliveries: what is to be sent of an order, and where to.
//!
//! The checkout of an order keeps its delivery here under the order's key; once the order is paid there are shipments of
//! it. Invariants: a delivery begins and ends as `platform_holds` has it, so that whatever comes late, twice or not at all
//! leaves no shipment of an order that was called off; a delivery has one slot at a time, and gives its place back however it ends; a delivery of which anything has left the seller is not stopped.
//! The row of a delivery is locked before those of its shipments. Deliberately absent: what a shipment goes through.

mod choose_slot;
mod confirm_slot;
mod consumer;
mod error;
mod graphql;
mod holds;
mod internal;
mod parcel;
mod plan;
mod service;
mod stop;
mod store;
mod view;

pub use consumer::orders;
pub use error::DeliveryError;
pub use graphql::DeliveryMutation;
pub use internal::{InternalDeliveryMutation, InternalDeliveryQuery};
pub use store::{DeliveryOf, of_order};
pub use view::OrderDelivery;
