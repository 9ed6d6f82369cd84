//! Routes as couriers and staff see them.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use logistics_entities::route::{Model, Status};
use logistics_entities::stop::{self, Proof, Reason};
use logistics_entities::{courier, depot, shipment};
use platform_commerce::PostalAddress;
use platform_files::SignedFile;
use platform_geo::Leg;
use platform_server::{caller, cost, rows};

use super::error::RouteError;
use super::store::StopsOf;
use super::timeline::Timeline;
use crate::access::sees_shipment;
use crate::app::App;
use crate::delivery::{DeliveryError, DeliveryOf};
use crate::fleet::{Courier, Depot};
use crate::geo::GeoPosition;
use crate::live::{CourierPosition, Fix};
use crate::shipment::Shipment;

/// A courier's tour from a depot to several recipients.
pub struct Route(pub Model);

/// A courier's tour from a depot to several recipients.
#[Object]
impl Route {
    /// Identifier, by which inputs name the route.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Who drives it.
    async fn courier(&self, ctx: &Context<'_>) -> Result<Option<Courier>> {
        Ok(rows(ctx).by_id::<courier::Entity>(self.0.courier_id).await?.map(Courier))
    }

    /// From where it begins.
    async fn depot(&self, ctx: &Context<'_>) -> Result<Option<Depot>> {
        Ok(rows(ctx).by_id::<depot::Entity>(self.0.depot_id).await?.map(Depot))
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// Its recipients, in the order in which the courier goes to them.
    #[graphql(directive = cost::list::apply(15))]
    async fn stops(&self, ctx: &Context<'_>) -> Result<Vec<Stop>> {
        let rows = rows(ctx).of::<StopsOf>(self.0.id).await?;
        let timeline = Timeline::of(&self.0, &rows, self.fix(ctx), ctx.data_unchecked::<App>().now());
        let of = |row: stop::Model| {
            let arrives_at = timeline.arrival(&row);
            Stop { is_open: super::status::is_open(self.0.status), row, arrives_at }
        };
        Ok(rows.into_iter().map(of).collect())
    }

    /// How far it is from the depot to the last stop by road, in metres.
    async fn meters(&self) -> i32 {
        self.0.meters
    }

    /// When it is to begin.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When its courier left the depot; null before.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When nothing was left on it, or it was called off; null before.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// Where the van was last; null before its first report.
    async fn position(&self, ctx: &Context<'_>) -> Option<CourierPosition> {
        self.fix(ctx).map(CourierPosition::from)
    }

    /// Grows with every change of the route and its stops.
    async fn version(&self) -> i64 {
        self.0.version
    }
}

impl Route {
    /// Where the van was last: what this process heard is fresher than what is written down.
    fn fix(&self, ctx: &Context<'_>) -> Option<Fix> {
        ctx.data_unchecked::<App>().live().last(self.0.id).or_else(|| Fix::stored(&self.0))
    }
}

/// A recipient on a route.
pub struct Stop {
    pub row: stop::Model,
    /// When the van is to be there, by what is known now.
    pub arrives_at: Option<DateTime<Utc>>,
    /// Whether its route is open, so that its courier has to know the address.
    pub is_open: bool,
}

/// A recipient on a route.
#[Object]
impl Stop {
    /// Identifier of the stop.
    async fn id(&self) -> ID {
        self.row.id.to_graphql()
    }

    /// Which of the route's stops it is, from 1 on.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// Where it stands.
    async fn status(&self) -> stop::Status {
        self.row.status
    }

    /// What is to be delivered; null once another courier has it.
    async fn shipment(&self, ctx: &Context<'_>) -> Result<Option<Shipment>> {
        let found = rows(ctx).by_id::<shipment::Entity>(self.row.shipment_id).await?;
        let caller = caller(ctx)?;
        Ok(found.filter(|shipment| sees_shipment(caller, shipment)).map(Shipment))
    }

    /// Where it goes; null once the stop or its route has ended.
    async fn destination(&self, ctx: &Context<'_>) -> Result<Option<PostalAddress>> {
        if !self.is_open || self.row.status != stop::Status::Pending {
            return Ok(None);
        }
        let shipment = rows(ctx).by_id::<shipment::Entity>(self.row.shipment_id).await?;
        let Some(shipment) = shipment else { return Ok(None) };
        let delivery = rows(ctx).of::<DeliveryOf>(shipment.order_id).await?.pop();
        let address = delivery.and_then(|delivery| delivery.address).map(serde_json::from_value);
        Ok(address.transpose().map_err(DeliveryError::from)?)
    }

    /// Where that is on the map; null once the stop or its route has ended.
    async fn position(&self) -> Option<GeoPosition> {
        let is_shown = self.is_open && self.row.status == stop::Status::Pending;
        GeoPosition::stored(self.row.latitude, self.row.longitude).filter(|_| is_shown)
    }

    /// The way to it from the stop before, or from the depot; empty once the stop or its route has ended.
    #[graphql(directive = cost::list::apply(20))]
    async fn path(&self) -> Result<Vec<GeoPosition>> {
        if !self.is_open || self.row.status != stop::Status::Pending {
            return Ok(Vec::new());
        }
        let leg: Leg = serde_json::from_value(self.row.leg.clone()).map_err(RouteError::from)?;
        Ok(leg.points().iter().copied().map(GeoPosition::from).collect())
    }

    /// When the courier is to be there, by the plan and by where the van is; when the courier was there, once the stop has
    /// ended. Null where nobody goes there any more.
    async fn arrives_at(&self) -> Option<DateTime<Utc>> {
        let was_there = self.row.ended_at.filter(|_| self.row.status != stop::Status::Dropped);
        was_there.or(self.arrives_at)
    }

    /// Why the shipment was not delivered; null where it was, or is to be.
    async fn reason(&self) -> Option<Reason> {
        self.row.reason
    }

    /// With whom, or where, the shipment was left; null until it was delivered.
    async fn proof(&self) -> Option<DeliveryProof> {
        DeliveryProof::of(&self.row)
    }
}

/// What a courier says of a shipment that was delivered.
#[derive(Debug, Clone)]
pub struct DeliveryProof {
    kind: Proof,
    received_by: Option<String>,
    at: DateTime<Utc>,
    /// Name of the photo's file, for who sees it.
    photo: Option<String>,
}

/// What a courier says of a shipment that was delivered.
#[Object]
impl DeliveryProof {
    /// With whom or where it was left.
    async fn kind(&self) -> Proof {
        self.kind
    }

    /// Who took it, or where it was left; null where the courier does not say.
    async fn received_by(&self) -> Option<&str> {
        self.received_by.as_deref()
    }

    /// When that was.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// A photo of it, or of the recipient's signature. Null where the courier took none, once it is older than photos are
    /// kept, and for who follows by the tracking link.
    async fn photo(&self, ctx: &Context<'_>) -> Option<SignedFile> {
        let proofs = ctx.data_unchecked::<App>().proofs();
        self.photo.as_deref().map(|photo| proofs.signed(photo))
    }
}

impl DeliveryProof {
    /// Of a stop that was delivered.
    pub fn of(stop: &stop::Model) -> Option<Self> {
        let (received_by, photo) = (stop.received_by.clone(), stop.photo.clone());
        Some(Self { kind: stop.proof?, received_by, at: stop.ended_at?, photo })
    }

    /// For whoever has the tracking link.
    #[must_use]
    pub fn without_photo(self) -> Self {
        Self { photo: None, ..self }
    }
}
