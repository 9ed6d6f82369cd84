//! `souk router`: any supergraph in front of HTTP subgraphs, commerce or not.
//!
//! The supergraph is a file, or is composed here of what the subgraphs say; either way a change is taken over while
//! the router serves, and a change for the worse leaves it as it was.

mod source;
mod transports;
mod watch;

use std::time::Duration;

use anyhow::Result;
use router_gateway::Gateway;

use self::source::Source;
use super::serve::listen;
use super::signals::Signals;
use crate::cli::RouterArgs;
use crate::config::SoukConfig;
use crate::output;

const POLL_FILE: u64 = 1;
const POLL_SUBGRAPHS: u64 = 10;

pub async fn run(config: SoukConfig, args: &RouterArgs) -> Result<()> {
    platform_telemetry::init_logs(&config.telemetry)?;
    if config.telemetry.json {
        output::log();
    }
    tracing::info!(target: "souk", version = env!("CARGO_PKG_VERSION"), parts = "router alone", "starting");
    let mut config = config;
    config.gateway.router.listen = args.listen.unwrap_or(config.gateway.router.listen);
    let section = config.exposed_gateway();
    let listener = listen("gateway.listen", section.listen).await?;
    let address = listener.local_addr()?;
    let path = section.path.clone();
    let (mut source, poll) = match &args.supergraph {
        Some(file) => (Source::file(file), POLL_FILE),
        None => (Source::subgraphs(&args.subgraphs)?, POLL_SUBGRAPHS),
    };
    let sdl = source.first().await?;
    let gateway = Gateway::builder(section, sdl, transports::over_http()).build()?;
    output::banner(&format!("The router serves {source} at http://{address}{path}"));
    let mut signals = Signals::listen()?;
    let interval = Duration::from_secs(args.poll.unwrap_or(poll));
    tokio::spawn(watch::follow(gateway.clone(), source, interval));
    gateway.serve(listener, async move { signals.stop().await }).await;
    Ok(())
}
