//! Tables of the logistics subgraph; no behaviour.

pub mod booking;
pub mod carrier_webhook;
pub mod courier;
pub mod delivery;
pub mod depot;
pub mod position;
pub mod route;
pub mod sandbox_parcel;
pub mod shipment;
pub mod shipment_item;
pub mod stop;
pub mod tracking_event;

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
