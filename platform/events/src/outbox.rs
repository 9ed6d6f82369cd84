//! Publishing: an event is a row written in the transaction that changes the data.

use std::sync::Arc;

use platform_core::id::EventId;
use platform_core::{Clock, Ids};
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr, Value};

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
/// Values of a row.
const COLUMNS: usize = 6;

/// An event that is ready to be published, its type forgotten.
#[derive(Debug, Clone)]
pub struct Draft {
    id: EventId,
    kind: &'static str,
    version: u16,
    key: String,
    data: String,
}

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
        let draft = self.draft(event)?;
        let id = draft.id;
        self.publish_drafts(tx, &[draft]).await?;
        Ok(id)
    }

    /// Publishes several events of a type, in this order, if and when `tx` commits.
    pub async fn publish_all<E: Event>(&self, tx: &Transaction, events: &[E]) -> Result<(), StoreError> {
        let drafts = events.iter().map(|event| self.draft(event)).collect::<Result<Vec<_>, _>>()?;
        self.publish_drafts(tx, &drafts).await
    }

    /// An event to be published together with others, of whatever types.
    pub fn draft<E: Event>(&self, event: &E) -> Result<Draft, StoreError> {
        let subgraph = self.log.database().subgraph();
        if subgraph != E::TOPIC {
            return Err(
                DbErr::Custom(format!("{} publishes no `{}` of {}", subgraph, E::TYPE, E::TOPIC)).into()
            );
        }
        Ok(Draft {
            id: self.ids.next(),
            kind: E::TYPE,
            version: E::VERSION,
            key: event.key(),
            data: serde_json::to_string(event).map_err(|e| DbErr::Json(e.to_string()))?,
        })
    }

    /// Publishes what was drafted here, in this order, if and when `tx` commits.
    pub async fn publish_drafts(&self, tx: &Transaction, drafts: &[Draft]) -> Result<(), StoreError> {
        for chunk in drafts.chunks(ROWS_PER_INSERT) {
            self.insert(tx, chunk).await?;
        }
        Ok(())
    }

    async fn insert(&self, tx: &Transaction, drafts: &[Draft]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut rows = Vec::with_capacity(drafts.len());
        let mut values: Vec<Value> = Vec::with_capacity(drafts.len() * COLUMNS);
        for draft in drafts {
            rows.push(format!("({})", placeholders(values.len() + 1, COLUMNS)));
            values.extend([draft.id.0.into(), draft.kind.into(), i32::from(draft.version).into()]);
            values.extend([draft.key.as_str().into(), draft.data.as_str().into(), now.into()]);
        }
        let sql = format!(
            "INSERT INTO outbox (id, type, version, key, data, occurred_at) VALUES {}",
            rows.join(", ")
        );
        tx.execute_raw(statement(&**tx, sql, values)).await?;
        self.log.wake_on_commit(tx);
        Ok(())
    }
}
