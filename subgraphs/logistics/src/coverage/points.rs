//! The pick-up points in use.

use std::sync::Arc;
use std::time::Duration;

use logistics_entities::pick_up_point::Model;
use platform_cache::Kept;
use platform_database::{Database, StoreError};

use super::store;

/// The most pick-up points of a shop.
pub const MAX_POINTS: u64 = 5_000;

/// Reads the points in use, and keeps them for a short while.
pub struct Points {
    database: Database,
    kept: Kept<Vec<Model>>,
}

impl Points {
    pub fn new(database: Database, ttl: Duration) -> Self {
        Self { database, kept: Kept::new(ttl) }
    }

    pub async fn get(&self) -> Result<Arc<Vec<Model>>, StoreError> {
        self.kept.get(|| store::active_points(&self.database)).await
    }

    /// They were changed here.
    pub fn forget(&self) {
        self.kept.forget();
    }
}
