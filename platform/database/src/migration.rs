//! Migrations under a lock, so that processes which start together run them once.

use std::fs::File;

use sea_orm::{ConnectionTrait, DbErr, TransactionTrait};
use sea_orm_migration::MigratorTrait;

use crate::connection::{Backend, Database};
use crate::error::DatabaseError;

/// Key of PostgreSQL's advisory lock; locks are per database, so one number serves every subgraph with its own.
const ADVISORY_LOCK: i64 = 0x536F_756B;

/// Brings the database up to date and returns how many migrations ran. Waits for another process that migrates.
pub async fn migrate<M: MigratorTrait>(database: &Database) -> Result<usize, DatabaseError> {
    let failed = |source| DatabaseError::of_migration(database.subgraph(), source);
    match database.backend() {
        Backend::Sqlite { file } => {
            let path = file.with_extension("lock");
            let lock_failed = |source| DatabaseError::Lock { path: path.display().to_string(), source };
            let lock = tokio::task::spawn_blocking({
                let path = path.clone();
                move || File::create(path).and_then(|file| file.lock().map(|()| file))
            })
            .await
            .map_err(|e| lock_failed(std::io::Error::other(e)))?
            .map_err(lock_failed)?;
            let applied = run::<M>(database).await.map_err(failed)?;
            drop(lock);
            Ok(applied)
        }
        Backend::Postgres { .. } => {
            // The lock lives in a transaction of its own, so that it is released however this process ends.
            let lock = database.primary().begin().await.map_err(failed)?;
            let key = ADVISORY_LOCK;
            lock.execute_unprepared("SET LOCAL statement_timeout = 0").await.map_err(failed)?;
            lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({key})")).await.map_err(failed)?;
            let applied = run::<M>(database).await.map_err(failed)?;
            lock.commit().await.map_err(failed)?;
            Ok(applied)
        }
    }
}

async fn run<M: MigratorTrait>(database: &Database) -> Result<usize, DbErr> {
    database.prepare().await?;
    let pending = M::get_pending_migrations(database.primary()).await?.len();
    if pending > 0 {
        M::up(database.primary(), None).await?;
    }
    Ok(pending)
}

/// How many migrations this build knows that the database has not had. `serve` refuses to start when there are any.
pub async fn pending<M: MigratorTrait>(database: &Database) -> Result<usize, DatabaseError> {
    M::get_pending_migrations_read_only(database.read().pool())
        .await
        .map(|pending| pending.len())
        .map_err(|source| DatabaseError::of_migration(database.subgraph(), source))
}
