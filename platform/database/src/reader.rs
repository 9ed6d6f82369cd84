//! Reads outside a transaction.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionTrait,
};
use sea_orm_migration::async_trait;

use crate::group::Gate;
use crate::store_error::is_away;

/// How long a replica that was away is not asked again.
const REST: Duration = Duration::from_secs(5);

/// Reads what is committed, and nothing older than what a transaction of this process that was dropped has seen. Cheap
/// to clone.
#[derive(Clone)]
pub struct Reader {
    pool: DatabaseConnection,
    gate: Gate,
    /// Of a replica: who is asked while it is away.
    instead: Option<Instead>,
}

#[derive(Clone)]
struct Instead {
    primary: DatabaseConnection,
    rests_until: Arc<Mutex<Option<Instant>>>,
}

impl Instead {
    /// Whether the replica is not asked now. When its rest is over, one reader tries it for all.
    fn is_resting(&self) -> bool {
        let (mut until, now) = (self.rests_until(), Instant::now());
        match *until {
            None => false,
            Some(end) if now < end => true,
            Some(_) => {
                *until = Some(now + REST);
                false
            }
        }
    }

    /// Whether the replica is away, by its answer; then it rests.
    fn is_needed<T>(&self, answer: &Result<T, DbErr>) -> bool {
        let error = answer.as_ref().err().filter(|error| is_away(error));
        let mut until = self.rests_until();
        if let Some(error) = error
            && until.is_none()
        {
            tracing::warn!(%error, "the read replica is away; the primary is asked in its place");
        }
        *until = error.map(|_| Instant::now() + REST);
        error.is_some()
    }

    fn rests_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls the pool, or the primary in place of a replica that is away.
macro_rules! ask {
    ($reader:ident . $call:ident ( $($argument:ident)? )) => {{
        $reader.gate.pass().await;
        let Some(instead) = &$reader.instead else { return $reader.pool.$call($($argument)?).await };
        if !instead.is_resting() {
            let answer = $reader.pool.$call($($argument.clone())?).await;
            if !instead.is_needed(&answer) {
                return answer;
            }
        }
        instead.primary.$call($($argument)?).await
    }};
}

impl Reader {
    pub(crate) fn new(pool: DatabaseConnection, gate: Gate) -> Self {
        Self { pool, gate, instead: None }
    }

    /// Of a replica, in whose place the primary is asked while it is away.
    pub(crate) fn of_replica(pool: DatabaseConnection, primary: DatabaseConnection) -> Self {
        let instead = Instead { primary, rests_until: Arc::default() };
        Self { pool, gate: Gate::default(), instead: Some(instead) }
    }

    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Begins a transaction in which all reads see the same, on SQLite from the first one on.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        ask!(self.begin())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        ask!(self.execute_raw(statement))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        ask!(self.execute_unprepared(sql))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        ask!(self.query_one_raw(statement))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        ask!(self.query_all_raw(statement))
    }
}
