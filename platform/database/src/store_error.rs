//! Why a database gave no result.
//!
//! Owns: the one error of everything that asks a database, and what of it a caller is told. It tells whether to try
//! again; what happened is the source of the error, which is logged and never shown.

use platform_core::{ApiError, ErrorCode};
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError, sqlx};

/// Cheap to clone: one batch of a loader fails for all who wait for it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database is closed, full, missing, out of reach or too slow, or all connections to it are in use. What was
    /// asked can be asked again.
    #[error("the data cannot be reached at the moment; try again")]
    Unavailable(#[source] DbErr),
    /// Everything else: a statement that is wrong or against a constraint, a row that cannot be read.
    #[error("the database refused a statement, or gave what cannot be read")]
    Failed(#[source] DbErr),
}

/// Which constraint a statement broke, of the error of a query and of what it became.
pub trait Violation {
    /// Whether a unique constraint or index forbade the statement.
    fn is_unique_violation(&self) -> bool;

    /// Whether a CHECK constraint forbade the statement.
    fn is_check_violation(&self) -> bool;
}

impl Violation for DbErr {
    fn is_unique_violation(&self) -> bool {
        matches!(self.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    fn is_check_violation(&self) -> bool {
        let driver = driver_error(self).and_then(SqlxError::as_database_error);
        driver.is_some_and(|error| error.kind() == sqlx::error::ErrorKind::CheckViolation)
    }
}

impl Violation for StoreError {
    fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_unique_violation())
    }

    fn is_check_violation(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_check_violation())
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if is_away(&error) { Self::Unavailable(error) } else { Self::Failed(error) }
    }
}

impl ApiError for StoreError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Failed(_) => ErrorCode::Internal,
        }
    }
}

platform_core::api_error!(StoreError);

/// Gives a feature's error, which has a variant `#[from] StoreError`, its conversion from the error of a query: for `?`
/// right behind one.
#[macro_export]
macro_rules! query_error {
    ($($error:ty),+ $(,)?) => { $(
        impl From<sea_orm::DbErr> for $error {
            fn from(error: sea_orm::DbErr) -> Self {
                $crate::StoreError::from(error).into()
            }
        }
    )+ };
}

/// Whether it is the database that is away, and not the statement that is wrong.
pub(crate) fn is_away(error: &DbErr) -> bool {
    match error {
        // The pool is closed, or no connection of it came free in time.
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(source)) if takes_no_connections(source) => true,
        _ => driver_error(error).is_some_and(driver_is_away),
    }
}

/// Whether PostgreSQL's answer to a new connection is that the database takes none, or what answers is no PostgreSQL, such
/// as a proxy that has none behind it. To a statement the same SQLSTATE, `object_not_in_prerequisite_state`, says something
/// else.
fn takes_no_connections(error: &SqlxError) -> bool {
    matches!(error, SqlxError::Protocol(_))
        || error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "55000")
}

fn driver_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(source))
        | DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source)) => Some(source),
        _ => None,
    }
}

fn driver_is_away(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed => true,
        SqlxError::Database(error) => {
            match (error.try_downcast_ref::<sea_orm::SqlxPostgresError>(), error.code()) {
                (Some(postgres), _) => postgres_is_away(postgres.code()),
                (None, Some(code)) => sqlite_is_away(&code),
                (None, None) => false,
            }
        }
        _ => false,
    }
}

/// By SQLSTATE, <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres_is_away(code: &str) -> bool {
    match code {
        // The server is stopping or starting, was killed, or became a standby that only reads.
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" => true,
        // The statement, or a lock that it needs, took too long; or it met others, and was undone for them.
        "57014" | "55P03" | "40P01" | "40001" => true,
        // There is no such database, or it was dropped under the connection.
        "3D000" | "57P04" => true,
        // Connections that broke or are rejected; a disk, a memory or a number of connections that is full.
        code => ["08", "53"].iter().any(|class| code.starts_with(class)),
    }
}

/// By the result code, <https://www.sqlite.org/rescode.html>: the low byte of an extended one is the primary.
fn sqlite_is_away(code: &str) -> bool {
    /// Another process was writing for longer than is waited for.
    const BUSY: u32 = 5;
    /// The disk fails; a full one that has no room for the shared memory of the log says this too.
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    /// The file was moved or removed.
    const READONLY_DBMOVED: u32 = 1032;
    code.parse::<u32>()
        .is_ok_and(|code| code == READONLY_DBMOVED || matches!(code & 0xFF, BUSY | IOERR | FULL | CANTOPEN))
}
