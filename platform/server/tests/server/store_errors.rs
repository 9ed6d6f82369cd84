//! What a database that is away is told from: a statement that is wrong.

use std::num::NonZeroU32;

use platform_config::DatabaseConfig;
use platform_core::error::retry_after;
use platform_core::{ApiError, ErrorCode};
use platform_database::sql::statement;
use platform_database::{Backend, Database, DatabaseError, StoreError, Violation};
use platform_testkit::{TestDatabase, eventually};
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::sample::Sample;

/// With one connection, for which nobody waits long.
async fn open(test: &TestDatabase) -> Database {
    let config =
        DatabaseConfig { max_connections: NonZeroU32::MIN, acquire_timeout_ms: 200, ..test.config().clone() };
    Database::open(&config, &test.data_dir(), "sample").await.unwrap()
}

async fn write(database: &Database, sql: &str) -> Result<(), StoreError> {
    let tx = database.begin().await?;
    tx.execute_unprepared(sql).await?;
    tx.commit().await
}

#[track_caller]
fn assert_away(error: &StoreError) {
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!((error.code(), retry_after(error)), (ErrorCode::Unavailable, Some(5)));
}

#[track_caller]
fn assert_defect(error: &StoreError) {
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    assert_eq!((error.code(), retry_after(error)), (ErrorCode::Internal, None));
}

/// Check 58: a pool of which no connection comes free in time, or that is closed, is a database that is away.
#[tokio::test]
async fn a_pool_that_is_exhausted_or_closed_is_away() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    let held = database.begin().await.unwrap();
    assert_away(&database.begin().await.err().unwrap());
    held.rollback().await.unwrap();
    database.begin().await.unwrap().rollback().await.unwrap();
    database.clone().close().await.unwrap();
    assert_away(&database.begin().await.err().unwrap());
    assert_away(&database.ping().await.unwrap_err());
}

#[tokio::test]
async fn a_wrong_statement_and_a_broken_constraint_are_defects() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    assert_defect(&write(&database, "DELETE FROM nowhere").await.unwrap_err());
    let table = "CREATE TABLE things (id INTEGER PRIMARY KEY CHECK (id > 0)); INSERT INTO things VALUES (1)";
    write(&database, table).await.unwrap();
    let twice = write(&database, "INSERT INTO things VALUES (1)").await.unwrap_err();
    assert_defect(&twice);
    assert!(twice.is_unique_violation() && !twice.is_check_violation());
    let negative = write(&database, "INSERT INTO things VALUES (-1)").await.unwrap_err();
    assert_defect(&negative);
    assert!(negative.is_check_violation() && !negative.is_unique_violation());
}

/// Check 58: SQLite whose file is held by another process, on a full disk, or moved away is away; with the file back
/// everything is there that was answered before.
#[tokio::test]
async fn a_file_of_sqlite_that_is_busy_full_or_moved_is_away() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    let Backend::Sqlite { file } = database.backend() else { return };
    write(&database, "CREATE TABLE things (text BLOB)").await.unwrap();

    let other = open(&test).await;
    let held = other.begin().await.unwrap();
    database.write().execute_unprepared("PRAGMA busy_timeout = 0").await.unwrap();
    assert_away(&database.begin().await.err().unwrap());
    held.rollback().await.unwrap();
    other.close().await.unwrap();

    database.write().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    assert_away(&write(&database, "INSERT INTO things VALUES (zeroblob(1000000))").await.unwrap_err());
    database.begin().await.unwrap().rollback().await.unwrap();
    database.write().execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
    write(&database, "INSERT INTO things VALUES ('before')").await.unwrap();

    let aside = file.with_extension("aside");
    std::fs::rename(file, &aside).unwrap();
    assert_away(&database.ping().await.unwrap_err());
    assert_away(&write(&database, "INSERT INTO things VALUES ('lost')").await.unwrap_err());
    assert!(!file.exists(), "no empty file takes its place");
    std::fs::rename(&aside, file).unwrap();
    database.ping().await.unwrap();
    assert_eq!(write(&database, "INSERT INTO things VALUES ('after')").await.ok(), Some(()));
    let sql = "SELECT group_concat(text, ' ') AS texts FROM things";
    let rows = database.read().query_all_raw(statement(database.read(), sql, [])).await;
    let texts: String = rows.unwrap().first().unwrap().try_get("", "texts").unwrap();
    assert_eq!(texts, "before after");
}

/// Check 58: connections that were opened while PostgreSQL only read, as after a failover, do not stay; meanwhile the database
/// is not ready.
#[tokio::test]
async fn connections_from_when_postgres_only_read_are_replaced() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    let Backend::Postgres { .. } = database.backend() else { return };
    write(&database, "CREATE TABLE things (text TEXT)").await.unwrap();
    let only_read = |on: &str| {
        format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {on}', current_database()); END $$"
        )
    };
    write(&database, &only_read("on")).await.unwrap();
    let other = open(&test).await;
    assert_away(&write(&other, "INSERT INTO things VALUES ('refused')").await.unwrap_err());
    assert_away(&other.ping().await.unwrap_err());
    assert_eq!(other.read().execute_unprepared("SELECT * FROM things").await.unwrap().rows_affected(), 0);
    write(&database, &only_read("off")).await.unwrap();
    eventually(|| async { other.ping().await.is_ok() }).await;
    write(&other, "INSERT INTO things VALUES ('kept')").await.unwrap();
}

/// Subgraphs that share a database of PostgreSQL have a schema each.
#[tokio::test]
async fn the_tables_of_a_shared_database_are_in_the_subgraphs_schema() {
    let test = TestDatabase::create::<Sample>().await;
    let url = test.config().url.replace("{subgraph}", "sample");
    if url.is_empty() {
        return;
    }
    let config = DatabaseConfig { url, ..test.config().clone() };
    let shared = Database::open(&config, &test.data_dir(), "sample").await.unwrap();
    let path = shared.read().query_one_raw(statement(shared.read(), "SHOW search_path", [])).await.unwrap();
    assert_eq!(path.unwrap().try_get_by_index::<String>(0).unwrap(), "sample");
}

/// Check 58: a proxy that takes connections and has no PostgreSQL behind it is a database that is away.
#[tokio::test]
async fn an_address_where_no_postgres_answers_is_away() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    if !database.is_postgres() {
        return;
    }
    let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = proxy.local_addr().unwrap();
    let hangs_up = tokio::spawn(async move {
        loop {
            drop(proxy.accept().await.unwrap());
        }
    });
    let url = format!("postgres://postgres@{address}/{{subgraph}}");
    let config = DatabaseConfig { url, acquire_timeout_ms: 200, ..test.config().clone() };
    let refused = Database::open(&config, &test.data_dir(), "sample").await.err().unwrap();
    let DatabaseError::Unreachable { source, .. } = refused else { panic!("{refused:?}") };
    assert_away(&StoreError::from(source));
    hangs_up.abort();
}

/// Check 58: of PostgreSQL the SQLSTATE tells.
#[tokio::test]
async fn a_server_of_postgres_that_stops_or_is_full_is_away() {
    let test = TestDatabase::create::<Sample>().await;
    let database = open(&test).await;
    if !database.is_postgres() {
        return;
    }
    let raised = async |code: &str| {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '{code}'; END $$");
        write(&database, &sql).await.unwrap_err()
    };
    for code in ["08006", "25006", "3D000", "53100", "53200", "53300", "57P01", "57P02", "57P03", "57P04"] {
        assert_away(&raised(code).await);
    }
    // Too slow, or undone for the sake of others.
    for code in ["40001", "40P01", "55P03", "57014"] {
        assert_away(&raised(code).await);
    }
    for code in ["22001", "23505", "28P01", "42P01", "55000", "XX000"] {
        assert_defect(&raised(code).await);
    }
    let killed = write(&database, "SELECT pg_terminate_backend(pg_backend_pid())").await.unwrap_err();
    assert_away(&killed);
    database.begin().await.unwrap().rollback().await.unwrap();
}
