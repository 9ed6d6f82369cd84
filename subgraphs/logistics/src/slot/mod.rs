//! Slots: hours of a day in which a service delivers to so many orders.
//!
//! Which slots there are follows from the windows of a service; a slot has a row, which counts its places, once somebody has
//! held one. Invariant: of a slot no more places are held and committed than there are, whatever comes twice, late or not at
//! all. Deliberately absent: whose a place is, and what becomes of an order that has lost its place; deliveries know.

mod error;
mod expire;
mod find;
mod graphql;
mod hold;
mod holds;
mod internal;
mod list;
mod name;
mod place;
mod store;
mod usage;
mod waiting;
mod window;

pub use error::SlotError;
pub use expire::ExpireSlotHolds;
pub use find::{NotOpen, find};
pub use graphql::{DeliveryHours, SlotQuery};
pub use hold::row_of;
pub use holds::SlotHolds;
pub use internal::InternalSlotMutation;
pub use name::{InvalidSlotName, SlotName};
pub use place::{Hours, commit_place, free_place, hours_of, slot_of};
pub use store::{has_places, lock_slots};
pub use window::soonest_slot;
