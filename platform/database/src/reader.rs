//! Reads outside a transaction.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionTrait,
};
use sea_orm_migration::async_trait;

use crate::group::Gate;

/// Reads what is committed, and nothing older than what a transaction of this process that was dropped has seen. Cheap
/// to clone.
#[derive(Clone)]
pub struct Reader {
    pool: DatabaseConnection,
    gate: Gate,
}

impl Reader {
    pub(crate) fn new(pool: DatabaseConnection, gate: Gate) -> Self {
        Self { pool, gate }
    }

    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Begins a transaction in which all reads see the same, on SQLite from the first one on.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.gate.pass().await;
        self.pool.begin().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.gate.pass().await;
        self.pool.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.gate.pass().await;
        self.pool.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.gate.pass().await;
        self.pool.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.gate.pass().await;
        self.pool.query_all_raw(statement).await
    }
}
