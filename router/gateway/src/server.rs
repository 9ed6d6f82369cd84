//! The gateway on a listening socket, and its end without dropping what is under way.

use std::future::Future;

use platform_listener::{AllowedHosts, Options, Server};
use tokio::net::TcpListener;

use crate::config::GatewayConfig;
use crate::gateway::Gateway;

impl Gateway {
    /// Serves until `shutdown` completes, then ends open requests and subscriptions within `timeouts.shutdown`.
    /// Returns when all is done.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        self.start_background().await;
        let shared = &self.shared;
        let server = Server::new(self.router(), options(&shared.config, &listener));
        server.accept(listener, shutdown).await;
        tracing::info!("stopping: no new connections, open requests end");
        shared.stopping.cancel();
        shared.tasks.close();
        let ended = async {
            server.finish().await;
            shared.tasks.wait().await;
        };
        if tokio::time::timeout(shared.config.timeouts.shutdown, ended).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

fn options(config: &GatewayConfig, listener: &TcpListener) -> Options {
    let address = listener.local_addr().unwrap_or(config.listen);
    Options {
        max_connections: config.max_connections,
        max_connections_per_address: config.max_connections_per_address,
        proxies: config.trusted_proxies.clone(),
        head: config.timeouts.header,
        idle: config.timeouts.idle,
        body: config.timeouts.body,
        write: config.timeouts.write,
        hosts: AllowedHosts::new(&config.allowed_hosts, address, "gateway.allowed_hosts"),
    }
}
