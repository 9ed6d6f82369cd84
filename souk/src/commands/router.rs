//! `souk router`: any supergraph in front of HTTP subgraphs, commerce or not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::http::Uri;
use router_gateway::{Gateway, TransportFactory};
use router_transport::{HttpOptions, HttpTransport, Transport};
use tokio::signal::unix::{SignalKind, signal};

use super::serve::listen;
use crate::cli::RouterArgs;
use crate::config::SoukConfig;
use crate::output;

pub async fn run(config: SoukConfig, args: &RouterArgs) -> Result<()> {
    platform_telemetry::init_logs(&config.telemetry)?;
    let mut section = config.gateway;
    section.listen = args.listen.unwrap_or(section.listen);
    let listener = listen("gateway.listen", section.listen).await?;
    let address = listener.local_addr()?;
    let path = section.path.clone();
    let gateway = Gateway::builder(section, read(&args.supergraph)?, transports()).build()?;
    output::line(&format!("The router serves {} at http://{address}{path}", args.supergraph.display()));

    let (reloading, file) = (gateway.clone(), args.supergraph.clone());
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let reloaded = match read(&file) {
                Ok(sdl) => reloading.reload(&sdl).await.map_err(Into::into),
                Err(error) => Err(error),
            };
            if let Err(error) = reloaded {
                let reason = output::sentence(&error);
                tracing::error!(target: "souk", reason, "the supergraph stays as it was");
            }
        }
    });
    let mut terminate = signal(SignalKind::terminate())?;
    gateway
        .serve(listener, async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        })
        .await;
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Each subgraph at the URL that the supergraph gives it.
fn transports() -> TransportFactory {
    Arc::new(|name, url| {
        let uri: Uri = url.parse().map_err(|_| format!("the URL of {name}, `{url}`, is not valid"))?;
        let transport =
            HttpTransport::new(name, HttpOptions::new(uri), None).map_err(|error| error.to_string())?;
        Ok(Arc::new(transport) as Arc<dyn Transport>)
    })
}
