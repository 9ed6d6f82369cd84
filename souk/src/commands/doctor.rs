//! `souk doctor`: looks at everything that a start needs, and names what is wrong and what to do about it. It fails by
//! what keeps `serve` from starting alone; what else is to be known is a warning. It leaves nothing behind.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use platform_database::Database;

use super::{demo, demo_rights};
use crate::cli::ServeArgs;
use crate::config::SoukConfig;
use crate::subgraphs::{self, Parts, Registered};
use crate::{checks, data_folder, output, supergraph};

/// What is right, or what is to be known although it keeps nothing from starting.
enum Found {
    Well(String),
    Warning(String),
}

impl From<String> for Found {
    fn from(found: String) -> Self {
        Self::Well(found)
    }
}

/// What depends on the tables of a database, before they are there.
const NOT_YET: &str = "told once the database is made and migrated, at the next start";

pub async fn run(file: Option<&Path>, args: &ServeArgs) -> Result<ExitCode> {
    let mut healthy = true;
    let mut report = |what: &str, result: Result<Found>| match result {
        Ok(Found::Well(found)) => output::line(&format!("ok     {what}: {found}")),
        Ok(Found::Warning(found)) => output::line(&format!("WARN   {what}: {found}")),
        Err(error) => {
            healthy = false;
            output::line(&format!("FAULT  {what}: {}", output::sentence(&error)));
        }
    };
    let config = match SoukConfig::load(file) {
        Ok(config) => {
            let found =
                SoukConfig::file(file).map_or("defaults".to_owned(), |file| file.display().to_string());
            report("configuration", Ok(found.into()));
            config
        }
        Err(error) => {
            report("configuration", Err(error.into()));
            output::note("the rest is checked once the configuration can be read");
            return Ok(ExitCode::FAILURE);
        }
    };
    let parts = match Parts::parse(&args.parts) {
        Ok(parts) => parts,
        Err(error) => {
            report("parts", Err(error));
            return Ok(ExitCode::FAILURE);
        }
    };
    for (what, result) in checks::all(&config, &parts) {
        report(&what, result.map(Found::from));
    }
    report("payments", Ok(payments(&config)));
    report("rights of files", Ok(rights(&config)));
    report("open files", Ok(open_files(&config)));
    for subgraph in subgraphs::ALL.iter().filter(|each| parts.subgraphs.contains(&each.name)) {
        report(&format!("database of {}", subgraph.name), database(&config, subgraph).await.map(Found::from));
    }
    if let Some(first) = parts.subgraphs.first().filter(|_| !config.is_embedded()) {
        report("connections to PostgreSQL", connections(&config, first, parts.subgraphs.len()).await);
    }
    if parts.subgraphs.contains(&"users") {
        report("keys of tokens", keys_of_tokens(&config).await.map(Found::from));
        report("demo users", demo_users(&config).await);
        report("rights from the demo", rights_from_the_demo(&config).await);
    }
    if config.demo && parts.is_whole() {
        report("room for demo data", ground(&config).await.map(Found::from));
    }
    report("supergraph", supergraph().map(Found::from));
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn payments(config: &SoukConfig) -> Found {
    match config.sandbox_warning() {
        Some(warning) => Found::Warning(warning.to_owned()),
        None if config.demo => Found::Well("through the sandbox gateway, for the demo".to_owned()),
        None => Found::Well("without the sandbox gateway".to_owned()),
    }
}

/// Others can read what lies there until the next start, which closes it.
fn rights(config: &SoukConfig) -> Found {
    let open = data_folder::open_to_others(&config.data_dir);
    match open.first() {
        Some(first) => Found::Warning(format!(
            "others can read {} and {} more; the next start closes them",
            first.display(),
            open.len().saturating_sub(1)
        )),
        None => Found::Well("for their owner alone".to_owned()),
    }
}

fn open_files(config: &SoukConfig) -> Found {
    let (most, wanted) = (platform_listener::most_connections(), config.gateway.router.max_connections);
    match most < wanted {
        true => Found::Warning(format!(
            "{most} connections at once, not {wanted} (gateway.max_connections): raise the limit of open files (ulimit -n)"
        )),
        false => Found::Well(format!("enough for {wanted} connections")),
    }
}

/// Those of a demo that was here before, where it is off now.
async fn demo_users(config: &SoukConfig) -> Result<Found> {
    if config.demo {
        return Ok(Found::Well("can log in, for the demo".to_owned()));
    }
    let Some(database) = made(config, "users").await? else { return Ok(Found::Well(NOT_YET.to_owned())) };
    let count = users::demo::count(&database).await;
    database.close().await?;
    Ok(demo::left_over(count?).map_or_else(|| Found::Well("none".to_owned()), Found::Warning))
}

async fn rights_from_the_demo(config: &SoukConfig) -> Result<Found> {
    if config.demo {
        return Ok(Found::Well("in force, for the demo".to_owned()));
    }
    let Some(database) = made(config, "users").await? else { return Ok(Found::Well(NOT_YET.to_owned())) };
    let held = users::demo::held(&database).await;
    database.close().await?;
    Ok(demo_rights::warning(&held?).map_or_else(|| Found::Well("none".to_owned()), Found::Warning))
}

async fn keys_of_tokens(config: &SoukConfig) -> Result<String> {
    let Some(database) = made(config, "users").await? else { return Ok(NOT_YET.to_owned()) };
    let checked = users::check_signing_key(&database, &config.auth).await;
    database.close().await?;
    checked?;
    Ok("can be read".to_owned())
}

/// Whether the start makes demo data, or finds a shop that is no demo.
async fn ground(config: &SoukConfig) -> Result<String> {
    let mut databases = demo::ground::Databases::new();
    for name in subgraphs::names() {
        databases.extend(made(config, name).await?.map(|database| (name, database)));
    }
    let checked = demo::ground::check(&databases).await;
    for database in databases.into_values() {
        database.close().await?;
    }
    checked?;
    Ok("the databases are empty, or a demo's".to_owned())
}

/// The database of a subgraph, if it is there with all its tables.
async fn made(config: &SoukConfig, name: &str) -> Result<Option<Database>> {
    if !config.has_database(name) {
        return Ok(None);
    }
    let database = Database::open(&config.database, &config.data_dir, name).await?;
    let subgraph = subgraphs::find(name).context("there is such a subgraph")?;
    if subgraph.pending(&database).await? > 0 {
        database.close().await?;
        return Ok(None);
    }
    Ok(Some(database))
}

async fn database(config: &SoukConfig, subgraph: &Registered) -> Result<String> {
    let name = subgraph.name;
    let file = Database::sqlite_file(&config.database, &config.data_dir, name);
    if let Some(file) = file.filter(|_| !config.has_database(name)) {
        return Ok(format!("{} will be made at the first start", file.display()));
    }
    let database = Database::open(&config.database, &config.data_dir, name).await?;
    database.ping().await.context("it was opened but does not answer")?;
    let pending = subgraph.pending(&database).await?;
    database.close().await?;
    anyhow::ensure!(
        pending == 0 || config.is_embedded(),
        "{pending} migrations are missing; run `souk migrate`"
    );
    Ok(match pending {
        0 => "up to date".to_owned(),
        n => format!("{n} migrations to be made at the next start"),
    })
}

/// Whether PostgreSQL allows as many connections as a process with so many subgraphs may open.
async fn connections(config: &SoukConfig, subgraph: &str, subgraphs: usize) -> Result<Found> {
    let database = Database::open(&config.database, &config.data_dir, subgraph).await?;
    let most = database.most_connections().await;
    database.close().await?;
    let each = i64::from(config.database.max_connections.get());
    let wanted = each.saturating_mul(i64::try_from(subgraphs).unwrap_or(i64::MAX));
    Ok(match most? {
        Some(most) if most < wanted => Found::Warning(format!(
            "{most} are allowed in all, and this process may open {wanted} ({subgraphs} × database.max_connections): \
             set database.max_connections lower, or raise the limit of the server, role or database"
        )),
        _ => Found::Well(format!("enough for the {wanted} of this process")),
    })
}

/// Whether the supergraph of this build is what its subgraphs compose to.
fn supergraph() -> Result<String> {
    let composed = router_composition::compose(&supergraph::schemas()).map_err(|errors| {
        anyhow::anyhow!(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    anyhow::ensure!(
        composed.supergraph_sdl == supergraph::SUPERGRAPH,
        "it is stale; run `souk compose` and build again"
    );
    Ok(format!("{} subgraphs", subgraphs::ALL.len()))
}
