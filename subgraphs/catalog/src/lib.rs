//! The catalog: products, offers, prices, taxes, coupons, stock and search.
//!
//! A folder per feature; in it `graphql.rs` maps and authorizes, `store` queries, other files decide. What is read by
//! nearly every request stands below them and is kept in memory: products and their lists (`product`), the small tables
//! (`reference`) and the index (`search`). Public are the definition that is served, the search index's rebuilding and the
//! demo data; everything else is reached through the two schemas.

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
mod labels;
mod lines;
mod media;
mod names;
mod offer;
mod pricing;
mod product;
mod quote;
mod reference;
mod schema;
mod search;
mod stock;
mod tax;
mod tax_zone;

use std::sync::Arc;

use async_trait::async_trait;
use platform_database::Migrations;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;
pub use crate::search::SearchError;

/// The catalog subgraph.
pub struct CatalogSubgraph;

#[async_trait]
impl SubgraphDefinition for CatalogSubgraph {
    const NAME: &'static str = "catalog";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4002;
    const PUBLIC_PREFIXES: &'static [&'static str] = &[app::MEDIA_PREFIX];
    const MAX_FILE_BYTES: Option<u32> = Some(media::MAX_BYTES);
    const NODES: &'static [&'static str] = &["Product", "Variant", "Offer", "Category", "Collection"];
    const MIGRATIONS: fn() -> Migrations =
        || [platform_files::migrations(), catalog_migrations::migrations()].into_iter().flatten().collect();

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform)?;
        let (changes, indexer) = (app.changes().clone(), Arc::clone(app.indexer()));
        Ok(Subgraph::new(schema::composed(&app))
            .internal(schema::internal(&app))
            .consumers([consumers::search_index(&app)])
            .jobs(consumers::jobs(&app))
            .routes(app.media().routes())
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
    App::new(platform.clone())?.indexer().rebuild(progress).await
}
