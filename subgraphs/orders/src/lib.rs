//! The orders subgraph: carts, quotes, checkout, orders and their vendors' parts.
//!
//! Invariants: an idempotency key of a caller gives one order for ever; every change of an order's status is written
//! to its history and told to subscribers; prices, taxes and commission are fixed on the lines when the order is
//! placed. Stock, coupons, money and points belong to others and are asked for through their internal schemas.

mod access;
mod app;
mod cart;
mod checkout;
mod consumers;
mod destination;
mod events;
mod guest;
mod internal;
mod jobs;
mod order;
mod peers;
mod quote;
mod refund;
mod returned;
mod schema;
mod stubs;
mod user;
mod vendor_order;

use std::sync::Arc;

use async_trait::async_trait;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_sagas::Saga;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;
use crate::checkout::{Cancellation, Checkout};

pub use order::is_empty;

/// The definition of the subgraph.
pub struct OrdersSubgraph;

#[async_trait]
impl SubgraphDefinition for OrdersSubgraph {
    const NAME: &'static str = "orders";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4003;
    const GUESSABLE: &'static [&'static str] = &["guestOrder"];
    const NODES: &'static [&'static str] = &["Order", "VendorOrder"];
    const SAGAS: &'static [&'static str] = &[Cancellation::KIND, Checkout::KIND];
    const MIGRATIONS: fn() -> Migrations = orders_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform);
        Ok(Subgraph::new(schema::composed(&app))
            .internal(schema::internal(&app))
            .consumers([
                Arc::new(consumers::payments(&app)) as Arc<dyn Consumer>,
                Arc::new(consumers::logistics(&app)),
            ])
            .jobs(jobs::jobs(&app))
            .sagas(checkout::sagas(&app)))
    }
}
