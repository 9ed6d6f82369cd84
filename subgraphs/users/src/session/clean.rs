//! What of sessions is tidied up by time.

use chrono::{DateTime, TimeDelta, Utc};
use platform_database::{Database, StoreError};

use super::{store, throttle};

/// Ended sessions stay visible to their user for as long.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Deletes sessions that ended a while ago, tokens that expired, and failures long past.
pub async fn clean(database: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    store::delete_sessions(database, now - KEPT).await?;
    store::delete_refresh_tokens(database, now - KEPT).await?;
    throttle::forget(database, now).await
}
