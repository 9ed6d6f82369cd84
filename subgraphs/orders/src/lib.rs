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
use order::{OrderUpdates, Orders, UserOrderCounts, mail_jobs};
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
        let app = App::new(platform.clone());
        let Platform { config, database, clock, ids, outbox, broadcast, jobs, sagas, peers, .. } = platform;
        let orders = Orders {
            database: database.clone(),
            clock,
            ids,
            outbox,
            broadcast: broadcast.clone(),
            jobs: jobs.clone(),
        };
        let checkouts = Checkouts { app: app.clone(), orders: orders.clone(), sagas: sagas.clone() };
        let cancellations = Cancellations { orders: orders.clone(), sagas: sagas.clone() };

        let refunds = Refunds {
            cancellations: cancellations.clone(),
            peers: peers.clone(),
            support_limit_minor: config.refunds.support_limit_minor,
        };

        let guests = Guests { orders: orders.clone(), jobs, peers: peers.clone() };
        let job_handlers = guest::jobs(&guests)
            .and(mail_jobs(&orders, &peers))
            .and(settling(&cancellations))
            .and(refund_jobs(&refunds));

        let roots = (schema::Query::default(), schema::Mutation::default(), schema::Subscription);
        let schema = schema_builder(roots.0, roots.1, roots.2)
            .data(Rows::new(&database))
            .data(DataLoader::new(UserOrderCounts(database.clone()), tokio::spawn))
            .data(OrderUpdates { database, broadcast })
            .data(app.clone())
            .data(orders.clone())
            .data(checkouts)
            .data(cancellations.clone())
            .data(refunds.clone())
            .data(guests)
            .finish();
        let internal = internal_schema_builder(internal::InternalQuery, internal::InternalMutation)
            .data(orders.clone())
            .data(cancellations.clone())
            .data(refunds.clone())
            .finish();

        let consumer = consumers::handlers(&refunds);
        let registry = SagaRegistry::new()
            .with(Checkout { app: app.clone(), orders: orders.clone(), cancellations: cancellations.clone() })
            .with(Cancellation { app, orders });
        Ok(Subgraph::new(schema)
            .internal(internal)
            .consumers([Arc::new(consumer) as Arc<dyn Consumer>])
            .jobs(job_handlers)
            .sagas(registry))
    }
}
