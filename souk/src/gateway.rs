//! The gateway in front of the subgraphs, wherever they run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use platform_identity::InternalKeys;
use platform_server::{Host, Hosted, PeerDirectory, Peers, PublicRoutes, remote_transport};
use platform_telemetry::Metrics;
use router_gateway::config::ForwardConfig;
use router_gateway::{Gateway, GatewayBuilder, GatewayError, TransportFactory};
use router_transport::Transport;

use crate::config::SoukConfig;
use crate::directory::UsersDirectory;
use crate::market::MarketResolver;
use crate::nodes;
use crate::pages;
use crate::probes::{HostedProbe, RemoteProbe};
use crate::subgraphs::{self, ERROR_EXTENSIONS};
use crate::supergraph;

/// How long the gateway waits for an answer of users when it checks who calls.
const IDENTITY_TIMEOUT: Duration = Duration::from_secs(3);

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
    pub fn of(host: &'h Host) -> Self {
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
pub fn gateway(config: &SoukConfig, process: Process<'_>, tracked: Option<&str>) -> Result<Gateway> {
    let Process { hosted, transports: local, directory, keys, metrics } = process;
    let here: Vec<&str> = local.keys().copied().collect();
    let remote = config.platform(&here).peers;
    let elsewhere: Vec<&str> =
        subgraphs::names().into_iter().filter(|name| !local.contains_key(name)).collect();
    let probed = remote.clone();
    let transports = nodes::beside(transports(local, keys.clone(), remote))?;
    let users = UsersDirectory(Arc::new(Peers::new("gateway", directory, IDENTITY_TIMEOUT)));
    let market = MarketResolver::new(config.request_market()).map_err(GatewayError::Config)?;
    let mut section = config.gateway();
    for subgraph in subgraphs::ALL.iter().filter(|each| elsewhere.contains(&each.name)) {
        let Some(url) = config.public_url(subgraph.name) else { continue };
        let max_body_bytes = subgraph.max_file_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        for prefix in subgraph.public_prefixes {
            let (prefix, url) = ((*prefix).to_owned(), url.clone());
            section.forward.push(ForwardConfig { prefix, url, max_body_bytes });
        }
    }
    let tracking = pages::track(&section);
    let mut builder = Gateway::builder(section, supergraph::SUPERGRAPH, transports.clone())
        .jwks(Arc::new(users.clone()))
        .api_keys(Arc::new(users.clone()))
        .revocations(Arc::new(users))
        .context(Arc::new(market))
        .error_extensions(ERROR_EXTENSIONS)
        .welcome(welcome(tracked))
        .registry(metrics.registry().clone())
        .mount("/track/", tracking);
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

/// What GraphiQL opens with: a delivery to follow, by its link where there is one.
fn welcome(tracked: Option<&str>) -> String {
    let token = tracked.unwrap_or("the last part of a tracking link");
    format!(
        "# A delivery, live: press the button to follow it until it is with its recipient.\n\
         subscription FollowDelivery {{\n  deliveryTracking(token: \"{token}\") {{\n    status\n    stopsBefore\n    \
         eta {{ expected }}\n    courier {{ name position {{ latitude longitude speed }} }}\n    \
         events {{ status at }}\n  }}\n}}\n\n# What is sold.\nquery Products {{\n  \
         products(first: 5) {{ nodes {{ name bestOffer {{ price {{ amount currency }} }} }} }}\n}}\n"
    )
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
    let PublicRoutes { routes, prefixes, takes_files } = hosted.public_routes();
    for prefix in prefixes {
        builder = match takes_files {
            true => builder.mount_files(*prefix, routes.clone()),
            false => builder.mount(*prefix, routes.clone()),
        };
    }
    builder.probe(hosted.name(), Arc::new(HostedProbe(hosted.clone())))
}
