//! A delivery as who follows it sees it.

use async_graphql::{Context, Object, Result, SimpleObject};
use logistics_entities::shipment::Status;
use platform_server::cost;

use super::parcel::Parcel;
use crate::app::App;
use crate::booking::ShipmentCarrier;
use crate::geo::GeoPosition;
use crate::live::CourierPosition;
use crate::route::{DeliveryProof, Eta, Ride};
use crate::shipment::{Shipment, ShipmentItem, TrackingEvent, carrier_of};

/// A delivery as it is followed.
pub struct DeliveryTracking {
    pub parcel: Parcel,
    /// The route that it is on, or was on last.
    pub ride: Option<Ride>,
    /// Whether it is followed by its tracking link.
    pub is_public: bool,
}

impl DeliveryTracking {
    /// The route on which it is to be delivered.
    fn pending_ride(&self) -> Option<&Ride> {
        self.ride.as_ref().filter(|ride| ride.is_pending())
    }
}

/// Who brings a delivery.
#[derive(SimpleObject)]
struct TrackedCourier {
    /// As the courier is called.
    name: String,
    /// Where the van is; null while more than ten recipients come before, and before its first report.
    position: Option<CourierPosition>,
}

/// A delivery as it is followed: one parcel, and where it is.
#[Object]
impl DeliveryTracking {
    /// Grows with every change of the shipment. Positions of the van come without one.
    async fn version(&self) -> i64 {
        self.parcel.row().version
    }

    /// What a person reads from the parcel.
    async fn tracking_number(&self) -> &str {
        &self.parcel.row().tracking_number
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.parcel.row().status
    }

    /// The shipment; null for who follows by the tracking link.
    async fn shipment(&self) -> Option<Shipment> {
        (!self.is_public).then(|| Shipment(self.parcel.row().clone()))
    }

    /// What is in it; null for who follows by the tracking link.
    #[graphql(directive = cost::list::apply(5))]
    async fn items(&self, ctx: &Context<'_>) -> Result<Option<Vec<ShipmentItem>>> {
        if self.is_public {
            return Ok(None);
        }
        let items = self.parcel.items(ctx).await?;
        Ok(Some(items.iter().cloned().map(ShipmentItem).collect()))
    }

    /// What happened to it, by when it happened, oldest first; also what came after `version`, which is told next.
    #[graphql(directive = cost::list::apply(8))]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<TrackingEvent>> {
        let events = self.parcel.events(ctx).await?.iter().cloned();
        Ok(events.map(|row| TrackingEvent { row, is_public: self.is_public }).collect())
    }

    /// The outside carrier that brings it; null where the own couriers do, and before it is handed over.
    async fn carrier(&self, ctx: &Context<'_>) -> Result<Option<ShipmentCarrier>> {
        carrier_of(ctx, self.parcel.row()).await
    }

    /// When it is to arrive, by where the van is; null unless it is on a route.
    async fn eta(&self, ctx: &Context<'_>) -> Option<Eta> {
        let now = ctx.data_unchecked::<App>().now();
        self.pending_ride().and_then(|ride| ride.eta(now))
    }

    /// How many recipients the courier goes to before; null unless the courier is on the road with it.
    async fn stops_before(&self) -> Option<usize> {
        self.pending_ride().and_then(Ride::stops_before)
    }

    /// Who brings it; null unless the courier is on the road with it.
    async fn courier(&self) -> Option<TrackedCourier> {
        let ride = self.pending_ride().filter(|ride| ride.stops_before().is_some())?;
        let position = ride.fix().map(CourierPosition::from);
        Some(TrackedCourier { name: ride.courier_name().to_owned(), position })
    }

    /// Where it goes on the map; null before it is on a route, and once it was delivered.
    async fn destination(&self) -> Option<GeoPosition> {
        self.pending_ride().and_then(Ride::destination).map(GeoPosition::from)
    }

    /// The way of the van to the recipient: empty while others come before, whose doors are nobody else's business.
    #[graphql(directive = cost::list::apply(50))]
    async fn path_ahead(&self) -> Vec<GeoPosition> {
        let path = self.pending_ride().map(Ride::path_ahead).unwrap_or_default();
        path.into_iter().map(GeoPosition::from).collect()
    }

    /// With whom, or where, it was left; null until it was delivered, and where no courier of the shop delivered it.
    async fn proof(&self) -> Option<DeliveryProof> {
        let is_delivered = self.parcel.row().status == Status::Delivered;
        let proof = self.ride.as_ref().filter(|_| is_delivered).and_then(Ride::proof)?;
        Some(if self.is_public { proof.without_photo() } else { proof })
    }

    /// Name of the time zone of the place where it is delivered; null before it is on a route.
    async fn time_zone(&self) -> Option<&str> {
        self.ride.as_ref().map(Ride::time_zone)
    }
}
