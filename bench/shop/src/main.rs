//! What the shop costs: requests per second, latency, CPU and memory of a release build of Souk under load, through
//! its router over HTTP. `scripts/bench` builds, starts PostgreSQL and runs it on both databases.
//!
//! The load comes from this process, on the same cores: rates depend on it, the CPU per request does not, since only
//! Souk's processes and PostgreSQL's are counted. What a request leaves to be done in the background (events, index,
//! sagas) is counted too: each measurement ends when the processes are idle again.

mod connection;
mod flash_sale;
mod flood;
mod installation;
mod load;
mod operations;
mod processes;
mod report;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};

use crate::installation::Installation;
use crate::operations::Operation;
use crate::report::Report;
use crate::world::World;

/// That of the binary `souk`, so that what is measured here is what is served there.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Measures a release build of Souk under load.
#[derive(Debug, Parser)]
struct Arguments {
    /// The databases to measure on.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    databases: Vec<Database>,
    /// A superuser's URL of a PostgreSQL server on this machine; a fresh database is made and dropped.
    #[arg(long, env = "BENCH_POSTGRES_URL")]
    postgres_url: Option<String>,
    /// The process id of that server's postmaster, whose CPU time is counted.
    #[arg(long, env = "BENCH_POSTGRES_PID")]
    postgres_pid: Option<u32>,
    /// How many connections send requests, each its next one when the last is answered.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 50])]
    connections: Vec<usize>,
    /// How long each operation is measured.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Only these operations; all and the flash sale by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    operations: Vec<Operation>,
    /// Only a flood of logins and dear queries, and the memory that is given back after it.
    #[arg(long)]
    flood: bool,
    /// The binary to measure; by default the one beside this.
    #[arg(long)]
    souk: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let souk = match &arguments.souk {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("souk"),
    };
    ensure!(
        souk.is_file(),
        "{} does not exist: build it with `cargo build --release -p souk`",
        souk.display()
    );
    for database in &arguments.databases {
        measure(*database, souk.clone(), &arguments).await?;
    }
    Ok(())
}

async fn measure(database: Database, souk: PathBuf, arguments: &Arguments) -> Result<()> {
    let server = match database {
        Database::Sqlite => None,
        Database::Postgres => Some(installation::Postgres {
            url: arguments.postgres_url.clone().context("set --postgres-url, or run scripts/bench")?,
            postmaster: arguments.postgres_pid.context("set --postgres-pid, or run scripts/bench")?,
        }),
    };
    let mut installation = Installation::prepare(souk, server)?;
    let seeding = installation.start().await?;
    installation.stop().await?;
    let first_answer = installation.start().await?;
    let processes = installation.processes()?;
    processes.settle().await?;
    let idle = processes.souk.resident()?;

    let report = Report::new(database);
    report.start(seeding, first_answer, idle);
    let world = World::prepare(installation.address()).await?;
    let all = arguments.operations.is_empty() && !arguments.flood;
    for operation in Operation::value_variants() {
        if !all && !arguments.operations.contains(operation) {
            continue;
        }
        for connections in &arguments.connections {
            let duration = Duration::from_secs(arguments.seconds);
            let measured = load::run(*operation, &world, &processes, *connections, duration).await?;
            report.operation(*operation, *connections, &measured);
        }
    }
    if all {
        let sale = flash_sale::run(&world, &processes).await?;
        report.flash_sale(&sale);
    }
    if all || arguments.flood {
        let flood = flood::run(&world, &processes).await?;
        report.flood(&flood);
    }
    report.memory(processes.souk.peak()?);
    installation.stop().await
}
