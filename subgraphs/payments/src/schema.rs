//! The two schemas, put together from the features.

use async_graphql::dataloader::DataLoader;
use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::extensions::ExtensionQuery;
use crate::free_sale::InternalFreeSaleMutation;
use crate::ledger::{LedgerQuery, VendorBalance};
use crate::method::MethodMutation;
use crate::payment::{InternalPaymentMutation, InternalPaymentQuery, PaymentMutation, PaymentQuery};
use crate::points::{InternalPointsMutation, InternalPointsQuery, PendingPoints, PointsMutation};
use crate::refund::{InternalRefundMutation, RefundMutation, RefundQuery};

#[derive(MergedObject, Default)]
pub struct Query(PaymentQuery, RefundQuery, LedgerQuery, ExtensionQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(PaymentMutation, RefundMutation, PointsMutation, MethodMutation);

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(InternalPaymentQuery, InternalPointsQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(
    InternalPaymentMutation,
    InternalRefundMutation,
    InternalPointsMutation,
    InternalFreeSaleMutation,
);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, EmptySubscription> {
    schema_builder(Query::default(), Mutation::default(), EmptySubscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .data(DataLoader::new(VendorBalance(app.clone()), tokio::spawn))
        .data(DataLoader::new(PendingPoints(app.clone()), tokio::spawn))
        .finish()
}

/// The schema for the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalQuery, InternalMutation, EmptySubscription> {
    internal_schema_builder(InternalQuery::default(), InternalMutation::default()).data(app.clone()).finish()
}
