//! A migrated database for each test, copied from one that was migrated once.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use platform_config::{DatabaseConfig, Synchronous};
use platform_server::SubgraphDefinition;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::migrated::migrated;
use crate::postgres;

/// Databases for the subgraphs of one test, one each. Dropping it removes the data.
pub struct TestDatabase {
    config: DatabaseConfig,
    folder: TempDir,
    postgres: Option<postgres::Databases>,
}

impl TestDatabase {
    /// A migrated database for `D`.
    pub async fn create<D: SubgraphDefinition>() -> Self {
        let config = DatabaseConfig {
            max_connections: std::num::NonZeroU32::MIN.saturating_add(3),
            synchronous: Synchronous::Normal,
            acquire_timeout_ms: 20_000,
            ..DatabaseConfig::default()
        };
        let postgres = postgres::server().map(postgres::Databases::new);
        let url = postgres.as_ref().map(postgres::Databases::url).unwrap_or_default();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut database = Self { config: DatabaseConfig { url, ..config }, folder, postgres };
        database.add::<D>().await;
        database
    }

    /// A migrated database for `D` beside those there are; the same configuration leads to all.
    pub async fn add<D: SubgraphDefinition>(&mut self) {
        match &mut self.postgres {
            Some(databases) => databases.create::<D>(&self.config).await,
            None => {
                let template = sqlite_template::<D>(&self.config).await;
                let file = self.folder.path().join(format!("{}.db", D::NAME));
                std::fs::write(file, template.as_slice()).expect("the template can be copied");
            }
        }
    }

    /// How the database is reached, together with [`Self::data_dir`].
    pub fn config(&self) -> &DatabaseConfig {
        &self.config
    }

    /// The folder of the SQLite file, and of whatever else the test's subgraph writes.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

type Templates = HashMap<&'static str, Arc<OnceCell<Vec<u8>>>>;

/// The bytes of a migrated SQLite file.
async fn sqlite_template<D: SubgraphDefinition>(config: &DatabaseConfig) -> Vec<u8> {
    static TEMPLATES: OnceLock<Mutex<Templates>> = OnceLock::new();
    let template = {
        let mut templates =
            TEMPLATES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        templates.entry(D::NAME).or_default().clone()
    };
    template
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            migrated::<D>(config, folder.path()).await;
            std::fs::read(folder.path().join(format!("{}.db", D::NAME))).expect("the template was written")
        })
        .await
        .clone()
}
