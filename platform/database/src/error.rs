//! Failures of opening and migrating a database.

use sea_orm::{DbErr, RuntimeErr};

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error(
        "{setting} = `{url}` is no database URL; write sqlite://path/{{subgraph}}.db or postgres://user:password@host/database, with signs such as # / ? @ in the password percent-encoded"
    )]
    InvalidUrl { setting: &'static str, url: String },
    #[error(
        "database.url = `{url}` is one file for all subgraphs, and each has its own; write {{subgraph}} in it, such as sqlite:///var/lib/souk/{{subgraph}}.db"
    )]
    SharedFile { url: String },
    #[error(
        "database.replica_url is set, but database.url is SQLite, which has no replicas; leave it out, or set database.url to a PostgreSQL server"
    )]
    ReplicaOfSqlite,
    #[error("the folder {path} for the database cannot be made or written; check its permissions")]
    Folder {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the database {path} cannot be read and written by this process; check its permissions")]
    File {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the database of {subgraph} was made by a newer Souk; install that release or newer")]
    Newer { subgraph: String },
    #[error(
        "the database of {subgraph} cannot be reached at {address}; check that it runs and that {setting} is right"
    )]
    Unreachable {
        subgraph: String,
        setting: &'static str,
        address: String,
        #[source]
        source: DbErr,
    },
    #[error("the migration of {subgraph}'s database failed")]
    Migration {
        subgraph: String,
        #[source]
        source: DbErr,
    },
    #[error("the migration lock {path} cannot be opened and locked; check its rights")]
    Lock {
        path: String,
        #[source]
        source: std::io::Error,
    },
}

impl DatabaseError {
    /// Why the migrations of `subgraph` could not be looked at or run. Of one that was applied and that this build does
    /// not have, sea-orm tells by its text alone.
    pub(crate) fn of_migration(subgraph: &str, source: DbErr) -> Self {
        let subgraph = subgraph.to_owned();
        match &source {
            DbErr::Custom(text) if text.contains("has been applied but its file is missing") => {
                Self::Newer { subgraph }
            }
            _ => Self::Migration { subgraph, source },
        }
    }

    /// Whether another process holds the file at this moment: SQLite's result code 5, SQLITE_BUSY.
    pub(crate) fn is_locked(&self) -> bool {
        let Self::Unreachable { source: DbErr::Conn(RuntimeErr::SqlxError(source)), .. } = self else {
            return false;
        };
        source.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "5")
    }
}
