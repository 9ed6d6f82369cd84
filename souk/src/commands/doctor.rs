//! `souk doctor`: looks at everything that a start needs, and names what is wrong and what to do about it. It leaves
//! nothing behind.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use platform_database::Database;

use super::{demo, demo_rights};
use crate::cli::ServeArgs;
use crate::config::SoukConfig;
use crate::subgraphs::{self, Parts, Registered};
use crate::{checks, data_folder, output};

/// What depends on the tables of users, before they are there.
const NOT_YET: &str = "told once the database is made and migrated, at the next start";

pub async fn run(file: Option<&Path>, args: &ServeArgs) -> Result<ExitCode> {
    let mut healthy = true;
    let mut report = |what: &str, result: Result<String>| match result {
        Ok(found) => output::line(&format!("ok     {what}: {found}")),
        Err(error) => {
            healthy = false;
            output::line(&format!("FAULT  {what}: {}", output::sentence(&error)));
        }
    };
    let config = match SoukConfig::load(file) {
        Ok(config) => {
            let found =
                SoukConfig::file(file).map_or("defaults".to_owned(), |file| file.display().to_string());
            report("configuration", Ok(found));
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
        report(&what, result);
    }
    report("payments", payments(&config));
    report("rights of files", rights(&config));
    report("open files", open_files(&config));
    for subgraph in subgraphs::ALL.iter().filter(|each| parts.subgraphs.contains(&each.name)) {
        report(&format!("database of {}", subgraph.name), database(&config, subgraph).await);
    }
    if parts.subgraphs.contains(&"users") {
        report("keys of tokens", keys_of_tokens(&config).await);
        report("demo users", demo_users(&config).await);
        report("rights from the demo", rights_from_the_demo(&config).await);
    }
    report("supergraph", supergraph());
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn payments(config: &SoukConfig) -> Result<String> {
    match config.sandbox_warning() {
        Some(warning) => anyhow::bail!(warning),
        None if config.demo => Ok("through the sandbox gateway, for the demo".to_owned()),
        None => Ok("without the sandbox gateway".to_owned()),
    }
}

/// Others can read what lies there until the next start, which closes it.
fn rights(config: &SoukConfig) -> Result<String> {
    let open = data_folder::open_to_others(&config.data_dir);
    if let Some(first) = open.first() {
        anyhow::bail!(
            "others can read {} and {} more; the next start closes them",
            first.display(),
            open.len().saturating_sub(1)
        );
    }
    Ok("for their owner alone".to_owned())
}

fn open_files(config: &SoukConfig) -> Result<String> {
    let (most, wanted) = (platform_listener::most_connections(), config.gateway.router.max_connections);
    Ok(match most < wanted {
        true => format!(
            "{most} connections at once, not {wanted} (gateway.max_connections): raise the limit of open files (ulimit -n)"
        ),
        false => format!("enough for {wanted} connections"),
    })
}

/// Those of a demo that was here before, where it is off now.
async fn demo_users(config: &SoukConfig) -> Result<String> {
    if config.demo {
        return Ok("can log in, for the demo".to_owned());
    }
    let Some(database) = users_database(config).await? else { return Ok(NOT_YET.to_owned()) };
    let count = users::demo::count(&database).await;
    database.close().await?;
    match demo::left_over(count?) {
        Some(warning) => anyhow::bail!(warning),
        None => Ok("none".to_owned()),
    }
}

async fn rights_from_the_demo(config: &SoukConfig) -> Result<String> {
    if config.demo {
        return Ok("in force, for the demo".to_owned());
    }
    let Some(database) = users_database(config).await? else { return Ok(NOT_YET.to_owned()) };
    let held = users::demo::held(&database).await;
    database.close().await?;
    match demo_rights::warning(&held?) {
        Some(warning) => anyhow::bail!(warning),
        None => Ok("none".to_owned()),
    }
}

async fn keys_of_tokens(config: &SoukConfig) -> Result<String> {
    let Some(database) = users_database(config).await? else { return Ok(NOT_YET.to_owned()) };
    let checked = users::check_signing_key(&database, &config.auth).await;
    database.close().await?;
    checked?;
    Ok("can be read".to_owned())
}

/// The database of users, if it is there with all its tables.
async fn users_database(config: &SoukConfig) -> Result<Option<Database>> {
    let file = Database::sqlite_file(&config.database, &config.data_dir, "users");
    if file.is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let database = Database::open(&config.database, &config.data_dir, "users").await?;
    let users = subgraphs::find("users").context("users is a subgraph")?;
    if users.pending(&database).await? > 0 {
        database.close().await?;
        return Ok(None);
    }
    Ok(Some(database))
}

async fn database(config: &SoukConfig, subgraph: &Registered) -> Result<String> {
    let name = subgraph.name;
    let file = Database::sqlite_file(&config.database, &config.data_dir, name);
    if let Some(file) = file.filter(|file| !file.exists()) {
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

/// Whether the supergraph of this build is what its subgraphs compose to.
fn supergraph() -> Result<String> {
    let composed = router_composition::compose(&subgraphs::schemas()).map_err(|errors| {
        anyhow::anyhow!(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    anyhow::ensure!(
        composed.supergraph_sdl == subgraphs::SUPERGRAPH,
        "it is stale; run `souk compose` and build again"
    );
    Ok(format!("{} subgraphs", subgraphs::ALL.len()))
}
