//! Two subgraphs: `orders`, which publishes, and `stock`, whose table `seen` shows the effects of its consumers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use platform_config::EventsConfig;
use platform_core::Clock;
use platform_database::{Database, Transaction};
use platform_events::{
    Consumer, Event, EventContext, EventHandler, EventRuntime, EventSource, HandlerError, LocalSource, Outbox,
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::support;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_events::migrations();
        all.push(Box::new(Seen));
        all
    }
}

struct Seen;

impl MigrationName for Seen {
    fn name(&self) -> &str {
        "seen"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Seen {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("seen")
            .col(ColumnDef::new("sequence").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("consumer").text().not_null())
            .col(ColumnDef::new("key").text().not_null())
            .col(ColumnDef::new("number").big_integer().not_null())
            .take();
        manager.create_table(table).await
    }
}

/// Number `number` of the events of `key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub key: String,
    pub number: i64,
}

impl Event for Placed {
    const TYPE: &'static str = "Placed";
    const VERSION: u16 = 1;
    const TOPIC: &'static str = "orders";

    fn key(&self) -> String {
        self.key.clone()
    }
}

pub struct Shop {
    pub orders: Outbox,
    pub orders_database: Database,
    pub stock: Outbox,
    pub stock_database: Database,
    pub config: EventsConfig,
}

impl Shop {
    /// Opens what another process may have left.
    pub async fn reopen(url: &str, folder: &Path, clock: Arc<dyn Clock>) -> Self {
        let orders_database = support::open::<Migrator>(url, folder, "orders").await;
        let stock_database = support::open::<Migrator>(url, folder, "stock").await;
        let config = EventsConfig {
            poll_interval_ms: 20,
            retry_base_ms: 20,
            retry_max_ms: 40,
            max_attempts: 3,
            ..EventsConfig::default()
        };
        Self {
            orders: Outbox::new(orders_database.clone(), clock.clone()),
            stock: Outbox::new(stock_database.clone(), clock),
            orders_database,
            stock_database,
            config,
        }
    }

    pub fn source(&self) -> Arc<dyn EventSource> {
        Arc::new(LocalSource::new(self.orders.log().clone()))
    }

    /// Runs both subgraphs, `stock` with these consumers.
    pub fn run(&self, consumers: &[Arc<dyn Consumer>]) -> Running {
        self.run_with(consumers, &[self.source()])
    }

    pub fn run_with(&self, consumers: &[Arc<dyn Consumer>], sources: &[Arc<dyn EventSource>]) -> Running {
        let stop = CancellationToken::new();
        let runtimes = [
            EventRuntime::new(&self.orders, &[], &[], &self.config).unwrap(),
            EventRuntime::new(&self.stock, consumers, sources, &self.config).unwrap(),
        ];
        let tasks = runtimes.into_iter().map(|runtime| tokio::spawn(runtime.run(stop.clone()))).collect();
        Running { stop, tasks }
    }

    /// What the consumer has done, in order.
    pub async fn seen(&self, consumer: &str) -> Vec<(String, i64)> {
        self.seen_in(&self.stock_database, consumer).await
    }

    pub async fn seen_in(&self, database: &Database, consumer: &str) -> Vec<(String, i64)> {
        let read = database.read();
        let sql = "SELECT key, number FROM seen WHERE consumer = $1 ORDER BY sequence";
        let query = Statement::from_sql_and_values(read.get_database_backend(), sql, [consumer.into()]);
        let rows = read.query_all_raw(query).await.unwrap();
        rows.iter().map(|row| (row.try_get("", "key").unwrap(), row.try_get("", "number").unwrap())).collect()
    }
}

pub struct Running {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            tokio::time::timeout(Duration::from_secs(10), task).await.unwrap().unwrap();
        }
    }
}

/// The effect of an event.
pub async fn note(context: EventContext<'_>, event: &Placed, consumer: &str) -> Result<(), DbErr> {
    insert(context.tx, consumer, event).await
}

/// Notes each event for a consumer.
pub struct Noting(pub &'static str);

impl EventHandler<Placed> for Noting {
    async fn handle(&self, context: EventContext<'_>, event: Placed) -> Result<(), HandlerError> {
        Ok(note(context, &event, self.0).await?)
    }
}

pub async fn insert(tx: &Transaction, consumer: &str, event: &Placed) -> Result<(), DbErr> {
    let sql = "INSERT INTO seen (consumer, key, number) VALUES ($1, $2, $3)";
    let values = [consumer.into(), event.key.as_str().into(), event.number.into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}
