//! The two schemas, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::app::App;
use crate::attribute::graphql::{AttributeMutation, AttributeQuery};
use crate::category::graphql::{CategoryMutation, CategoryQuery};
use crate::collection::graphql::{CollectionMutation, CollectionQuery};
use crate::coupon::graphql::{CouponMutation, CouponQuery};
use crate::coupon::internal::CouponUseMutation;
use crate::edit::graphql::EditMutation;
use crate::lines::LineQuery;
use crate::media::graphql::MediaMutation;
use crate::offer::graphql::{OfferMutation, OfferQuery};
use crate::product::graphql::ProductQuery;
use crate::quote::graphql::QuoteQuery;
use crate::search::graphql::{SearchMutation, SearchQuery};
use crate::stock::graphql::{StockMutation, StockQuery};
use crate::stock::internal::{ReservationMutation, ReservationQuery};
use crate::tax_zone::graphql::{TaxZoneMutation, TaxZoneQuery};

#[derive(MergedObject, Default)]
pub struct Query(
    ProductQuery,
    OfferQuery,
    CategoryQuery,
    AttributeQuery,
    CollectionQuery,
    SearchQuery,
    StockQuery,
    CouponQuery,
    TaxZoneQuery,
);

#[derive(MergedObject, Default)]
pub struct Mutation(
    EditMutation,
    MediaMutation,
    OfferMutation,
    CategoryMutation,
    AttributeMutation,
    TaxZoneMutation,
    SearchMutation,
    CollectionMutation,
    StockMutation,
    CouponMutation,
);

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(QuoteQuery, LineQuery, ReservationQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(ReservationMutation, CouponUseMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, EmptySubscription> {
    schema_builder(Query::default(), Mutation::default(), EmptySubscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .finish()
}

/// The schema for other subgraphs only.
pub fn internal(app: &App) -> Schema<InternalQuery, InternalMutation, EmptySubscription> {
    internal_schema_builder(InternalQuery::default(), InternalMutation::default()).data(app.clone()).finish()
}
