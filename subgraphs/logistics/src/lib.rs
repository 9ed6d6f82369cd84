//! The logistics subgraph: who delivers where, for how much and when, what is to be delivered of an order, its shipments, the
//! couriers who bring them, and what happens until they are with their recipients.
//!
//! Invariants: a shipment's status changes by its transition function alone, and each change is a version with its
//! event; what has left the seller is not called off. Deliberately absent: taxes, and what an order is worth; orders
//! knows them.

mod access;
mod address;
mod app;
mod booking;
mod carrier;
mod coverage;
mod delivery;
mod dispatch;
mod extensions;
mod fleet;
mod geo;
mod label;
mod live;
mod local_time;
mod maps;
mod option;
mod pick_up;
mod position;
mod print;
mod product;
mod route;
mod sandbox;
mod schema;
mod shipment;
mod slot;
mod streets;
mod stubs;
mod tracking;
mod zone;

use std::sync::Arc;

use async_trait::async_trait;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_files::RemoveUploads;
use platform_jobs::JobHandlers;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;
use crate::booking::LookAfterBookings;
pub use crate::carrier::{SANDBOX as SANDBOX_CARRIER, check as check_carriers};
pub use crate::maps::check_maps;
use crate::position::CleanPositions;
pub use crate::print::check as check_labels;
use crate::route::{CleanPhotos, PlanRoutes};
use crate::sandbox::SandboxWebhook;
use crate::slot::ExpireSlotHolds;

/// The definition of the subgraph.
pub struct LogisticsSubgraph;

#[async_trait]
impl SubgraphDefinition for LogisticsSubgraph {
    const NAME: &'static str = "logistics";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4005;
    const PUBLIC_PREFIXES: &'static [&'static str] = &[app::PROOFS_PREFIX, label::PREFIX];
    const MAX_FILE_BYTES: Option<u32> = Some(route::MAX_PHOTO_BYTES);
    const NODES: &'static [&'static str] = &["Shipment"];
    const MIGRATIONS: fn() -> Migrations =
        || [platform_files::migrations(), logistics_migrations::migrations()].into_iter().flatten().collect();

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform)?;
        Ok(Subgraph::new(schema::composed(&app))
            .internal(schema::internal(&app))
            .consumers([Arc::new(delivery::orders(&app)) as Arc<dyn Consumer>])
            .jobs(jobs(&app))
            .routes(routes(&app))
            .background("positions", move |shutdown| position::write_down(app.clone(), shutdown)))
    }
}

fn routes(app: &App) -> axum::Router {
    app.proofs().routes().merge(label::routes(app)).merge(booking::routes(app)).merge(sandbox::routes(app))
}

fn jobs(app: &App) -> JobHandlers {
    let handlers = JobHandlers::new()
        .every(PlanRoutes(app.clone()))
        .every(CleanPositions(app.clone()))
        .every(ExpireSlotHolds(app.clone()))
        .every(CleanPhotos(app.clone()))
        .every(RemoveUploads(app.proofs().clone()))
        .every(LookAfterBookings(app.clone()));
    match app.config.fulfilment.sandbox_carrier {
        true => handlers.on::<SandboxWebhook>(app.clone()),
        false => handlers,
    }
}
