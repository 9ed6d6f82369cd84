//! Small tables that nearly every request reads, kept whole in memory: categories, attributes, taxes, warehouses.

pub mod categories;
mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use catalog_entities::{attribute, warehouse};
use platform_cache::Kept;
use platform_core::id::{AttributeId, WarehouseId};
use platform_database::{Database, StoreError};

use crate::tax::{TaxTable, version};

pub use categories::CategoryTree;

pub type Attributes = HashMap<AttributeId, Arc<attribute::Model>>;

#[derive(Debug, Default)]
pub struct ReferenceData {
    pub categories: CategoryTree,
    pub attributes: Attributes,
    pub taxes: TaxTable,
    /// Of `taxes`, or one before it: then they are read anew for nothing.
    pub tax_version: i64,
    pub warehouses: HashMap<WarehouseId, warehouse::Model>,
}

/// Reads the reference data, and keeps it for a short while: a field that shows a price asks for it, hundreds of times in a
/// list.
pub struct References {
    database: Database,
    home_country: String,
    /// That the home country has no tax zone was told, and is so still.
    told_of_home: AtomicBool,
    kept: Kept<ReferenceData>,
}

impl References {
    pub fn new(database: Database, ttl: Duration, home_country: String) -> Self {
        Self { database, home_country, told_of_home: AtomicBool::new(false), kept: Kept::new(ttl) }
    }

    pub async fn get(&self) -> Result<Arc<ReferenceData>, StoreError> {
        self.kept.get(|| self.load()).await
    }

    /// Like [`Self::get`], with the taxes of this version or a later one: another process may have changed them, and this one
    /// hear of it later.
    pub async fn get_with_taxes(&self, version: i64) -> Result<Arc<ReferenceData>, StoreError> {
        let found = self.get().await?;
        if found.tax_version == version {
            return Ok(found);
        }
        self.forget();
        self.get().await
    }

    async fn load(&self) -> Result<ReferenceData, StoreError> {
        let connection = self.database.read();
        let attributes = store::attributes(connection).await?;
        let warehouses = store::warehouses(connection).await?;
        // Before the taxes: what is changed in between is in them, and read anew all the same.
        let tax_version = version::read(connection).await?;
        let taxes = TaxTable::load(connection, &self.home_country).await?;
        self.warn_of_home(&taxes);
        Ok(ReferenceData {
            categories: CategoryTree::load(connection).await?,
            attributes: attributes.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
            taxes,
            tax_version,
            warehouses: warehouses.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    /// Tells the operator once that prices have no terms of their own.
    fn warn_of_home(&self, taxes: &TaxTable) {
        let lacks_home = taxes.lacks_home();
        if lacks_home && !self.told_of_home.load(Ordering::Relaxed) {
            let home_country = &self.home_country;
            tracing::warn!(
                home_country,
                "the home country has no tax zone, so prices are read in the terms of wherever goods go, and nothing is taken off for a zone without tax: make its zone by setTaxZone, or set market.home_country"
            );
        }
        self.told_of_home.store(lacks_home, Ordering::Relaxed);
    }

    pub fn forget(&self) {
        self.kept.forget();
    }
}
