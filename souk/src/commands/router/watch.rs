//! Taking over changes of the supergraph while the router serves.

use std::time::Duration;

use router_gateway::Gateway;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::MissedTickBehavior;

use super::source::Source;
use crate::output;

/// Looks at the source every `interval`, and at once upon SIGHUP, as long as the process lives. Requests and
/// subscriptions under way end on the supergraph on which they began.
pub async fn follow(gateway: Gateway, mut source: Source, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hangup = signal(SignalKind::hangup()).ok();
    // What was wrong last time, so that a fault that lasts is logged once.
    let mut trouble = None;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = hung_up(hangup.as_mut()) => {}
        }
        let outcome = match source.changed().await {
            Ok(None) => Ok(()),
            Ok(Some(sdl)) => gateway.reload(&sdl).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        let reason = outcome.err().map(|error: anyhow::Error| output::sentence(&error));
        if let Some(reason) = reason.as_ref().filter(|_| reason != trouble) {
            tracing::error!(target: "souk", reason, "the supergraph stays as it was");
        }
        trouble = reason;
    }
}

async fn hung_up(hangup: Option<&mut Signal>) {
    if let Some(hangup) = hangup
        && hangup.recv().await.is_some()
    {
        return;
    }
    std::future::pending().await
}
