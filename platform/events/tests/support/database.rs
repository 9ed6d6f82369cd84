//! A migrated database for each test of the event, job and saga crates: SQLite in a temporary folder, or with
//! `SOUK_TEST_DATABASE=postgres` a database of its own on the server that `SOUK_TEST_POSTGRES_URL` names.
//!
//! The testkit cannot serve here: it stands on these crates.

use std::path::Path;
use std::sync::Arc;

use platform_config::{DatabaseConfig, Synchronous};
use platform_core::{Ids, SystemClock};
use platform_database::{Database, migrate};
use sea_orm::{ConnectOptions, ConnectionTrait};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

pub struct TestDatabase {
    pub folder: TempDir,
    postgres: Option<Created>,
}

/// A database on the server for tests; dropping this drops it.
struct Created {
    server: String,
    name: String,
}

impl TestDatabase {
    pub async fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = match std::env::var("SOUK_TEST_DATABASE").as_deref() {
            Ok("postgres") => {
                let server = std::env::var("SOUK_TEST_POSTGRES_URL").unwrap();
                let name = format!("souk_platform_{}", Ids::new(Arc::new(SystemClock)).next_uuid().simple());
                on_server(&server, &format!("CREATE DATABASE \"{name}\"")).await;
                Some(Created { server, name })
            }
            _ => None,
        };
        Self { folder, postgres }
    }

    /// What a process needs to know to open the same database; empty for SQLite.
    pub fn url(&self) -> String {
        match &self.postgres {
            Some(created) => {
                let (address, _) = created.server.rsplit_once('/').unwrap();
                format!("{address}/{}", created.name)
            }
            None => String::new(),
        }
    }
}

/// Opens and migrates a subgraph's database, through connections of its own: like another replica.
pub async fn open<M: MigratorTrait>(url: &str, folder: &Path, subgraph: &str) -> Database {
    let config = DatabaseConfig {
        url: url.to_owned(),
        max_connections: std::num::NonZeroU32::new(6).unwrap(),
        synchronous: Synchronous::Normal,
        acquire_timeout_ms: 20_000,
        ..DatabaseConfig::default()
    };
    let database = Database::open(&config, folder, subgraph).await.unwrap();
    migrate::<M>(&database).await.unwrap();
    database
}

async fn on_server(server: &str, sql: &str) {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

impl Drop for Created {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(on_server(&server, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")));
        });
        drop(dropping.join());
    }
}
