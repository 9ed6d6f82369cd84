//! Tables of the logistics subgraph; no behaviour.

pub mod delivery;
pub mod shipment;
pub mod shipment_item;
pub mod tracking_event;

platform_core::ids! {
    /// Of something that happened to a shipment.
    TrackingEventId,
}
