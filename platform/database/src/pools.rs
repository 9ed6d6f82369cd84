//! How the connections to a database are used, for gauges.

use sea_orm::ConnectionTrait;

use crate::StoreError;
use crate::connection::{Backend, Database};
use crate::sql::statement;

/// A pool of connections at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// `write` and `read` of SQLite, `primary` and `replica` of PostgreSQL.
    pub name: &'static str,
    pub in_use: usize,
    pub idle: usize,
}

impl Pool {
    fn new(name: &'static str, open: u32, idle: usize) -> Self {
        let open = usize::try_from(open).unwrap_or(usize::MAX);
        Self { name, in_use: open.saturating_sub(idle), idle }
    }
}

/// As many as the role, the database and the server allow, less those that are kept for superusers.
const MOST: &str = "SELECT least( \
    current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint, \
    (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user), \
    (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())) AS most";

impl Database {
    /// How many connections PostgreSQL allows in all to whoever this is to it; `None` for SQLite.
    pub async fn most_connections(&self) -> Result<Option<i64>, StoreError> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let row = self.read().query_one_raw(statement(self.read(), MOST, [])).await?;
        Ok(row.map(|row| row.try_get("", "most")).transpose()?)
    }

    /// Each pool once.
    pub fn pools(&self) -> Vec<Pool> {
        match self.backend() {
            Backend::Sqlite { .. } => [("write", self.primary()), ("read", self.read().pool())]
                .map(|(name, connection)| {
                    let pool = connection.get_sqlite_connection_pool();
                    Pool::new(name, pool.size(), pool.num_idle())
                })
                .to_vec(),
            Backend::Postgres { .. } => [("primary", self.primary()), ("replica", self.replica().pool())]
                .into_iter()
                .filter(|(name, _)| *name == "primary" || self.has_replica())
                .map(|(name, connection)| {
                    let pool = connection.get_postgres_connection_pool();
                    Pool::new(name, pool.size(), pool.num_idle())
                })
                .collect(),
        }
    }
}
