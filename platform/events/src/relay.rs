//! Gives committed events their positions, on PostgreSQL.
//!
//! One relay works at a time: it locks the row of `outbox_head` and then looks at what is committed. An event that
//! depends on another (it locked the same aggregate) was inserted after the other's commit, so whoever sees it sees
//! the other too, with a lower sequence number: order is kept per key, and an open transaction holds up nobody.

use std::time::Duration;

use platform_core::error::describe;
use platform_database::StoreError;
use tokio_util::sync::CancellationToken;

use crate::log::{EventLog, GATHER, MAX_BATCH};

/// Gives positions to what is committed; returns how many events got one.
pub(crate) async fn place(log: &EventLog) -> Result<u64, StoreError> {
    // Sent together, and yet two statements: the snapshot of the second is younger than the lock of the first.
    let sql = format!(
        "SELECT 1 FROM outbox_head WHERE id = 1 FOR UPDATE; \
         WITH oldest AS ( \
           SELECT sequence, row_number() OVER (ORDER BY sequence) AS place FROM ( \
             SELECT sequence FROM outbox WHERE position IS NULL ORDER BY sequence LIMIT {MAX_BATCH}) AS unplaced), \
         head AS ( \
           UPDATE outbox_head SET position = position + (SELECT count(*) FROM oldest) \
           WHERE id = 1 AND EXISTS (SELECT 1 FROM oldest) \
           RETURNING position - (SELECT count(*) FROM oldest) AS before) \
         UPDATE outbox SET position = head.before + oldest.place FROM oldest, head \
         WHERE outbox.sequence = oldest.sequence"
    );
    let mut placed: u64 = 0;
    loop {
        // The row that is locked counts too.
        let count = log.database().send_together(&sql).await?.saturating_sub(1);
        if count > 0 {
            placed = placed.saturating_add(count);
            log.wake_readers();
        }
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
            tracing::warn!(topic = log.topic(), error = %describe(&error), "events wait for their positions");
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
