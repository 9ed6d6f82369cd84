//! Single writing statements.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_migration::async_trait;

use crate::group::{Group, Lent};
use crate::work::Counter;

/// Each statement is a transaction of its own, and durable when it is answered. So is each of several that are one text;
/// [`Database::send_together`](crate::Database::send_together) makes them one. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    way: Way,
    counter: Arc<Counter>,
}

#[derive(Clone)]
enum Way {
    /// Any connection of a pool.
    Pool(DatabaseConnection),
    /// The one connection that writes.
    Group(Group),
}

impl Writer {
    pub(crate) fn of_pool(pool: DatabaseConnection, counter: Arc<Counter>) -> Self {
        Self { way: Way::Pool(pool), counter }
    }

    pub(crate) fn of_group(group: Group, counter: Arc<Counter>) -> Self {
        Self { way: Way::Group(group), counter }
    }

    /// Counts a statement on a connection of `Way::Pool`.
    fn count<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if result.is_ok() {
            self.counter.committed();
            self.counter.synced();
        }
        result
    }

    /// Counts a statement on the connection that was lent, when it is durable.
    async fn settle<T>(&self, lent: Lent, result: Result<T, DbErr>) -> Result<T, DbErr> {
        let is_alone = lent.is_alone();
        let value = lent.settle(result).await?;
        self.counter.committed();
        // The leader counts for a group.
        if is_alone {
            self.counter.synced();
        }
        Ok(value)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Writer {
    fn get_database_backend(&self) -> DbBackend {
        match &self.way {
            Way::Pool(pool) => pool.get_database_backend(),
            Way::Group(_) => DbBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.way {
            Way::Pool(pool) => self.count(pool.execute_raw(statement).await),
            Way::Group(group) => {
                let lent = group.statement().await?;
                let result = lent.execute_raw(statement).await;
                self.settle(lent, result).await
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.way {
            Way::Pool(pool) => self.count(pool.execute_unprepared(sql).await),
            Way::Group(group) => {
                let lent = group.statement().await?;
                let result = lent.execute_unprepared(sql).await;
                self.settle(lent, result).await
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.way {
            Way::Pool(pool) => self.count(pool.query_one_raw(statement).await),
            // Read to its end, where SQLite commits it. Of one row the driver tells nobody that the commit failed, as on a
            // full disk.
            Way::Group(_) => Ok(self.query_all_raw(statement).await?.into_iter().next()),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.way {
            Way::Pool(pool) => self.count(pool.query_all_raw(statement).await),
            Way::Group(group) => {
                let lent = group.statement().await?;
                let result = lent.query_all_raw(statement).await;
                self.settle(lent, result).await
            }
        }
    }
}
