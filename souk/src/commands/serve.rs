//! `souk serve`: the whole shop in one process, or any of its parts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use platform_identity::InternalKeys;
use platform_server::{Host, Hosted, PeerDirectory, Peers, remote_transport};
use platform_telemetry::Metrics;
use router_gateway::config::ForwardConfig;
use router_gateway::{Gateway, GatewayBuilder, GatewayError, TransportFactory};
use router_transport::Transport;
use std::collections::BTreeMap;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::edge::UsersDirectory;
use super::probes::{HostedProbe, RemoteProbe};
use super::{demo, demo_rights};
use crate::cli::ServeArgs;
use crate::config::SoukConfig;
use crate::market::MarketResolver;
use crate::subgraphs::{self, ERROR_EXTENSIONS, Parts};
use crate::{checks, data_folder, output};

/// How long the gateway waits for an answer of users when it checks who calls.
const IDENTITY_TIMEOUT: Duration = Duration::from_secs(3);

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
    let _claim = data_folder::claim(&config, &parts.subgraphs)?;
    let mut host = subgraphs::builder(&config, &parts.subgraphs)?.build().await?;
    warn_of_demo(&config, &host).await?;
    host.start_workers();
    if config.demo && parts.is_whole() {
        demo::seed(&host).await?;
    }

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
        let gateway = gateway(&config, Process::of(&host))?;
        let stopping = stop.clone();
        servers.spawn(async move {
            gateway.serve(listener, stopping.cancelled_owned()).await;
            Ok(())
        });
        welcome(&config, &parts, address);
    }
    wait_for_stop().await;
    output::note("stopping: open requests end first; press Ctrl-C again to stop at once");
    stop.cancel();
    tokio::select! {
        () = wait_for_signal() => {}
        () = async { while servers.join_next().await.is_some() {} } => host.stop().await,
    }
    Ok(())
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

/// Ctrl-C, or the signal by which supervisors stop a process.
pub async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}

/// The same, or the end of the terminal in which the process was started: nobody is left there to stop it.
async fn wait_for_stop() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()) {
        Ok(mut hangup) => {
            tokio::select! {
                () = wait_for_signal() => {}
                _ = hangup.recv() => {}
            }
        }
        Err(_) => wait_for_signal().await,
    }
}

/// What this process puts behind its gateway.
pub struct Process<'h> {
    pub hosted: &'h [Hosted],
    /// The ways to what is in this process.
    pub transports: BTreeMap<&'static str, Arc<dyn Transport>>,
    pub directory: PeerDirectory,
    pub keys: InternalKeys,
    pub metrics: Metrics,
}

impl<'h> Process<'h> {
    fn of(host: &'h Host) -> Self {
        Self {
            hosted: host.subgraphs(),
            transports: host.subgraphs().iter().map(|hosted| (hosted.name(), hosted.transport())).collect(),
            directory: host.directory().clone(),
            keys: host.keys().clone(),
            metrics: host.metrics().clone(),
        }
    }
}

/// The gateway in front of this process's subgraphs and of others', not serving yet.
pub fn gateway(config: &SoukConfig, process: Process<'_>) -> Result<Gateway> {
    let Process { hosted, transports: local, directory, keys, metrics } = process;
    let here: Vec<&str> = local.keys().copied().collect();
    let remote = config.platform(&here).peers;
    let elsewhere: Vec<&str> =
        subgraphs::names().into_iter().filter(|name| !local.contains_key(name)).collect();
    let probed = remote.clone();
    let transports = transports(local, keys.clone(), remote);
    let users = UsersDirectory(Arc::new(Peers::new("gateway", directory, IDENTITY_TIMEOUT)));
    let market = MarketResolver::new(config.request_market()).map_err(GatewayError::Config)?;
    let mut section = config.gateway();
    for subgraph in subgraphs::ALL.iter().filter(|each| elsewhere.contains(&each.name)) {
        let Some(url) = config.public_url(subgraph.name) else { continue };
        for prefix in subgraph.public_prefixes {
            let (prefix, url) = ((*prefix).to_owned(), url.clone());
            section.forward.push(ForwardConfig { prefix, url, max_body_bytes: None });
        }
    }
    let mut builder = Gateway::builder(section, subgraphs::SUPERGRAPH, transports.clone())
        .jwks(Arc::new(users.clone()))
        .api_keys(Arc::new(users.clone()))
        .revocations(Arc::new(users))
        .context(Arc::new(market))
        .error_extensions(ERROR_EXTENSIONS)
        .registry(metrics.registry().clone());
    for hosted in hosted {
        builder = mount(builder, hosted);
    }
    let client = reqwest::Client::builder().no_proxy().build()?;
    for name in elsewhere {
        let url = probed.get(name).with_context(|| format!("peers.{name} is not set"))?;
        builder = builder.probe(name, Arc::new(RemoteProbe::new(client.clone(), name, url, keys.clone())));
    }
    Ok(builder.build()?)
}

/// In process where this process hosts the subgraph, over HTTP elsewhere.
fn transports(
    local: BTreeMap<&'static str, Arc<dyn Transport>>,
    keys: InternalKeys,
    remote: BTreeMap<String, String>,
) -> TransportFactory {
    Arc::new(move |name, _url| {
        if let Some(transport) = local.get(name) {
            return Ok(transport.clone());
        }
        let url = remote.get(name).ok_or_else(|| format!("peers.{name} is not set"))?;
        remote_transport(name, url, "/graphql", keys.clone()).map_err(|error| error.to_string())
    })
}

fn mount(mut builder: GatewayBuilder, hosted: &Hosted) -> GatewayBuilder {
    let (prefixes, routes) = hosted.public_routes();
    for prefix in prefixes {
        builder = builder.mount(*prefix, routes.clone());
    }
    builder.probe(hosted.name(), Arc::new(HostedProbe(hosted.clone())))
}

fn welcome(config: &SoukConfig, parts: &Parts, address: SocketAddr) {
    let path = &config.gateway.router.path;
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
