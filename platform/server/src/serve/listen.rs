//! Serving routes on a socket, as the section `server` says.

use std::time::Duration;

use axum::Router;
use platform_listener::{AllowedHosts, Options, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::ServerConfig;

/// Serves until `shutdown`, and then until what is under way is answered, for as long as the configuration allows.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    config: ServerConfig,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let millis = Duration::from_millis;
    let address = listener.local_addr()?;
    let options = Options {
        max_connections: config.max_connections,
        max_connections_per_address: config.max_connections_per_address,
        proxies: Vec::new(),
        head: millis(config.header_timeout_ms),
        idle: millis(config.idle_timeout_ms),
        body: millis(config.body_timeout_ms),
        write: millis(config.write_timeout_ms),
        hosts: AllowedHosts::new(&config.allowed_hosts, address, "server.allowed_hosts"),
    };
    let server = Server::new(router, options);
    server.accept(listener, shutdown.cancelled_owned()).await;
    let grace = millis(config.shutdown_grace_ms);
    if tokio::time::timeout(grace, server.finish()).await.is_err() {
        tracing::warn!(target: "souk", %address, "some requests did not end in time and were cut off");
    }
    Ok(())
}
