//! The two schemas, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::delivery::{InternalDeliveryMutation, InternalDeliveryQuery};
use crate::extensions::ExtensionQuery;
use crate::shipment::{ShipmentMutation, ShipmentQuery};
use crate::tracking::{TrackingMutation, TrackingSubscription};

#[derive(MergedObject, Default)]
pub struct Query(ShipmentQuery, ExtensionQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(ShipmentMutation, TrackingMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, TrackingSubscription> {
    schema_builder(Query::default(), Mutation::default(), TrackingSubscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .finish()
}

/// The schema for the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalDeliveryQuery, InternalDeliveryMutation, EmptySubscription> {
    internal_schema_builder(InternalDeliveryQuery, InternalDeliveryMutation).data(app.clone()).finish()
}
