//! The payments subgraph: payments through gateways, refunds, the double-entry ledger, points.
//!
//! Invariants: no card number ever reaches Souk; no database transaction is open across a call to a gateway; whatever
//! moves money is booked in the ledger in the transaction that records it.

mod app;
mod extensions;
mod free_sale;
mod gateway;
mod jobs;
mod ledger;
mod method;
mod payment;
mod peers;
mod points;
mod refund;
mod schema;
mod store;

use std::sync::Arc;

use async_trait::async_trait;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;
pub use crate::store::is_empty;

/// The definition of the subgraph.
pub struct PaymentsSubgraph;

#[async_trait]
impl SubgraphDefinition for PaymentsSubgraph {
    const NAME: &'static str = "payments";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4004;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/payments/"];
    const NODES: &'static [&'static str] = &["Payment"];
    const MIGRATIONS: fn() -> Migrations = payments_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform)?;
        Ok(Subgraph::new(schema::composed(&app))
            .internal(schema::internal(&app))
            .consumers([Arc::new(payment::consumer()) as Arc<dyn Consumer>, Arc::new(points::consumer(&app))])
            .jobs(jobs::handlers(&app))
            .routes(payment::routes(&app).merge(gateway::sandbox::routes(app.sandbox()))))
    }
}
