//! A SQLite file with one table, and transactions that follow one another in a group.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platform_config::DatabaseConfig;
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// Notes are texts; a task is of a note, and that is not checked before the commit where a transaction says so.
const TABLES: &str = "CREATE TABLE notes (text TEXT PRIMARY KEY); \
                      CREATE TABLE tasks (note TEXT REFERENCES notes (text))";

pub struct Notes {
    pub database: Database,
    /// How many notes were committed, as told by hooks.
    pub told: Arc<AtomicUsize>,
    _folder: TempDir,
}

/// A transaction that is done with, and one that has its turn after it, in the same group.
pub struct Followed {
    pub committing: JoinHandle<Result<(), StoreError>>,
    pub follower: Transaction,
}

impl Notes {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseConfig::default(), folder.path(), "notes").await.unwrap();
        database.write().execute_unprepared(TABLES).await.unwrap();
        Self { database, told: Arc::default(), _folder: folder }
    }

    /// A transaction in which `text` is written, and whose hook tells.
    pub async fn begun(&self, text: &str) -> Transaction {
        let tx = self.database.begin().await.unwrap();
        add(&*tx, text).await.unwrap();
        let told = self.told.clone();
        tx.on_commit(move || {
            told.fetch_add(1, Ordering::SeqCst);
        });
        tx
    }

    /// Adds a note in a transaction of its own, in a task that waits its turn before this returns.
    pub async fn adding(&self, text: &str) -> JoinHandle<Result<(), StoreError>> {
        let (database, text) = (self.database.clone(), text.to_owned());
        let task = tokio::spawn(async move {
            let tx = database.begin().await?;
            add(&*tx, &text).await?;
            tx.commit().await
        });
        all_wait().await;
        task
    }

    /// `text` is written by the first transaction.
    pub async fn followed(&self, text: &str) -> Followed {
        loop {
            let before = self.database.work().syncs;
            let first = self.begun(text).await;
            let waiting = tokio::spawn({
                let database = self.database.clone();
                async move { database.begin().await }
            });
            all_wait().await;
            let committing = tokio::spawn(first.commit());
            let follower = waiting.await.unwrap().unwrap();
            if self.database.work().syncs == before {
                return Followed { committing, follower };
            }
            // This machine took longer than a group gathers members.
            follower.rollback().await.unwrap();
            committing.await.unwrap().unwrap();
            self.told.store(0, Ordering::SeqCst);
            self.database.write().execute_unprepared("DELETE FROM notes").await.unwrap();
        }
    }

    /// The notes that are committed, in the order of their texts.
    pub async fn texts(&self) -> String {
        texts(self.database.read()).await
    }

    pub fn told(&self) -> usize {
        self.told.load(Ordering::SeqCst)
    }

    /// Adds a note in a transaction of its own, and looks whether it is there: nothing is left open before it.
    pub async fn works(&self) {
        self.begun("afterwards").await.commit().await.unwrap();
        assert!(self.texts().await.contains("afterwards"));
        self.database.ping().await.unwrap();
    }
}

pub async fn add(connection: &impl ConnectionTrait, text: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO notes VALUES ($1)";
    let statement = platform_database::sql::statement(connection, sql, [text.into()]);
    connection.execute_raw(statement).await?;
    Ok(())
}

pub async fn texts(connection: &impl ConnectionTrait) -> String {
    let sql = "SELECT coalesce(group_concat(text, ' ' ORDER BY text), '') AS texts FROM notes";
    let statement = platform_database::sql::statement(connection, sql, []);
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get("", "texts").unwrap()
}

/// Lets every task run until it waits for another thread, on a runtime of one.
pub async fn all_wait() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

#[track_caller]
pub fn assert_away(result: Result<(), StoreError>) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Unavailable, "{error:?}");
}
