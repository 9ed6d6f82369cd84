//! Live deliveries: a subscription begins with how each shipment stands, and goes on with every version committed after it.

use std::collections::HashMap;
use std::future::ready;

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt, stream};
use logistics_entities::shipment::Model;
use platform_cache::Delivery;
use platform_core::id::{OrderId, ShipmentId};
use platform_database::StoreError;
use platform_identity::Caller;
use platform_server::{access, caller};

use super::error::TrackingError;
use super::view::DeliveryTracking;
use crate::access::sees_shipment;
use crate::app::App;
use crate::extensions::sees_delivery_of;
use crate::shipment::{self, order_topic, parse_number, shipment_topic};

/// What is followed.
#[derive(Debug, Clone, Copy)]
enum Watched {
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
enum By {
    /// By somebody who may see the shipment.
    Caller(Caller),
    /// By whoever has its link.
    Token(String),
}

impl By {
    fn sees(&self, shipment: &Model) -> bool {
        match self {
            Self::Caller(caller) => sees_shipment(caller, shipment),
            Self::Token(token) => shipment.tracking_token == *token,
        }
    }

    const fn is_public(&self) -> bool {
        matches!(self, Self::Token(_))
    }

    fn show(&self, row: Model) -> DeliveryTracking {
        DeliveryTracking { row, is_public: self.is_public() }
    }
}

#[derive(Default)]
pub struct TrackingSubscription;

#[Subscription(name = "Subscription")]
impl TrackingSubscription {
    /// A delivery as it stands, and again after each change: of an order, each of its parcels. Changes that come one right
    /// after the other may be told as one. It ends when the caller may see it no longer, as when its tracking link was
    /// revoked. Exactly one argument is given.
    #[graphql(directive = access::public::apply())]
    async fn delivery_tracking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Order.id`: an order that the caller may see.")] order_id: Option<ID>,
        #[graphql(desc = "Of `Shipment.trackingNumber`: a shipment that the caller may see.")]
        tracking_number: Option<String>,
        #[graphql(desc = "Of `Shipment.trackingToken`: good for whoever has it.")] token: Option<String>,
    ) -> Result<impl Stream<Item = DeliveryTracking> + use<>> {
        let app = ctx.data_unchecked::<App>().clone();
        let caller = caller(ctx)?.clone();
        let (watched, by) = match (order_id, tracking_number, token) {
            (Some(id), None, None) => {
                let order = id.parse().map_err(|_| TrackingError::NotFound)?;
                if !sees_delivery_of(ctx, order).await? {
                    return Err(TrackingError::NotFound.into());
                }
                (Watched::Order(order), By::Caller(caller))
            }
            (None, Some(typed), None) => {
                let number = parse_number(&typed).ok_or(TrackingError::NotFound)?;
                let found = shipment::find_by_number(app.database(), &number).await?;
                let by = By::Caller(caller);
                (only(found, &by)?, by)
            }
            (None, None, Some(token)) => {
                let found = shipment::find_by_token(app.database(), &token).await?;
                let by = By::Token(token);
                (only(found, &by)?, by)
            }
            _ => return Err(TrackingError::OneOfThree.into()),
        };
        Ok(follow(app, watched, by).await?)
    }
}

/// A shipment that is seen.
fn only(found: Option<Model>, by: &By) -> Result<Watched, TrackingError> {
    let found = found.filter(|shipment| by.sees(shipment)).ok_or(TrackingError::NotFound)?;
    Ok(Watched::Shipment(found.id))
}

async fn follow(
    app: App,
    watched: Watched,
    by: By,
) -> Result<impl Stream<Item = DeliveryTracking> + use<>, TrackingError> {
    // Heard before read: no change falls between the two.
    let changes = app.broadcast.subscribe(&watched.topic()).await;
    let first = watched.read(&app).await?;
    let guard = by.clone();
    let later = changes
        .then(move |delivery| {
            let app = app.clone();
            async move { watched.changed(&app, delivery).await }
        })
        .take_while(move |shipments| ready(shipments.iter().all(|shipment| guard.sees(shipment))))
        .flat_map(stream::iter);
    let mut seen = HashMap::new();
    let fresh = move |shipment: &Model| {
        // Several changes may be read as one, and one may be told twice. After a failover that lost the last commits, a
        // shipment stands at an earlier version, or at another of the same number.
        let version = (shipment.version, shipment.updated_at);
        ready(seen.insert(shipment.id, version) != Some(version))
    };
    Ok(stream::iter(first).chain(later).filter(fresh).map(move |shipment| by.show(shipment)))
}
