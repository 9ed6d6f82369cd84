//! The catalog: products, offers, prices, taxes, coupons, stock and search.
//!
//! A folder per feature; in it `graphql.rs` maps and authorizes, `store` queries, other files decide, and take what they
//! need: `services.rs`, where everything is put together, stands above all features. Public are the
//! definition that is served, the search index's rebuilding and the demo data; everything else is reached through the
//! two schemas.

mod access;
mod app;
mod attribute;
mod category;
mod changes;
mod collection;
mod consumers;
mod coupon;
pub mod demo;
mod described;
mod edit;
mod given;
mod internal;
mod labels;
mod lines;
mod media;
mod names;
mod offer;
mod pricing;
mod product;
mod quote;
mod reference;
mod search;
mod services;
mod stock;
mod tax;
mod tax_zone;

use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject};
use async_trait::async_trait;
use platform_database::Migrations;
use platform_server::{
    BuildError, Platform, Rows, Subgraph, SubgraphDefinition, internal_schema_builder, schema_builder,
};

use crate::attribute::graphql::{AttributeMutation, AttributeQuery};
use crate::category::graphql::{CategoryMutation, CategoryQuery};
use crate::collection::graphql::{CollectionMutation, CollectionQuery};
use crate::coupon::graphql::{CouponMutation, CouponQuery};
use crate::edit::graphql::EditMutation;
use crate::internal::{InternalMutation, InternalQuery};
use crate::offer::graphql::{OfferMutation, OfferQuery};
use crate::product::graphql::ProductQuery;
use crate::search::graphql::{SearchMutation, SearchQuery};
use crate::services::Services;
use crate::stock::graphql::{StockMutation, StockQuery};
use crate::tax_zone::graphql::{TaxZoneMutation, TaxZoneQuery};

pub use crate::search::SearchError;

/// The catalog subgraph.
pub struct CatalogSubgraph;

#[derive(MergedObject, Default)]
struct Query(
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
struct Mutation(
    EditMutation,
    OfferMutation,
    CategoryMutation,
    AttributeMutation,
    TaxZoneMutation,
    SearchMutation,
    CollectionMutation,
    StockMutation,
    CouponMutation,
);

#[async_trait]
impl SubgraphDefinition for CatalogSubgraph {
    const NAME: &'static str = "catalog";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4002;
    const PUBLIC_PREFIXES: &'static [&'static str] = &[media::PREFIX];
    const MIGRATIONS: fn() -> Migrations = catalog_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let services = Arc::new(Services::new(platform)?);
        let schema = schema_builder(Query::default(), Mutation::default(), EmptySubscription)
            .data(Arc::clone(&services))
            .data(Rows::new(services.app.database()))
            .finish();
        let internal = internal_schema_builder(InternalQuery::default(), InternalMutation::default())
            .data(Arc::clone(&services))
            .finish();
        let (changes, indexer) = (services.app.changes.clone(), Arc::clone(&services.indexer));
        Ok(Subgraph::new(schema)
            .internal(internal)
            .consumers([consumers::search_index(&services)])
            .jobs(consumers::schedules(&services))
            .routes(media::router(services.media.clone()))
            .background("catalog.changes", move |shutdown| changes.clone().listen(shutdown))
            .background("catalog.search-index", move |shutdown| Arc::clone(&indexer).run(shutdown)))
    }
}

/// Builds the search index anew while searches go on in the old one; `progress` is told how many of how many products
/// are done. Returns how many there are. Fails with [`SearchError::HeldElsewhere`] while a server runs on the same
/// data folder.
pub async fn reindex(
    platform: &Platform,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<u64, SearchError> {
    Services::new(platform.clone())?.indexer.rebuild(progress).await
}
