//! How far each consumer has come in each topic.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_core::Clock;
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, Value};

/// The cursor of a consumer in a topic, made at `start` when there is none.
pub(crate) async fn load_or_create(
    database: &Database,
    consumer: &str,
    topic: &str,
    start: i64,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    if let Some(position) = load(database, consumer, topic).await? {
        return Ok(position);
    }
    let write = database.write();
    let sql = "INSERT INTO event_cursors (consumer, topic, position, updated_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (consumer, topic) DO NOTHING";
    let values: [Value; 4] = [consumer.into(), topic.into(), start.into(), now.into()];
    write.execute_raw(statement(write, sql, values)).await?;
    Ok(load(database, consumer, topic).await?.unwrap_or(start))
}

async fn load(database: &Database, consumer: &str, topic: &str) -> Result<Option<i64>, StoreError> {
    Ok(load_all(database, topic).await?.remove(consumer))
}

/// The cursors of all consumers in a topic.
pub(crate) async fn load_all(database: &Database, topic: &str) -> Result<HashMap<String, i64>, StoreError> {
    let read = database.read();
    let sql = "SELECT consumer, position FROM event_cursors WHERE topic = $1";
    let rows = read.query_all_raw(statement(read, sql, [topic.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get("", "consumer")?, row.try_get("", "position")?))).collect()
}

/// What moving cursors found.
pub(crate) enum Advance {
    /// `holds`: some key of one of these consumers is held back.
    Moved {
        holds: bool,
    },
    Overtaken,
}

/// Moves the cursors of `consumers` from `from` to `to`. Overtaken when one of them no longer stands there: another
/// replica went on, and what this one holds is old. The rows stay locked until `tx` ends, so that a consumer handles
/// one batch at a time.
pub(crate) async fn advance(
    tx: &Transaction,
    topic: &str,
    consumers: &[&str],
    from: i64,
    to: i64,
    now: DateTime<Utc>,
) -> Result<Advance, StoreError> {
    let sql = format!(
        "UPDATE event_cursors SET position = $1, updated_at = $2 \
         WHERE topic = $3 AND position = $4 AND consumer IN ({}) \
         RETURNING EXISTS (SELECT 1 FROM held_events h WHERE h.consumer = event_cursors.consumer \
         AND h.topic = event_cursors.topic AND h.status = 'held') AS holds",
        placeholders(5, consumers.len())
    );
    let values: [Value; 4] = [to.into(), now.into(), topic.into(), from.into()];
    let values = values.into_iter().chain(consumers.iter().map(|name| Value::from(*name)));
    let moved = tx.query_all_raw(statement(&**tx, sql, values)).await?;
    if moved.len() != consumers.len() {
        return Ok(Advance::Overtaken);
    }
    let mut holds = false;
    for row in &moved {
        holds |= row.try_get::<bool>("", "holds")?;
    }
    Ok(Advance::Moved { holds })
}

/// The lowest position that a consumer's inbox knows in a topic.
pub(crate) async fn first_handled(
    database: &Database,
    consumer: &str,
    topic: &str,
) -> Result<Option<i64>, StoreError> {
    let read = database.read();
    let sql = "SELECT min(position) AS first FROM inbox WHERE consumer = $1 AND topic = $2";
    let row = read.query_one_raw(statement(read, sql, [consumer.into(), topic.into()])).await?;
    Ok(row.map(|row| row.try_get("", "first")).transpose()?.flatten())
}

/// Sets the cursor of a consumer to an earlier position; the inbox stays.
pub(crate) async fn set_back(
    database: &Database,
    consumer: &str,
    topic: &str,
    position: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let write = database.write();
    let sql = "UPDATE event_cursors SET position = $1, updated_at = $2 WHERE consumer = $3 AND topic = $4";
    let values: [Value; 4] = [position.into(), now.into(), consumer.into(), topic.into()];
    write.execute_raw(statement(write, sql, values)).await?;
    Ok(())
}

/// Lets a consumer handle again what it has handled after `position`: its inbox forgets it and its cursor goes back.
/// For read models that were lost or wrong; whatever handles the events must bear it.
pub async fn replay(
    database: &Database,
    clock: &Arc<dyn Clock>,
    consumer: &str,
    topic: &str,
    position: i64,
) -> Result<bool, StoreError> {
    let tx = database.begin().await?;
    let sql = "UPDATE event_cursors SET position = $1, updated_at = $2 \
               WHERE consumer = $3 AND topic = $4 AND position > $1";
    let values: [Value; 4] = [position.into(), clock.now().into(), consumer.into(), topic.into()];
    let moved = tx.execute_raw(statement(&*tx, sql, values)).await?.rows_affected();
    let sql = "DELETE FROM inbox WHERE consumer = $1 AND topic = $2 AND position > $3";
    let values: [Value; 3] = [consumer.into(), topic.into(), position.into()];
    tx.execute_raw(statement(&*tx, sql, values)).await?;
    tx.commit().await?;
    Ok(moved > 0)
}

/// How a consumer stands in a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerStatus {
    pub consumer: String,
    pub topic: String,
    /// Up to here everything is handled or held.
    pub position: i64,
    /// Events that wait for redelivery, or behind one that does.
    pub held: i64,
    /// Events given up.
    pub dead: i64,
    pub updated_at: DateTime<Utc>,
}

/// How every consumer of this database stands.
pub async fn statuses(database: &Database) -> Result<Vec<ConsumerStatus>, StoreError> {
    let count = |status: &str| {
        format!(
            "(SELECT count(*) FROM held_events h \
              WHERE h.consumer = c.consumer AND h.topic = c.topic AND h.status = '{status}')"
        )
    };
    let sql = format!(
        "SELECT c.consumer, c.topic, c.position, c.updated_at, {} AS held, {} AS dead \
         FROM event_cursors c ORDER BY c.consumer, c.topic",
        count("held"),
        count("dead")
    );
    let read = database.read();
    let rows = read.query_all_raw(statement(read, sql, [])).await?;
    rows.iter()
        .map(|row| {
            Ok(ConsumerStatus {
                consumer: row.try_get("", "consumer")?,
                topic: row.try_get("", "topic")?,
                position: row.try_get("", "position")?,
                held: row.try_get("", "held")?,
                dead: row.try_get("", "dead")?,
                updated_at: row.try_get("", "updated_at")?,
            })
        })
        .collect()
}
