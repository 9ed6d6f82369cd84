//! `souk serve`: the whole shop in one process, or any of its parts.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use platform_server::Host;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::signals::Signals;
use super::{demo, demo_rights};
use crate::cli::ServeArgs;
use crate::config::SoukConfig;
use crate::gateway::{Process, gateway};
use crate::subgraphs::{self, Parts};
use crate::{checks, data_folder, host, output};

pub async fn run(config: SoukConfig, args: &ServeArgs) -> Result<()> {
    let parts = Parts::parse(&args.parts)?;
    platform_telemetry::init_logs(&config.telemetry)?;
    if config.telemetry.json {
        output::log();
    }
    checks::refuse(&config, &parts)?;
    tracing::info!(target: "souk", version = env!("CARGO_PKG_VERSION"), parts = parts.named(), "starting");
    // Ports first: nothing is opened or seeded for a process that cannot serve.
    let gateway_listener = match parts.router {
        true => Some(listen("gateway.listen", config.gateway.router.listen).await?),
        false => None,
    };
    let mut listeners = BTreeMap::new();
    if !parts.is_whole() {
        for name in &parts.subgraphs {
            let private = listen(&format!("listen.{name}"), config.address(name)?).await?;
            let public = match subgraphs::find(name).is_some_and(|subgraph| subgraph.is_public()) {
                true => Some(listen(&format!("public_listen.{name}"), config.public_address(name)?).await?),
                false => None,
            };
            listeners.insert(*name, (private, public));
        }
    }
    let mut claim = data_folder::claim(&config, &parts.subgraphs)?;
    let mut host = host::builder(&config, &parts.subgraphs)?.build().await?;
    claim.note_made()?;
    warn_of_demo(&config, &host).await?;
    let is_seeded = config.demo && parts.is_whole();
    if is_seeded {
        demo::ground::check(&demo::ground::of(&host)).await?;
    }
    host.start_workers();
    if is_seeded {
        demo::seed(&host).await?;
    }
    let mut deliveries = None;
    let mut tracked = None;
    if is_seeded && config.demo_deliveries {
        let (begun, token) = demo::deliveries::begin(&host).await?;
        deliveries = Some(tokio::spawn(begun.run(host.shutdown_token())));
        tracked = token;
    }

    let mut signals = Signals::listen()?;
    let mut servers = JoinSet::new();
    for hosted in host.subgraphs() {
        if let Some((private, public)) = listeners.remove(hosted.name()) {
            output::banner(&format!("{:<9} http://{}/graphql", hosted.name(), private.local_addr()?));
            servers.spawn(hosted.serve_private(private));
            if let Some(public) = public {
                servers.spawn(hosted.serve_public(public));
            }
        }
    }
    let stop = host.shutdown_token();
    if let Some(listener) = gateway_listener {
        let address = listener.local_addr()?;
        let gateway = gateway(&config, Process::of(&host), tracked.as_deref())?;
        let stopping = stop.clone();
        servers.spawn(async move {
            gateway.serve(listener, stopping.cancelled_owned()).await;
            Ok(())
        });
        welcome(&config, &parts, address, tracked.as_deref());
    }
    let ended = tokio::select! {
        () = signals.stop_or_hangup() => None,
        ended = servers.join_next() => ended,
    };
    output::note("stopping: open requests end first; press Ctrl-C again to stop at once");
    stop.cancel();
    tokio::select! {
        () = signals.stop() => {}
        () = ended_in_order(&mut servers, deliveries) => host.stop().await,
    }
    // Whoever started the process starts it again: without a server it would be of no use.
    match ended {
        None => Ok(()),
        Some(ended) => {
            ended??;
            bail!("a server of this process ended by itself")
        }
    }
}

/// Waits until all servers, and the demo's vans, have ended.
async fn ended_in_order(servers: &mut JoinSet<io::Result<()>>, deliveries: Option<JoinHandle<()>>) {
    while servers.join_next().await.is_some() {}
    if let Some(deliveries) = deliveries {
        deliveries.await.ok();
    }
}

/// Says at each start what a real shop must not have.
async fn warn_of_demo(config: &SoukConfig, host: &Host) -> Result<()> {
    if let Some(warning) = config.sandbox_warning().filter(|_| host.subgraph("payments").is_some()) {
        output::warning(warning);
    }
    if let Some(users) = host.subgraph("users").filter(|_| !config.demo) {
        let count = users::demo::count(users.database()).await?;
        let held = users::demo::held(users.database()).await?;
        for warning in demo::left_over(count).into_iter().chain(demo_rights::warning(&held)) {
            output::warning(&warning);
        }
    }
    Ok(())
}

/// Binds an address, or says which setting names it.
pub async fn listen(setting: &str, address: SocketAddr) -> Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("{setting}: {}", checks::unusable(address)))
}

fn welcome(config: &SoukConfig, parts: &Parts, address: SocketAddr, tracked: Option<&str>) {
    let path = &config.gateway.router.path;
    if let Some(token) = tracked {
        output::banner(&format!("\nFollow a delivery on its way: http://{address}/track/{token}"));
    }
    output::banner(&format!("\nSouk serves at http://{address}{path}"));
    if config.gateway().graphiql == Some(true) {
        output::banner(&format!("  GraphiQL      http://{address}/"));
    }
    output::banner(&format!(
        "  subscriptions ws://{address}{path} (graphql-transport-ws), or SSE at the same address"
    ));
    output::banner(&format!("  status        http://{address}/api/status"));
    if config.demo && parts.is_whole() {
        output::banner(&demo::logins());
    }
}
