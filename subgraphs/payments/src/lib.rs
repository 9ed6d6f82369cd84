//! The payments subgraph: payments through gateways, refunds, the double-entry ledger, points.
//!
//! Invariants: no card number ever reaches Souk; no database transaction is open across a call to a gateway; whatever
//! moves money is booked in the ledger in the transaction that records it.

mod extensions;
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

use async_graphql::dataloader::DataLoader;
use async_trait::async_trait;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_server::{
    BuildError, Platform, Rows, Subgraph, SubgraphDefinition, internal_schema_builder, schema_builder,
};

use gateway::sandbox::{Sandbox, Secret};
use gateway::{Gateway, Gateways};
use ledger::{FreeSales, Ledger, VendorBalance};
use method::Methods;
use payment::Payments;
use points::Points;
use refund::Refunds;

pub use store::is_empty;

pub struct PaymentsSubgraph;

#[async_trait]
impl SubgraphDefinition for PaymentsSubgraph {
    const NAME: &'static str = "payments";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4004;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/payments/"];
    const MIGRATIONS: fn() -> Migrations = payments_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let Platform { database, clock, ids, jobs, outbox, peers, .. } = platform.clone();
        // It moves no money: whoever may use it gets goods for nothing. What was paid through it before can be given back
        // all the same, for its books are here.
        let is_sandbox_served = platform.config.sandbox_gateway;
        let secret = is_sandbox_served.then(|| secret(&platform)).transpose()?;
        let sandbox = Sandbox::new(database.clone(), clock.clone(), ids.clone(), jobs.clone(), secret);
        let gateway = vec![Arc::new(sandbox.clone()) as Arc<dyn Gateway>];
        let gateways = match is_sandbox_served {
            true => Gateways::new(gateway, Vec::new()),
            false => Gateways::new(Vec::new(), gateway),
        };
        let sandbox = Some(sandbox).filter(|_| is_sandbox_served);
        let ledger = Ledger::new(clock.clone(), ids.clone());
        let points = Points {
            database: database.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            jobs: jobs.clone(),
            ledger: ledger.clone(),
        };
        let payments = Payments {
            database: database.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            outbox,
            jobs,
            ledger: ledger.clone(),
            gateways: gateways.clone(),
        };
        let refunds = Refunds { payments: payments.clone(), points: points.clone() };
        let methods = Methods { database: database.clone(), clock, ids, gateways };

        let free_sales = FreeSales { database: database.clone(), ledger: ledger.clone() };
        let vendor_balance = VendorBalance { database: database.clone(), ledger: ledger.clone() };
        let schema =
            schema_builder(schema::Query::default(), schema::Mutation::default(), schema::NoSubscription)
                .data(Rows::new(&database))
                .data(DataLoader::new(vendor_balance, tokio::spawn))
                .data(database.clone())
                .data(ledger)
                .data(payments.clone())
                .data(points.clone())
                .data(refunds.clone())
                .data(methods)
                .data(peers)
                .finish();
        let internal =
            internal_schema_builder(schema::InternalQuery::default(), schema::InternalMutation::default())
                .data(payments.clone())
                .data(points.clone())
                .data(refunds.clone())
                .data(free_sales)
                .finish();

        let mut routes = payment::routes(payments.clone());
        if let Some(sandbox) = &sandbox {
            routes = routes.merge(gateway::sandbox::routes(sandbox.clone()));
        }
        Ok(Subgraph::new(schema)
            .internal(internal)
            .consumers([Arc::new(payment::consumer()) as Arc<dyn Consumer>])
            .jobs(jobs::handlers(payments, refunds, points, sandbox))
            .routes(routes))
    }
}

/// The secret that the sandbox signs its webhooks with, made at the first start and kept in the data folder.
fn secret(platform: &Platform) -> Result<Secret, BuildError> {
    let folder = platform.data_dir.join(PaymentsSubgraph::NAME);
    let file = folder.join("sandbox-webhook-secret");
    std::fs::create_dir_all(&folder)?;
    match std::fs::read(&file) {
        Ok(secret) if !secret.is_empty() => Ok(Secret::new(secret)),
        _ => {
            let secret = [platform.ids.next_uuid(), platform.ids.next_uuid()]
                .map(|id| id.simple().to_string())
                .concat();
            std::fs::write(&file, &secret)?;
            Ok(Secret::new(secret))
        }
    }
}
