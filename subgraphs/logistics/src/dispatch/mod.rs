//! What staff writes down of shipments under way, on couriers' routes or not.
//!
//! Deliberately absent: who packs, which is the seller's `shipment`, and who drives, which is the courier's `route`.

mod graphql;
mod record;

pub use graphql::DispatchMutation;
