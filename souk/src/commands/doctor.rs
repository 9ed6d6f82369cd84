//! `souk doctor`: looks at everything that a start needs, and names what is wrong and what to do about it. It leaves
//! nothing behind.

use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use platform_core::SystemClock;
use platform_database::Database;
use platform_identity::InternalKeys;
use std::sync::Arc;

use super::demo;
use crate::config::SoukConfig;
use crate::subgraphs::{self, Registered};
use crate::{data_folder, output};

pub async fn run(file: Option<&Path>) -> Result<ExitCode> {
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
    report("demo data", config.check_demo().map(|()| if config.demo { "on" } else { "off" }.to_owned()));
    report("names in settings", config.check_names().map(|()| "all are known".to_owned()));
    report("payments", payments(&config));
    report("mail", config.check_mail());
    report("data folder", config.check_data_dir());
    report("rights of files", rights(&config));
    report("open files", open_files(&config));
    report("signing key", key(&config));
    report("gateway.listen", port(config.gateway.listen));
    for subgraph in &subgraphs::ALL {
        report(&format!("database of {}", subgraph.name), database(&config, subgraph).await);
    }
    report("demo users", demo_users(&config).await);
    report("supergraph", supergraph());
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn key(config: &SoukConfig) -> Result<String> {
    let path = match config.auth.internal_key_file.as_str() {
        "" => config.data_dir.join("keys").join("internal.pem"),
        path => path.into(),
    };
    if !path.exists() && config.auth.internal_key_file.is_empty() {
        return Ok("made at the first start".to_owned());
    }
    InternalKeys::load(&path, Arc::new(SystemClock))?;
    Ok(path.display().to_string())
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
    let (most, wanted) = (platform_listener::most_connections(), config.gateway.max_connections);
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
    let file = Database::sqlite_file(&config.database, &config.data_dir, "users");
    if file.is_some_and(|file| !file.exists()) {
        return Ok("none".to_owned());
    }
    let database = Database::open(&config.database, &config.data_dir, "users").await?;
    // Without its tables there is nobody in it.
    let count = users::demo::count(&database).await.unwrap_or_default();
    database.close().await?;
    match demo::left_over(count) {
        Some(warning) => anyhow::bail!(warning),
        None => Ok("none".to_owned()),
    }
}

fn port(address: std::net::SocketAddr) -> Result<String> {
    TcpListener::bind(address)
        .with_context(|| format!("{address} cannot be listened on; is Souk or another process there?"))?;
    Ok(format!("{address} is free"))
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
