//! The orders subgraph: carts, quotes, checkout, orders and their vendors' parts.
//!
//! Invariants: an idempotency key of a caller gives one order for ever; every change of an order's status is written
//! to its history and told to subscribers; prices, taxes and commission are fixed on the lines when the order is
//! placed. Stock, coupons, money and points belong to others and are asked for through their internal schemas.

mod access;
mod address;
mod app;
mod cart;
mod checkout;
mod consumers;
mod destination;
mod events;
mod guest;
mod internal;
mod order;
mod peers;
mod quote;
mod refund;
mod schema;
mod stubs;
mod user;
mod vendor_order;

use std::sync::Arc;

use async_graphql::dataloader::DataLoader;
use async_trait::async_trait;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_sagas::{Saga, SagaRegistry};
use platform_server::{
    BuildError, Platform, Rows, Subgraph, SubgraphDefinition, internal_schema_builder, schema_builder,
};

use app::App;
use checkout::{Cancellation, Cancellations, Checkout, Checkouts, settling};
use guest::Guests;
use order::{UserOrderCounts, mail_jobs};
use refund::{Refunds, refund_jobs};

pub use order::is_empty;

pub struct OrdersSubgraph;

#[async_trait]
impl SubgraphDefinition for OrdersSubgraph {
    const NAME: &'static str = "orders";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4003;
    const GUESSABLE: &'static [&'static str] = &["guestOrder"];
    const SAGAS: &'static [&'static str] = &[Cancellation::KIND, Checkout::KIND];
    const MIGRATIONS: fn() -> Migrations = orders_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform);
        let cancellations = Cancellations { app: app.clone() };
        let refunds = Refunds { app: app.clone(), cancellations: cancellations.clone() };
        let guests = Guests { app: app.clone() };
        let job_handlers = guest::jobs(&guests)
            .and(mail_jobs(&app))
            .and(settling(&cancellations))
            .and(refund_jobs(&refunds));

        let roots = (schema::Query::default(), schema::Mutation::default(), schema::Subscription);
        let schema = schema_builder(roots.0, roots.1, roots.2)
            .data(Rows::new(app.database()))
            .data(DataLoader::new(UserOrderCounts(app.clone()), tokio::spawn))
            .data(app.clone())
            .data(Checkouts { app: app.clone() })
            .data(cancellations.clone())
            .data(refunds.clone())
            .data(guests)
            .finish();
        let internal = internal_schema_builder(internal::InternalQuery, internal::InternalMutation)
            .data(app.clone())
            .data(cancellations.clone())
            .data(refunds.clone())
            .finish();

        let consumer = consumers::handlers(&refunds);
        let registry =
            SagaRegistry::new().with(Checkout { app: app.clone(), cancellations }).with(Cancellation { app });
        Ok(Subgraph::new(schema)
            .internal(internal)
            .consumers([Arc::new(consumer) as Arc<dyn Consumer>])
            .jobs(job_handlers)
            .sagas(registry))
    }
}
