//! The two schemas, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, MergedSubscription, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::booking::BookingQuery;
use crate::delivery::{DeliveryMutation, InternalDeliveryMutation, InternalDeliveryQuery};
use crate::dispatch::DispatchMutation;
use crate::extensions::ExtensionQuery;
use crate::fleet::{FleetMutation, FleetQuery};
use crate::option::InternalOptionQuery;
use crate::pick_up::{PickUpMutation, PickUpQuery};
use crate::position::PositionMutation;
use crate::route::{RouteMutation, RouteQuery, RouteSubscription};
use crate::shipment::{ShipmentMutation, ShipmentQuery};
use crate::slot::{InternalSlotMutation, SlotQuery};
use crate::tracking::{InternalTrackingQuery, TrackingMutation, TrackingSubscription};
use crate::zone::{ZoneMutation, ZoneQuery};

#[derive(MergedObject, Default)]
pub struct Query(
    ShipmentQuery,
    RouteQuery,
    FleetQuery,
    ZoneQuery,
    SlotQuery,
    PickUpQuery,
    BookingQuery,
    ExtensionQuery,
);

#[derive(MergedObject, Default)]
pub struct Mutation(
    ShipmentMutation,
    DispatchMutation,
    TrackingMutation,
    RouteMutation,
    PositionMutation,
    FleetMutation,
    ZoneMutation,
    PickUpMutation,
    DeliveryMutation,
);

#[derive(MergedSubscription, Default)]
pub struct Subscription(TrackingSubscription, RouteSubscription);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, Subscription> {
    schema_builder(Query::default(), Mutation::default(), Subscription::default())
        .data(app.clone())
        .data(Rows::new(app.database()))
        .finish()
}

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(InternalDeliveryQuery, InternalOptionQuery, InternalTrackingQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(InternalDeliveryMutation, InternalSlotMutation);

/// The schema for the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalQuery, InternalMutation, EmptySubscription> {
    internal_schema_builder(InternalQuery::default(), InternalMutation::default()).data(app.clone()).finish()
}
