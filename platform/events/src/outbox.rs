//! Publishing: an event is a row written in the transaction that changes the data.

use std::sync::Arc;

use platform_core::id::EventId;
use platform_core::{Clock, Ids};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::event::Event;
use crate::log::EventLog;

/// The events that a subgraph publishes. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    log: EventLog,
    ids: Ids,
    clock: Arc<dyn Clock>,
}

/// Rows of one INSERT; well under the parameter limits of both databases.
const ROWS_PER_INSERT: usize = 500;

impl Outbox {
    pub fn new(database: Database, clock: Arc<dyn Clock>) -> Self {
        Self { ids: Ids::new(clock.clone()), log: EventLog::new(database), clock }
    }

    /// The log that the outbox is, for consumers.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Publishes an event if and when `tx` commits.
    pub async fn publish<E: Event>(&self, tx: &Transaction, event: &E) -> Result<EventId, StoreError> {
        let id = self.ids.next();
        self.insert(tx, &[(id, event)]).await?;
        Ok(id)
    }

    /// Publishes several events of a type, in this order, if and when `tx` commits.
    pub async fn publish_all<E: Event>(&self, tx: &Transaction, events: &[E]) -> Result<(), StoreError> {
        let events: Vec<_> = events.iter().map(|event| (self.ids.next(), event)).collect();
        for chunk in events.chunks(ROWS_PER_INSERT) {
            self.insert(tx, chunk).await?;
        }
        Ok(())
    }

    async fn insert<E: Event>(&self, tx: &Transaction, events: &[(EventId, &E)]) -> Result<(), StoreError> {
        let subgraph = self.log.database().subgraph();
        if subgraph != E::TOPIC {
            return Err(
                DbErr::Custom(format!("{} publishes no `{}` of {}", subgraph, E::TYPE, E::TOPIC)).into()
            );
        }
        let now = self.clock.now();
        let mut rows = Vec::with_capacity(events.len());
        let mut values: Vec<Value> = Vec::with_capacity(events.len() * 6);
        for (id, event) in events {
            let data = serde_json::to_string(event).map_err(|e| DbErr::Json(e.to_string()))?;
            let first = values.len() + 1;
            rows.push(format!(
                "(${}, ${}, ${}, ${}, ${}, ${})",
                first,
                first + 1,
                first + 2,
                first + 3,
                first + 4,
                first + 5
            ));
            let kind: Value = E::TYPE.into();
            values.extend([id.0.into(), kind, i32::from(E::VERSION).into(), event.key().into()]);
            values.extend([Value::from(data), now.into()]);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO outbox (id, type, version, key, data, occurred_at) VALUES {}",
            rows.join(", ")
        );
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        self.log.wake_on_commit(tx);
        Ok(())
    }
}
