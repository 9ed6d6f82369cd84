//! SQLite: one connection that writes, and those that read.

use std::path::Path;
use std::time::Duration;

use platform_config::{DatabaseConfig, Synchronous};
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, DatabaseConnection};

use super::URL;
use crate::error::DatabaseError;
use crate::writing::Writing;

/// How often a file is opened that another process is just making, and the pause between.
const OPEN_ATTEMPTS: u32 = 20;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Connections {
    pub write: DatabaseConnection,
    pub read: DatabaseConnection,
}

/// Makes the file if it is not there. `writing` listens to the connection that writes.
pub(crate) async fn open(
    config: &DatabaseConfig,
    file: &Path,
    subgraph: &str,
    writing: &Writing,
) -> Result<Connections, DatabaseError> {
    make(file)?;
    let connect = async |connections, listener| {
        let address = format!("sqlite://{}", file.display());
        super::open(options(config, file, &address, connections, listener), subgraph, URL, &address).await
    };
    // Of processes that turn a new file to WAL at once, SQLite refuses all but one without waiting.
    let mut opened = connect(1, Some(writing)).await;
    for _ in 1..OPEN_ATTEMPTS {
        if !opened.as_ref().is_err_and(DatabaseError::is_locked) {
            break;
        }
        tokio::time::sleep(OPEN_PAUSE).await;
        opened = connect(1, Some(writing)).await;
    }
    let write = opened?;
    let read = connect(config.max_connections.get(), None).await?;
    Ok(Connections { write, read })
}

/// For this user alone: it holds people's data and keys. SQLite gives the files beside it the same rights.
fn make(file: &Path) -> Result<(), DatabaseError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut create = std::fs::OpenOptions::new();
    create.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    let folder_failed = |source| DatabaseError::Folder { path: folder.display().to_string(), source };
    std::fs::create_dir_all(folder).map_err(folder_failed)?;
    create.read(true).open(file).map(drop).map_err(|source| match file.exists() {
        true => DatabaseError::File { path: file.display().to_string(), source },
        false => folder_failed(source),
    })
}

/// Of connections that write, with a `listener`, or that only read.
fn options(
    config: &DatabaseConfig,
    file: &Path,
    address: &str,
    connections: u32,
    listener: Option<&Writing>,
) -> ConnectOptions {
    let synchronous = match config.synchronous {
        Synchronous::Full => SqliteSynchronous::Full,
        Synchronous::Normal => SqliteSynchronous::Normal,
    };
    let read_only = listener.is_none();
    let mut options = ConnectOptions::new(format!("{address}?mode=rw"));
    let (file, watched) = (file.to_owned(), listener.cloned());
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
        // There is no server that could have hung up.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_before_acquire(move |connection, _| {
            let is_over = match &watched {
                Some(writing) => writing.is_over(connection),
                None => !connection.is_in_transaction(),
            };
            // What is written to a file that was moved or removed is lost: another connection finds it gone.
            // To look takes a microsecond, less than another thread would.
            let is_usable = is_over && file.exists();
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
    if let Some(writing) = listener.cloned() {
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let writing = writing.clone();
            pool.after_connect(move |connection, _| {
                let writing = writing.clone();
                Box::pin(async move { writing.listen(connection).await })
            })
        });
    }
    options
}
