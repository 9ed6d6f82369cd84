//! Tables of the logistics subgraph; no behaviour.

pub mod booking;
pub mod carrier_webhook;
pub mod courier;
pub mod delivery;
pub mod depot;
pub mod pick_up_point;
pub mod position;
pub mod route;
pub mod sandbox_parcel;
pub mod service;
pub mod shipment;
pub mod shipment_item;
pub mod slot;
pub mod slot_hold;
pub mod stop;
pub mod tracking_event;
pub mod zone;

platform_core::ids! {
    /// Of a depot.
    DepotId,
    /// Of a courier; not the user's who signs in as the courier.
    CourierId,
    /// Of a courier's route.
    RouteId,
    /// Of a recipient on a route.
    StopId,
    /// Of something that happened to a shipment.
    TrackingEventId,
}
