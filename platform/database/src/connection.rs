//! A subgraph's database, and what is asked of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use platform_config::{DatabaseConfig, without_secrets};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

use crate::error::DatabaseError;
use crate::group::{Gate, Group, Span};
use crate::open::read_only::{ASKED, READS_ONLY};
use crate::open::{URL, postgres, sqlite};
use crate::reader::Reader;
use crate::sql;
use crate::store_error::StoreError;
use crate::transaction::Transaction;
use crate::work::{Counter, Work};
use crate::writer::Writer;
use crate::writing::Writing;

/// Which of the two kinds of database this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    Sqlite { file: PathBuf },
    Postgres { schema: Option<String> },
}

/// A subgraph's own database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    subgraph: Arc<str>,
    backend: Arc<Backend>,
    begin: Begin,
    write: Writer,
    /// The connections of `write`, uncounted, for what has the database to itself.
    primary: DatabaseConnection,
    read: Reader,
    replica: Reader,
    has_replica: bool,
    counter: Arc<Counter>,
    writing: Writing,
}

/// Where writing transactions begin.
#[derive(Clone)]
enum Begin {
    /// On a connection of their own.
    Pool(DatabaseConnection),
    /// On the one that writes.
    Group(Group),
}

impl Database {
    /// The SQLite file that `config` names for `subgraph`, if it names one; without a URL it lives in `data_dir`.
    pub fn sqlite_file(config: &DatabaseConfig, data_dir: &Path, subgraph: &str) -> Option<PathBuf> {
        let url = config.url.replace("{subgraph}", subgraph);
        match url.strip_prefix("sqlite://") {
            Some(path) => Some(PathBuf::from(path)),
            None => url.is_empty().then(|| data_dir.join(format!("{subgraph}.db"))),
        }
    }

    /// Whether `config` names databases that the subgraphs of an installation can have, as far as that can be told before
    /// one is opened.
    pub fn check(config: &DatabaseConfig) -> Result<(), DatabaseError> {
        let url = without_secrets(&config.url);
        let is_server = ["postgres://", "postgresql://"].iter().any(|scheme| config.url.starts_with(scheme));
        match config.url.strip_prefix("sqlite://") {
            Some(path) if !path.contains("{subgraph}") => return Err(DatabaseError::SharedFile { url }),
            None if !config.url.is_empty() && !is_server => {
                return Err(DatabaseError::InvalidUrl { setting: URL, url });
            }
            _ => {}
        }
        if !config.replica_url.is_empty() && !is_server {
            return Err(DatabaseError::ReplicaOfSqlite);
        }
        Ok(())
    }

    /// Opens the database that `config` names for `subgraph`.
    pub async fn open(
        config: &DatabaseConfig,
        data_dir: &Path,
        subgraph: &str,
    ) -> Result<Self, DatabaseError> {
        if let Some(file) = Self::sqlite_file(config, data_dir, subgraph) {
            return Self::open_sqlite(config, file, subgraph).await;
        }
        let url = config.url.replace("{subgraph}", subgraph);
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::open_postgres(config, &url, subgraph).await;
        }
        Err(DatabaseError::InvalidUrl { setting: URL, url: without_secrets(&url) })
    }

    async fn open_sqlite(
        config: &DatabaseConfig,
        file: PathBuf,
        subgraph: &str,
    ) -> Result<Self, DatabaseError> {
        let (counter, writing, gate) = <(Arc<Counter>, Writing, Gate)>::default();
        let sqlite::Connections { write, read } = sqlite::open(config, &file, subgraph, &writing).await?;
        let patience = Duration::from_millis(config.acquire_timeout_ms);
        let counted = counter.of_statements(write.clone());
        let group = Group::lead(counted, patience, gate.clone(), counter.clone(), writing.clone());
        let read = Reader::new(counter.of_statements(read), gate);
        Ok(Self {
            subgraph: subgraph.into(),
            backend: Arc::new(Backend::Sqlite { file }),
            begin: Begin::Group(group.clone()),
            write: Writer::of_group(group, counter.clone()),
            primary: write,
            replica: read.clone(),
            read,
            has_replica: false,
            counter,
            writing,
        })
    }

    async fn open_postgres(
        config: &DatabaseConfig,
        url: &str,
        subgraph: &str,
    ) -> Result<Self, DatabaseError> {
        let schema = (!config.url.contains("{subgraph}")).then(|| subgraph.to_owned());
        let postgres::Connections { primary, replica } =
            postgres::open(config, url, subgraph, schema.as_deref()).await?;
        let counter = Arc::<Counter>::default();
        let counted = counter.of_statements(primary.clone());
        let read = Reader::new(counted.clone(), Gate::default());
        let has_replica = replica.is_some();
        let lagging = |replica| Reader::of_replica(counter.of_statements(replica), counted.clone());
        Ok(Self {
            subgraph: subgraph.into(),
            backend: Arc::new(Backend::Postgres { schema }),
            replica: replica.map_or_else(|| read.clone(), lagging),
            begin: Begin::Pool(counted.clone()),
            write: Writer::of_pool(counted, counter.clone()),
            primary,
            read,
            has_replica,
            counter,
            writing: Writing::default(),
        })
    }

    pub fn subgraph(&self) -> &str {
        &self.subgraph
    }

    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    pub fn is_postgres(&self) -> bool {
        matches!(*self.backend, Backend::Postgres { .. })
    }

    /// Reads of the latest committed data, outside a transaction.
    pub fn read(&self) -> &Reader {
        &self.read
    }

    /// Reads that may lag behind (lists, searches, reports): the read replica where there is one, or the primary while
    /// that is away.
    pub fn replica(&self) -> &Reader {
        &self.replica
    }

    /// Whether [`Self::replica`] is a server of its own.
    pub fn has_replica(&self) -> bool {
        self.has_replica
    }

    /// Begins a writing transaction. On SQLite it waits its turn and sees the latest data from its first statement, and
    /// is committed together with those that come at the same time, so it must be short; on PostgreSQL it is READ
    /// COMMITTED: lock rows (`lock_exclusive`) or update conditionally.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.begin_for(Span::Short).await
    }

    /// Begins a writing transaction that takes long, such as a seed: no other is committed together with it.
    pub async fn begin_long(&self) -> Result<Transaction, StoreError> {
        self.begin_for(Span::Long).await
    }

    async fn begin_for(&self, span: Span) -> Result<Transaction, StoreError> {
        let counter = self.counter.clone();
        match &self.begin {
            Begin::Pool(pool) => Ok(Transaction::own(pool.begin().await?, counter)),
            Begin::Group(group) => Ok(Transaction::member(group.transaction(span).await?, counter)),
        }
    }

    /// For single statements that are a transaction of their own.
    pub fn write(&self) -> &Writer {
        &self.write
    }

    /// The connections that write, for what has the database to itself.
    pub(crate) fn primary(&self) -> &DatabaseConnection {
        &self.primary
    }

    /// Sends statements without parameters, separated by semicolons, together: a transaction of their own. Returns how
    /// many rows they affected or found.
    pub async fn send_together(&self, sql: &str) -> Result<u64, StoreError> {
        let sent = match &self.begin {
            Begin::Pool(_) => self.write.execute_unprepared(sql).await?,
            Begin::Group(_) => {
                let tx = self.begin().await?;
                let sent = tx.execute_unprepared(sql).await?;
                tx.commit().await?;
                sent
            }
        };
        // sea-orm tells of no statement that is not prepared.
        self.counter.sent(sql);
        Ok(sent.rows_affected())
    }

    /// What was asked of it through this value and its clones.
    pub fn work(&self) -> Work {
        self.counter.work()
    }

    /// The statements that are sent through it and its clones while `work` runs, without those that begin and end
    /// transactions. For tests: it costs what it keeps.
    pub async fn recorded<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        self.counter.record(true);
        let outcome = work.await;
        (outcome, self.counter.record(false))
    }

    /// Whether the database answers, and whether it can be written: SQLite where the last writing failed. A replica that
    /// is away keeps nobody from being served.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.is_postgres() {
            let asked = sql::statement(&self.primary, ASKED, []);
            let answer = self.primary.query_one_raw(asked).await?;
            let answer = answer.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
            if answer.as_deref() == Some(READS_ONLY) {
                return Err(StoreError::Unavailable(DbErr::Custom("the database only reads".to_owned())));
            }
        } else {
            self.read.pool().ping().await?;
        }
        if self.writing.has_failed() {
            // Souk makes no use of the number; setting it is the smallest thing to write.
            self.write.execute_unprepared("PRAGMA user_version = 0").await?;
            self.writing.note(true);
        }
        Ok(())
    }

    pub async fn close(self) -> Result<(), StoreError> {
        self.read.pool().close_by_ref().await?;
        self.replica.pool().close_by_ref().await?;
        Ok(self.primary.close().await?)
    }

    /// Makes the schema of a shared PostgreSQL database; needed once, before migrations.
    pub(crate) async fn prepare(&self) -> Result<(), DbErr> {
        if let Backend::Postgres { schema: Some(schema) } = &*self.backend {
            self.primary.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")).await?;
        }
        Ok(())
    }
}
