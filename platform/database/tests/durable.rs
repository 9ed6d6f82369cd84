//! What was answered is in SQLite's file, whatever ends the process or the disk: a kill, or a file that can grow no
//! more, which fails in the middle of a commit.
//!
//! This binary runs itself as the process that writes.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and the process that writes says what was answered"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use platform_config::DatabaseConfig;
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError, sql};
use sea_orm::ConnectionTrait;

/// The folder that the process writes in.
const FOLDER: &str = "SOUK_DURABLE_FOLDER";
/// At the same time.
const WRITERS: usize = 8;
/// After so many answers the process is killed.
const ANSWERS: usize = 400;
const TEXT: usize = 2_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match std::env::var_os(FOLDER) {
        Some(folder) => runtime.block_on(write(&PathBuf::from(folder))),
        None => runtime.block_on(async {
            what_was_answered_survives_a_kill().await;
            what_was_answered_survives_a_disk_that_fails().await;
        }),
    }
}

async fn open(folder: &Path) -> Database {
    Database::open(&DatabaseConfig::default(), folder, "durable").await.unwrap()
}

/// Writes at several places at once, and says each time what was answered, until that fails.
async fn write(folder: &Path) {
    let database = open(folder).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut n = 0;
                loop {
                    let name = format!("{writer}-{n}");
                    if let Err(failed) = write_one(&database, &name).await {
                        return failed;
                    }
                    say(&name);
                    n += 1;
                }
            })
        })
        .collect();
    for writer in writers {
        let failed = writer.await.unwrap();
        assert_eq!(failed.code(), ErrorCode::Unavailable, "{failed:?}");
    }
    say("failed");
}

async fn write_one(database: &Database, name: &str) -> Result<(), StoreError> {
    let tx = database.begin().await?;
    let insert = "INSERT INTO texts VALUES ($1, $2)";
    tx.execute_raw(sql::statement(&*tx, insert, [name.into(), "x".repeat(TEXT).into()])).await?;
    tx.commit().await
}

/// In one call, so that a kill does not leave half of it.
fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

async fn made(folder: &Path) {
    let database = open(folder).await;
    database.write().execute_unprepared("CREATE TABLE texts (name TEXT, text TEXT)").await.unwrap();
    database.close().await.unwrap();
}

async fn written(folder: &Path) -> BTreeSet<String> {
    let database = open(folder).await;
    let rows = "SELECT name FROM texts";
    let rows = database.read().query_all_raw(sql::statement(database.read(), rows, [])).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path()).await;
    let mut process = Command::new(std::env::current_exe().unwrap())
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut names: BTreeSet<String> = answered.by_ref().take(ANSWERS).map(Result::unwrap).collect();
    process.kill().unwrap();
    process.wait().unwrap();
    // And what it said until it died.
    names.extend(answered.map(Result::unwrap));
    let written = written(folder.path()).await;
    let lost: Vec<_> = names.difference(&written).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // Each writer may have written one more that was not answered.
    assert!(written.len() <= names.len() + WRITERS, "{} of {}", names.len(), written.len());
    println!("{} answers survived a kill", names.len());
}

async fn what_was_answered_survives_a_disk_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path()).await;
    // No file grows beyond so many blocks: the write-ahead log, which is written at a commit, comes there first.
    let limited = "trap '' XFSZ; ulimit -f 1000; exec \"$0\"";
    let said = Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    let (answered, failed): (BTreeSet<_>, BTreeSet<_>) =
        said.lines().map(str::to_owned).partition(|line| line != "failed");
    assert!(answered.len() > WRITERS && failed.len() == 1, "{said}");
    assert_eq!(written(folder.path()).await, answered);
    println!("{} answers survived a disk that failed", answered.len());
}
