//! What keeps a process from serving, as far as it can be told before anything is opened: `souk serve` refuses by these
//! and `souk doctor` reports each, so that neither knows of a fault that the other does not.
//!
//! Deliberately absent: databases, which both open by the same functions, and what is only to be warned of.

mod agreement;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::{Context, Result};
use platform_core::SystemClock;
use platform_database::Database;
use platform_identity::InternalKeys;
use platform_listener::AllowedHosts;
use platform_server::{PeerDirectory, check_address, remote_transport};
use platform_telemetry::Metrics;

use crate::config::SoukConfig;
use crate::data_folder;
use crate::gateway::{Process, gateway};
use crate::subgraphs::{self, Parts};

/// What was looked at, and what was found there or is wrong with it.
pub type Check = (String, Result<String>);

/// Every check for a process that serves `parts`, in the order in which they are told.
pub fn all(config: &SoukConfig, parts: &Parts) -> Vec<Check> {
    let users = parts.subgraphs.contains(&"users");
    let mut checks: Vec<Check> = vec![
        ("log".to_owned(), log(config)),
        ("demo data".to_owned(), demo(config)),
        ("names in settings".to_owned(), config.check_names().map(|()| "all are known".to_owned())),
        ("databases".to_owned(), databases(config)),
        ("settings together".to_owned(), agreement::check(config, parts)),
        ("data folder".to_owned(), config.check_data_dir()),
        ("files in the data folder".to_owned(), data_folder::check_rights(config)),
        ("use of the data folder".to_owned(), data_folder::check_free(config, &parts.subgraphs)),
        ("signing key".to_owned(), internal_key(config)),
        ("peers".to_owned(), peers(config, parts)),
    ];
    if users {
        checks.push(("mail".to_owned(), config.check_mail()));
        checks.push(("accounts".to_owned(), accounts(config)));
    }
    if parts.subgraphs.contains(&"logistics") {
        checks.push(("maps".to_owned(), maps(config)));
        checks.push(("labels".to_owned(), labels(config)));
        checks.push(("carriers".to_owned(), carriers(config)));
    }
    if parts.router {
        checks.push(("gateway".to_owned(), check_gateway(config, parts)));
        checks.push(port("gateway.listen", Ok(config.gateway.router.listen)));
    }
    if !parts.is_whole() {
        checks.push(("names of subgraphs' servers".to_owned(), hosts(config)));
        for name in &parts.subgraphs {
            checks.push(port(&format!("listen.{name}"), config.address(name)));
            if subgraphs::find(name).is_some_and(|subgraph| subgraph.is_public()) {
                checks.push(port(&format!("public_listen.{name}"), config.public_address(name)));
            }
        }
    }
    checks
}

/// Refuses with the first fault.
pub fn refuse(config: &SoukConfig, parts: &Parts) -> Result<()> {
    all(config, parts).into_iter().try_for_each(|(_, result)| result.map(drop))
}

fn log(config: &SoukConfig) -> Result<String> {
    platform_telemetry::check_filter(&config.telemetry)?;
    Ok(if config.telemetry.json { "as JSON" } else { "for people" }.to_owned())
}

fn demo(config: &SoukConfig) -> Result<String> {
    config.check_demo()?;
    Ok(if config.demo { "on" } else { "off" }.to_owned())
}

/// The key that is named must be there; the one in the data folder is made at the first start.
fn internal_key(config: &SoukConfig) -> Result<String> {
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

fn accounts(config: &SoukConfig) -> Result<String> {
    users::check_auth(&config.auth)?;
    Ok(match config.auth.signing_key_encryption_file.as_str() {
        "" => "the keys of tokens are stored as they are",
        _ => "the keys of tokens are stored encrypted, from the next start on",
    }
    .to_owned())
}

fn maps(config: &SoukConfig) -> Result<String> {
    logistics::check_maps(&config.fulfilment)?;
    let roads =
        if config.fulfilment.osrm_url.is_empty() { "roads of the bundled town" } else { "roads of OSRM" };
    let addresses = match config.fulfilment.nominatim_url.as_str() {
        "" => "addresses of the bundled town",
        _ => "addresses of Nominatim",
    };
    Ok(format!("{roads}, {addresses}"))
}

fn labels(config: &SoukConfig) -> Result<String> {
    let fulfilment = config.fulfilment();
    logistics::check_labels(&fulfilment)?;
    Ok(match fulfilment.tracking_url.as_str() {
        "" => "without a link by which a delivery is followed",
        _ => "with a link by which a delivery is followed",
    }
    .to_owned())
}

fn carriers(config: &SoukConfig) -> Result<String> {
    let fulfilment = config.fulfilment();
    logistics::check_carriers(&fulfilment)?;
    Ok(match fulfilment.carriers.len() {
        0 => "the own couriers alone".to_owned(),
        count => format!("{count} beside the own couriers"),
    })
}

fn hosts(config: &SoukConfig) -> Result<String> {
    AllowedHosts::check_listed(&config.server.allowed_hosts).context("server.allowed_hosts")?;
    Ok(format!("{} listed", config.server.allowed_hosts.len()))
}

fn databases(config: &SoukConfig) -> Result<String> {
    Database::check(&config.database)?;
    Ok(if config.is_embedded() { "a file for each subgraph" } else { "of a PostgreSQL server" }.to_owned())
}

/// The addresses of subgraphs that other processes serve; those that are named are to be right, whoever serves them now.
fn peers(config: &SoukConfig, parts: &Parts) -> Result<String> {
    for (setting, named) in [("peers", &config.peers), ("public_peers", &config.public_peers)] {
        for (name, url) in named {
            check_address(&format!("{setting}.{name}"), url)?;
        }
    }
    let keys = InternalKeys::ephemeral(Arc::new(SystemClock))?;
    let peers = config.platform(&parts.subgraphs).peers;
    let elsewhere = peers.iter().filter(|(name, _)| !parts.subgraphs.contains(&name.as_str()));
    let mut count = 0_usize;
    for (name, url) in elsewhere {
        remote_transport(name, url, "/internal/graphql", keys.clone())?;
        count += 1;
    }
    Ok(match count {
        0 => "none, all is in this process".to_owned(),
        n => format!("{n} at addresses of their own"),
    })
}

/// Builds the gateway as `serve` does, in front of nobody.
fn check_gateway(config: &SoukConfig, parts: &Parts) -> Result<String> {
    let keys = InternalKeys::ephemeral(Arc::new(SystemClock))?;
    // Those of this process answer without an address.
    let local = parts
        .subgraphs
        .iter()
        .map(|name| Ok((*name, remote_transport(name, "http://localhost", "/graphql", keys.clone())?)));
    let process = Process {
        hosted: &[],
        transports: local.collect::<Result<_>>()?,
        directory: PeerDirectory::default(),
        keys: keys.clone(),
        metrics: Metrics::new()?,
    };
    gateway(config, process, None)?;
    Ok(format!("{} at {}", config.gateway.router.path, config.gateway.router.listen))
}

fn port(setting: &str, address: Result<SocketAddr>) -> Check {
    let bind = |address: SocketAddr| {
        TcpListener::bind(address).with_context(|| format!("{setting}: {}", unusable(address)))?;
        Ok(format!("{address} is free"))
    };
    (setting.to_owned(), address.and_then(bind))
}

/// What an operator reads of an address that cannot be had.
pub fn unusable(address: SocketAddr) -> String {
    format!("{address} cannot be listened on; is Souk or another process there? choose another port")
}
