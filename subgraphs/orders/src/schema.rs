//! The two schemas, put together from the features.

use async_graphql::dataloader::DataLoader;
use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::cart::{CartMutation, CartQuery};
use crate::checkout::{CheckoutMutation, SagaMutation, SagaQuery};
use crate::guest::GuestMutation;
use crate::internal::{InternalMutation, InternalQuery};
use crate::order::{OrderListQuery, OrderQuery, OrderSubscription, UserOrderCounts};
use crate::refund::RefundMutation;
use crate::user::UserQuery;
use crate::vendor_order::VendorQuery;

#[derive(MergedObject, Default)]
pub struct Query(CartQuery, OrderQuery, OrderListQuery, SagaQuery, UserQuery, VendorQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(CartMutation, CheckoutMutation, RefundMutation, GuestMutation, SagaMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, OrderSubscription> {
    schema_builder(Query::default(), Mutation::default(), OrderSubscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .data(DataLoader::new(UserOrderCounts(app.clone()), tokio::spawn))
        .finish()
}

/// The schema for the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalQuery, InternalMutation, EmptySubscription> {
    internal_schema_builder(InternalQuery, InternalMutation).data(app.clone()).finish()
}
