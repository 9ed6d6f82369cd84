//! What a single statement is sent on.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_migration::async_trait;
use tokio::sync::oneshot;

use super::turn::Turn;
use crate::hooks::Hooks;

/// The writing connection, for one statement.
pub(crate) enum Lent {
    /// With others, in a group.
    Turn(Turn),
    /// By itself: the statement is a transaction of its own. The leader waits until this is dropped.
    Alone { connection: DatabaseConnection, over: oneshot::Sender<()> },
}

impl Lent {
    pub(crate) fn is_alone(&self) -> bool {
        matches!(self, Self::Alone { .. })
    }

    /// Waits until the statement, which gave `result`, is durable, or what it met is.
    pub(crate) async fn settle<T>(self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        match (self, result) {
            (Self::Alone { over, .. }, result) => {
                drop(over);
                result
            }
            (Self::Turn(turn), Ok(value)) => turn.commit(Hooks::default()).await.map(|_| value),
            (Self::Turn(turn), Err(error)) => Err(turn.rollback().await.err().unwrap_or(error)),
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Lent {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Turn(turn) => turn.connection().execute_raw(statement).await,
            Self::Alone { connection, .. } => connection.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Turn(turn) => turn.connection().execute_unprepared(sql).await,
            Self::Alone { connection, .. } => connection.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Turn(turn) => turn.connection().query_one_raw(statement).await,
            Self::Alone { connection, .. } => connection.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Turn(turn) => turn.connection().query_all_raw(statement).await,
            Self::Alone { connection, .. } => connection.query_all_raw(statement).await,
        }
    }
}
