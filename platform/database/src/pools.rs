//! How the connections to a database are used, for gauges.

use crate::connection::{Backend, Database};

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

impl Database {
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
