//! The __name__ subgraph: entries that users write and everybody reads.
//!
//! Say here what it owns, what must hold, and what is deliberately absent.

mod app;
mod entry;
mod schema;

use async_trait::async_trait;
use platform_database::Migrations;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;

/// The definition of the subgraph.
pub struct __Name__Subgraph;

#[async_trait]
impl SubgraphDefinition for __Name__Subgraph {
    const NAME: &'static str = "__name__";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = __port__;
    const NODES: &'static [&'static str] = &["__Name__Entry"];
    const MIGRATIONS: fn() -> Migrations = __name___migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform);
        Ok(Subgraph::new(schema::composed(&app)))
    }
}
