//! Gives committed events their positions, on PostgreSQL.
//!
//! One relay works at a time: it locks the row of `outbox_head` and then looks at what is committed. An event that
//! depends on another (it locked the same aggregate) was inserted after the other's commit, so whoever sees it sees
//! the other too, with a lower sequence number: order is kept per key, and an open transaction holds up nobody.

use std::time::Duration;

use platform_database::sql::statement;
use sea_orm::{ConnectionTrait, DbErr};
use tokio_util::sync::CancellationToken;

use crate::log::{EventLog, GATHER, MAX_BATCH};

/// Gives positions to what is committed; returns how many events got one.
pub(crate) async fn place(log: &EventLog) -> Result<u64, DbErr> {
    let mut placed = 0;
    loop {
        let tx = log.database().begin().await?;
        let sql = "SELECT position FROM outbox_head WHERE id = 1 FOR UPDATE";
        let head = tx.query_one_raw(statement(&*tx, sql, [])).await?;
        let head: i64 =
            head.ok_or_else(|| DbErr::RecordNotFound("outbox_head".to_owned()))?.try_get("", "position")?;
        // A statement of its own: its snapshot is younger than the lock.
        let sql = format!(
            "UPDATE outbox SET position = $1 + batch.place FROM ( \
               SELECT sequence, row_number() OVER (ORDER BY sequence) AS place FROM ( \
                 SELECT sequence FROM outbox WHERE position IS NULL ORDER BY sequence LIMIT {MAX_BATCH}) AS oldest \
             ) AS batch WHERE outbox.sequence = batch.sequence"
        );
        let count = tx.execute_raw(statement(&*tx, sql, [head.into()])).await?.rows_affected();
        if count == 0 {
            tx.rollback().await?;
            return Ok(placed);
        }
        let next = head + i64::try_from(count).unwrap_or(i64::MAX);
        let sql = "UPDATE outbox_head SET position = $1 WHERE id = 1";
        tx.execute_raw(statement(&*tx, sql, [next.into()])).await?;
        tx.commit().await?;
        placed += count;
        log.wake_readers();
        if count < MAX_BATCH {
            return Ok(placed);
        }
    }
}

/// Places events as they are committed here, and looks now and then for those of replicas that died.
pub(crate) async fn run(log: EventLog, poll: Duration, stop: CancellationToken) {
    let mut woken = true;
    loop {
        let placed = match woken {
            true => place(&log).await.map(drop),
            false => match log.any_unplaced().await {
                Ok(true) => place(&log).await.map(drop),
                Ok(false) => Ok(()),
                Err(error) => Err(error),
            },
        };
        if let Err(error) = placed {
            tracing::warn!(topic = log.topic(), %error, "events wait for their positions");
        }
        woken = tokio::select! {
            () = stop.cancelled() => return,
            () = log.unplaced() => {
                tokio::time::sleep(GATHER).await;
                true
            }
            () = tokio::time::sleep(poll) => false,
        };
    }
}
