//! What is told to who follows a delivery: each version of its shipments, and where the van is while it brings one.

use std::collections::{HashMap, HashSet, VecDeque};

use futures::stream::{BoxStream, SelectAll};
use futures::{Stream, StreamExt, stream};
use logistics_entities::RouteId;
use logistics_entities::shipment::Model;
use platform_cache::Delivery;
use platform_core::id::{OrderId, ShipmentId};
use platform_database::StoreError;
use platform_identity::Caller;

use super::error::TrackingError;
use super::parcel::Parcel;
use super::view::DeliveryTracking;
use crate::access::sees_shipment;
use crate::app::App;
use crate::route::{self, Ride, RouteError, RouteNews, ride_of, route_topic};
use crate::shipment::{self, order_topic, shipment_topic};

/// What is followed.
#[derive(Debug, Clone, Copy)]
pub enum Watched {
    Shipment(ShipmentId),
    /// All shipments of an order, those that are split off later included.
    Order(OrderId),
}

impl Watched {
    fn topic(self) -> String {
        match self {
            Self::Shipment(id) => shipment_topic(id),
            Self::Order(id) => order_topic(id),
        }
    }

    async fn read(self, app: &App) -> Result<Vec<Model>, StoreError> {
        match self {
            Self::Shipment(id) => Ok(Vec::from_iter(shipment::find(app.database(), id).await?)),
            Self::Order(id) => shipment::of_order(app.database(), id).await,
        }
    }

    /// The shipments that a message is about; all where some were missed. None where they cannot be read now: the next
    /// change tells of them.
    async fn changed(self, app: &App, delivery: Delivery) -> Vec<Model> {
        let watched = match &delivery {
            Delivery::Message(id) => std::str::from_utf8(id).ok().and_then(|id| id.parse().ok()),
            Delivery::Lagged(_) => None,
        };
        watched.map_or(self, Self::Shipment).read(app).await.unwrap_or_default()
    }
}

/// By what a delivery is followed, and so what of it is seen.
#[derive(Debug, Clone)]
pub enum By {
    /// By somebody who may see the shipment.
    Caller(Caller),
    /// By whoever has its link.
    Token(String),
}

impl By {
    pub fn sees(&self, shipment: &Model) -> bool {
        match self {
            Self::Caller(caller) => sees_shipment(caller, shipment),
            Self::Token(token) => shipment.tracking_token == *token,
        }
    }

    const fn is_public(&self) -> bool {
        matches!(self, Self::Token(_))
    }
}

/// What a follower hears.
enum News {
    /// A shipment changed.
    Shipment(Delivery),
    /// The van of a route moved, or the route changed.
    Route(RouteId, Delivery),
}

/// A shipment as it was told last.
struct Told {
    parcel: Parcel,
    ride: Option<Ride>,
}

/// Somebody who follows a delivery.
struct Follower {
    app: App,
    watched: Watched,
    by: By,
    heard: SelectAll<BoxStream<'static, News>>,
    routes: HashSet<RouteId>,
    told: HashMap<ShipmentId, Told>,
    /// What is to be told next.
    next: VecDeque<DeliveryTracking>,
}

/// Each shipment as it stands, and again whenever it changes or its van moves.
pub async fn follow(
    app: App,
    watched: Watched,
    by: By,
) -> Result<impl Stream<Item = DeliveryTracking> + use<>, TrackingError> {
    // Heard before read: no change falls between the two.
    let changes = app.broadcast.subscribe(&watched.topic()).await.map(News::Shipment).boxed();
    let first = watched.read(&app).await?;
    let mut follower = Follower {
        app,
        watched,
        by,
        heard: SelectAll::from_iter([changes]),
        routes: HashSet::new(),
        told: HashMap::new(),
        next: VecDeque::new(),
    };
    for shipment in first {
        follower.hear_of(shipment).await?;
    }
    Ok(stream::unfold(follower, |mut follower| async move {
        loop {
            if let Some(next) = follower.next.pop_front() {
                return Some((next, follower));
            }
            match follower.heard.next().await? {
                News::Shipment(delivery) => follower.shipment_changed(delivery).await?,
                News::Route(route, delivery) => follower.route_told(route, delivery).await,
            }
        }
    }))
}

impl Follower {
    /// `None` once what is followed is seen no longer.
    async fn shipment_changed(&mut self, delivery: Delivery) -> Option<()> {
        let changed = self.watched.changed(&self.app, delivery).await;
        if !changed.iter().all(|shipment| self.by.sees(shipment)) {
            return None;
        }
        for shipment in changed {
            // What cannot be read now is told with the next change.
            self.hear_of(shipment).await.ok();
        }
        Some(())
    }

    /// Tells of a shipment, unless it was told as it stands.
    async fn hear_of(&mut self, shipment: Model) -> Result<(), RouteError> {
        // Several changes may be read as one, and one may be told twice. After a failover that lost the last commits, a
        // shipment stands at an earlier version, or at another of the same number.
        let version = |row: &Model| (row.version, row.updated_at);
        let known = self.told.get(&shipment.id).map(|told| version(told.parcel.row()));
        if known == Some(version(&shipment)) {
            return Ok(());
        }
        let ride = self.ride(&shipment).await?;
        let id = shipment.id;
        let told = Told { parcel: Parcel::new(shipment), ride };
        self.next.push_back(self.shown(&told));
        self.told.insert(id, told);
        Ok(())
    }

    /// The ride of a shipment; its route is heard from then on.
    async fn ride(&mut self, shipment: &Model) -> Result<Option<Ride>, RouteError> {
        if shipment.courier_user_id.is_none() {
            return Ok(None);
        }
        let Some(ride) = ride_of(&self.app, shipment.id).await? else { return Ok(None) };
        let route = ride.route();
        if !ride.is_pending() || !self.routes.insert(route) {
            return Ok(Some(ride));
        }
        let told = self.app.broadcast.subscribe(&route_topic(route)).await;
        self.heard.push(told.map(move |delivery| News::Route(route, delivery)).boxed());
        // Heard before read.
        ride_of(&self.app, shipment.id).await
    }

    async fn route_told(&mut self, route: RouteId, delivery: Delivery) {
        let news = match delivery {
            Delivery::Message(message) => route::read_news(&message),
            Delivery::Lagged(_) => RouteNews::Changed,
        };
        let on_it =
            |told: &Told| told.ride.as_ref().is_some_and(|ride| ride.route() == route && ride.is_pending());
        let ids: Vec<ShipmentId> =
            self.told.iter().filter(|(_, told)| on_it(told)).map(|(id, _)| *id).collect();
        for id in ids {
            let ride = match (news, self.told.get(&id).and_then(|told| told.ride.as_ref())) {
                (RouteNews::At(fix), Some(ride)) => Some(ride.with_fix(fix)),
                // What cannot be read now is told with the next position.
                (RouteNews::Changed, Some(_)) => ride_of(&self.app, id).await.ok().flatten(),
                (_, None) => None,
            };
            let (Some(ride), Some(told)) = (ride, self.told.get_mut(&id)) else { continue };
            told.ride = Some(ride);
            if let Some(told) = self.told.get(&id) {
                self.next.push_back(self.shown(told));
            }
        }
    }

    fn shown(&self, told: &Told) -> DeliveryTracking {
        DeliveryTracking {
            parcel: told.parcel.clone(),
            ride: told.ride.clone(),
            is_public: self.by.is_public(),
        }
    }
}
