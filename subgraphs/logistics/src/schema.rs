//! The two schemas, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, MergedSubscription, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::booking::BookingQuery;
use crate::delivery::{InternalDeliveryMutation, InternalDeliveryQuery};
use crate::dispatch::DispatchMutation;
use crate::extensions::ExtensionQuery;
use crate::fleet::{FleetMutation, FleetQuery};
use crate::position::PositionMutation;
use crate::route::{RouteMutation, RouteQuery, RouteSubscription};
use crate::shipment::{ShipmentMutation, ShipmentQuery};
use crate::tracking::{TrackingMutation, TrackingSubscription};

#[derive(MergedObject, Default)]
pub struct Query(ShipmentQuery, RouteQuery, FleetQuery, ExtensionQuery, BookingQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(
    ShipmentMutation,
    DispatchMutation,
    TrackingMutation,
    RouteMutation,
    PositionMutation,
    FleetMutation,
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

/// The schema for the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalDeliveryQuery, InternalDeliveryMutation, EmptySubscription> {
    internal_schema_builder(InternalDeliveryQuery, InternalDeliveryMutation).data(app.clone()).finish()
}
