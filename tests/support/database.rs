//! Where an installation under test keeps its data: SQLite files, or a fresh database on the PostgreSQL server that
//! the test run names.

use std::path::PathBuf;
use std::process::Command;

use platform_config::DatabaseConfig;
use platform_database::{Database, Transaction};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;

use super::fresh_id;

/// Dropped with everything in it.
pub struct Store {
    pub folder: TempDir,
    /// `None`: SQLite files in the folder.
    pub postgres: Option<String>,
    server: Option<String>,
    name: String,
}

impl Store {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let name = format!("souk_it_{}", fresh_id());
        let server = match std::env::var("SOUK_TEST_DATABASE").as_deref() {
            Ok("postgres") => {
                Some(std::env::var("SOUK_TEST_POSTGRES_URL").expect("SOUK_TEST_POSTGRES_URL is set"))
            }
            _ => None,
        };
        let postgres = server.as_ref().map(|server| {
            psql(server, &format!("CREATE DATABASE {name}"));
            let (base, _) = server.rsplit_once('/').expect("a URL with a database");
            format!("{base}/{name}")
        });
        Self { folder, postgres, server, name }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Has what another store has that nobody writes to. What this one had is gone.
    pub fn become_copy_of(&self, other: &Self) {
        if let Some(server) = &self.server {
            psql(server, &format!("DROP DATABASE {}", self.name));
            psql(server, &format!("CREATE DATABASE {} TEMPLATE {}", self.name, other.name));
        }
        std::fs::create_dir_all(self.data_dir()).unwrap();
        // With the rights that the files have.
        let copied =
            Command::new("cp").arg("-a").arg(other.data_dir().join(".")).arg(self.data_dir()).status();
        assert!(copied.unwrap().success());
    }

    /// An id as the database at hand writes it.
    pub fn uuid(&self, id: &str) -> String {
        if self.postgres.is_some() { format!("'{id}'") } else { format!("x'{}'", id.replace('-', "")) }
    }

    /// Runs statements on a subgraph's database, as nobody does who uses Souk.
    pub async fn tamper(&self, subgraph: &str, statements: &[String]) {
        let url = self.postgres.clone().unwrap_or_default();
        let config = DatabaseConfig { url, ..DatabaseConfig::default() };
        let database = Database::open(&config, &self.data_dir(), subgraph).await.unwrap();
        for statement in statements {
            database.write().execute_unprepared(statement).await.unwrap();
        }
    }

    /// The first column of what a query finds in a subgraph's database, as text.
    pub async fn texts(&self, subgraph: &str, query: &str) -> Vec<String> {
        let url = self.postgres.clone().unwrap_or_default();
        let config = DatabaseConfig { url, ..DatabaseConfig::default() };
        let database = Database::open(&config, &self.data_dir(), subgraph).await.unwrap();
        let read = database.read();
        let rows =
            read.query_all_raw(Statement::from_string(read.get_database_backend(), query)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// A way to the database of PostgreSQL that reads alone and can be cut, as a replica would be.
    pub fn replica(&self) -> Option<Replica> {
        let server = self.server.clone()?;
        let role = format!("{}_reader", self.name);
        psql(&server, &format!("CREATE ROLE {role} LOGIN IN ROLE pg_read_all_data"));
        let (_, place) = self.postgres.as_ref()?.split_once('@')?;
        let url = format!("postgres://{role}@{place}");
        Some(Replica { server, role, url })
    }

    /// Keeps callers from a subgraph's database until what is returned is dropped: one of PostgreSQL takes no connections
    /// and has lost those it had, one of SQLite is being written by somebody else who does not come to an end.
    pub async fn withhold(&self, subgraph: &str) -> Withheld {
        if let Some(server) = &self.server {
            psql(server, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name));
            let connections = format!("FROM pg_stat_activity WHERE datname = '{}'", self.name);
            psql(server, &format!("SELECT pg_terminate_backend(pid) {connections}"));
            return Withheld { closed: Some((server.clone(), self.name.clone())), _writer: None };
        }
        let database = Database::open(&DatabaseConfig::default(), &self.data_dir(), subgraph).await.unwrap();
        Withheld { closed: None, _writer: Some(database.begin().await.unwrap()) }
    }
}

/// A database that callers do not get at.
pub struct Withheld {
    /// The server, and the database of it.
    closed: Option<(String, String)>,
    _writer: Option<Transaction>,
}

impl Drop for Withheld {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.closed {
            psql(server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            psql(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// A replica under test; gone when it is dropped.
pub struct Replica {
    server: String,
    role: String,
    pub url: String,
}

impl Replica {
    /// It takes no connections from now on, and has lost those it had.
    pub fn cut(&self) {
        let role = &self.role;
        psql(&self.server, &format!("ALTER ROLE {role} CONNECTION LIMIT 0"));
        let connections = format!("FROM pg_stat_activity WHERE usename = '{role}'");
        psql(&self.server, &format!("SELECT pg_terminate_backend(pid) {connections}"));
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        psql(&self.server, &format!("DROP ROLE {}", self.role));
    }
}

fn psql(server: &str, statement: &str) {
    let status = Command::new("psql").args([server, "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]).status();
    assert!(status.expect("psql is installed").success(), "{statement}");
}
