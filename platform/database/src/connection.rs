//! Opening a subgraph's database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use platform_config::{DatabaseConfig, Synchronous, without_secrets};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::error::DatabaseError;
use crate::store_error::StoreError;
use crate::transaction::Transaction;
use crate::work::{Counter, Work};
use crate::writing::Writing;

/// How often a SQLite file is opened that another process is just making, and the pause between.
const OPEN_ATTEMPTS: u32 = 20;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

/// A connection to PostgreSQL that rested longer is tried before it is used: its server may have hung up.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

const URL: &str = "database.url";
const REPLICA_URL: &str = "database.replica_url";

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
    write: DatabaseConnection,
    /// The connections of `write`, for transactions: they commit by themselves.
    transactions: DatabaseConnection,
    read: DatabaseConnection,
    replica: DatabaseConnection,
    has_replica: bool,
    counter: Arc<Counter>,
    writing: Writing,
}

/// The connections of a database, as they were opened.
struct Connections {
    write: DatabaseConnection,
    read: DatabaseConnection,
    replica: Option<DatabaseConnection>,
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
            return Self::open_sqlite(config, &file, subgraph).await;
        }
        let url = config.url.replace("{subgraph}", subgraph);
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::open_postgres(config, &url, subgraph).await;
        }
        Err(DatabaseError::InvalidUrl { setting: URL, url: without_secrets(&url) })
    }

    async fn open_sqlite(
        config: &DatabaseConfig,
        file: &Path,
        subgraph: &str,
    ) -> Result<Self, DatabaseError> {
        let folder = file.parent().unwrap_or(Path::new("."));
        // For this user alone: it holds people's data and keys. SQLite gives the files beside it the same rights.
        let mut create = std::fs::OpenOptions::new();
        create.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
        let folder_failed = |source| DatabaseError::Folder { path: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(folder_failed)?;
        create.read(true).open(file).map_err(|source| match file.exists() {
            true => DatabaseError::File { path: file.display().to_string(), source },
            false => folder_failed(source),
        })?;
        let synchronous = match config.synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        };
        let address = format!("sqlite://{}", file.display());
        let writing = Writing::default();
        let connect = async |connections: u32, read_only: bool| {
            let mut options = ConnectOptions::new(format!("{address}?mode=rw"));
            let (writing, file) = (writing.clone(), file.to_owned());
            options
                .max_connections(connections)
                .min_connections(1)
                .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
                // There is no server that could have hung up.
                .test_before_acquire(false)
                .sqlx_logging(false)
                .map_sqlx_sqlite_before_acquire(move |connection, _| {
                    // What is written to a file that was moved or removed is lost: another connection finds it gone.
                    // To look takes a microsecond, less than another thread would.
                    let is_usable = file.exists() && writing.is_over(connection);
                    Box::pin(async move { Ok(is_usable) })
                })
                .map_sqlx_sqlite_opts(move |sqlite| {
                    let sqlite = sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(synchronous)
                        .foreign_keys(true)
                        .busy_timeout(Duration::from_secs(5));
                    if read_only { sqlite.pragma("query_only", "on") } else { sqlite }
                });
            open(options, subgraph, URL, &address).await
        };
        // Of processes that turn a new file to WAL at once, SQLite refuses all but one without waiting.
        let mut opened = connect(1, false).await;
        for _ in 1..OPEN_ATTEMPTS {
            if !opened.as_ref().is_err_and(DatabaseError::is_locked) {
                break;
            }
            tokio::time::sleep(OPEN_PAUSE).await;
            opened = connect(1, false).await;
        }
        let write = opened?;
        let read = connect(config.max_connections.get(), true).await?;
        let connections = Connections { write, read, replica: None };
        Ok(Self::new(subgraph, Backend::Sqlite { file: file.to_owned() }, connections, writing))
    }

    async fn open_postgres(
        config: &DatabaseConfig,
        url: &str,
        subgraph: &str,
    ) -> Result<Self, DatabaseError> {
        let schema = (!config.url.contains("{subgraph}")).then(|| subgraph.to_owned());
        let connect = async |setting: &'static str, url: &str| {
            // The driver's own message would show it whole.
            if url.parse::<PgConnectOptions>().is_err() {
                return Err(DatabaseError::InvalidUrl { setting, url: without_secrets(url) });
            }
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(config.max_connections.get())
                .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
                .connect_timeout(Duration::from_millis(config.acquire_timeout_ms))
                .statement_timeout(Duration::from_millis(config.statement_timeout_ms))
                .test_before_acquire_if_idle_for(TRUSTED_FOR)
                .set_application_name(format!("souk-{subgraph}"))
                .sqlx_logging(false);
            if let Some(schema) = &schema {
                options.set_schema_search_path(schema.clone());
            }
            open(options, subgraph, setting, &without_secrets(url)).await
        };
        let write = connect(URL, url).await?;
        let replica = match config.replica_url.as_str() {
            "" => None,
            replica => Some(connect(REPLICA_URL, &replica.replace("{subgraph}", subgraph)).await?),
        };
        let connections = Connections { read: write.clone(), write, replica };
        Ok(Self::new(subgraph, Backend::Postgres { schema }, connections, Writing::default()))
    }

    fn new(subgraph: &str, backend: Backend, connections: Connections, writing: Writing) -> Self {
        let Connections { write, read, replica } = connections;
        let counter = Arc::<Counter>::default();
        let read = counter.of_statements(read);
        Self {
            subgraph: subgraph.into(),
            backend: Arc::new(backend),
            has_replica: replica.is_some(),
            replica: replica.map_or_else(|| read.clone(), |replica| counter.of_statements(replica)),
            read,
            transactions: counter.of_statements(write.clone()),
            write: counter.of_single_writes(write),
            counter,
            writing,
        }
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
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Reads that may lag behind (lists, searches, reports): the read replica where there is one.
    pub fn replica(&self) -> &DatabaseConnection {
        &self.replica
    }

    /// Whether [`Self::replica`] is a server of its own.
    pub fn has_replica(&self) -> bool {
        self.has_replica
    }

    /// Begins a writing transaction. On SQLite it waits its turn and sees the latest data from its first statement;
    /// on PostgreSQL it is READ COMMITTED: lock rows (`lock_exclusive`) or update conditionally.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (!self.is_postgres()).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.transactions.begin_with_options(options).await?;
        Ok(Transaction::new(begun, self.counter.clone(), self.writing.clone()))
    }

    /// The writing connection, for single statements that are a transaction of their own. Of one that gives rows all are
    /// read ([`crate::sql::write_returning`]).
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Sends statements without parameters, separated by semicolons, in one round trip: a transaction of their own.
    /// Returns how many rows they affected or found, together.
    pub async fn send_together(&self, sql: &str) -> Result<u64, StoreError> {
        let affected = self.write.execute_unprepared(sql).await?.rows_affected();
        // sea-orm tells of no statement that is not prepared.
        self.counter.sent(sql);
        self.counter.committed();
        Ok(affected)
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

    /// Whether the database answers, and its replica, and whether SQLite can be written where the last writing failed.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read.ping().await?;
        if self.has_replica {
            self.replica.ping().await?;
        }
        if self.writing.has_failed() && !self.is_postgres() {
            // Souk makes no use of the number; setting it is the smallest thing to write.
            self.write.execute_unprepared("PRAGMA user_version = 0").await?;
            self.writing.note(true);
        }
        Ok(())
    }

    pub async fn close(self) -> Result<(), StoreError> {
        self.read.close().await?;
        self.replica.close().await?;
        Ok(self.write.close().await?)
    }

    /// Makes the schema of a shared PostgreSQL database; needed once, before migrations.
    pub(crate) async fn prepare(&self) -> Result<(), DbErr> {
        if let Backend::Postgres { schema: Some(schema) } = &*self.backend {
            self.write.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")).await?;
        }
        Ok(())
    }
}

async fn open(
    options: ConnectOptions,
    subgraph: &str,
    setting: &'static str,
    address: &str,
) -> Result<DatabaseConnection, DatabaseError> {
    sea_orm::Database::connect(options).await.map_err(|source| DatabaseError::Unreachable {
        subgraph: subgraph.to_owned(),
        setting,
        address: address.to_owned(),
        source,
    })
}
