//! A database brought to the schema of its subgraph: what templates are made of.

use std::path::Path;

use platform_config::DatabaseConfig;
use platform_database::{Database, migrate};
use platform_server::{Migrator, SubgraphDefinition};

/// Migrates the database that `config` names, and lets go of it. Panics where that fails: it runs in tests alone, and one
/// without its database has nothing to try.
pub(crate) async fn migrated<D: SubgraphDefinition>(config: &DatabaseConfig, data_dir: &Path) {
    let database = Database::open(config, data_dir, D::NAME).await.expect("the database opens");
    migrate::<Migrator<D>>(&database).await.expect("the migrations run");
    database.close().await.expect("the database closes");
}
