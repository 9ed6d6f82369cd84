//! Small tables that nearly every request reads, kept whole in memory: categories, attributes, taxes, warehouses.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalog_entities::{attribute, warehouse};
use platform_core::id::WarehouseId;
use platform_database::Database;
use sea_orm::{DbErr, EntityTrait};

use crate::category::CategoryTree;
use crate::product::store::Attributes;
use crate::tax::TaxTable;

#[derive(Debug, Default)]
pub struct ReferenceData {
    pub categories: CategoryTree,
    pub attributes: Attributes,
    pub taxes: TaxTable,
    pub warehouses: HashMap<WarehouseId, warehouse::Model>,
}

/// Reads the reference data, and keeps it for a short while. Cheap to clone.
#[derive(Clone)]
pub struct References {
    database: Database,
    cached: moka::future::Cache<(), Arc<ReferenceData>>,
}

impl References {
    pub fn new(database: Database, ttl: Duration) -> Self {
        let cached = moka::future::Cache::builder().max_capacity(1).time_to_live(ttl).build();
        Self { database, cached }
    }

    pub async fn get(&self) -> Result<Arc<ReferenceData>, Arc<DbErr>> {
        if let Some(found) = self.cached.get(&()).await {
            return Ok(found);
        }
        self.cached.try_get_with((), self.load()).await
    }

    async fn load(&self) -> Result<Arc<ReferenceData>, DbErr> {
        let connection = self.database.read();
        let attributes = attribute::Entity::find().all(connection).await?;
        let warehouses = warehouse::Entity::find().all(connection).await?;
        Ok(Arc::new(ReferenceData {
            categories: CategoryTree::load(connection).await?,
            attributes: attributes.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
            taxes: TaxTable::load(connection).await?,
            warehouses: warehouses.into_iter().map(|row| (row.id, row)).collect(),
        }))
    }

    pub fn forget(&self) {
        self.cached.invalidate_all();
    }
}
