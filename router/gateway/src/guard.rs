//! Watches whether a live connection may go on: until its credentials end, what they allowed is taken back, its session is
//! revoked, or the process stops.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use platform_core::Clock;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::auth::{AuthError, Authentication, Authenticator, Credentials, RevocationList};
use crate::shared::Shared;

/// Clocks get stepped; the time left is measured anew this often.
const REMEASURE: Duration = Duration::from_secs(30);
/// Credentials that are renewed are authenticated anew this often.
const RENEWED: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Expired,
    Revoked,
    /// The key was revoked or rotated away, or has expired.
    InvalidKey,
    /// The credentials go on to be good, but not for all that the connection was opened with.
    Reduced,
    Stopping,
}

impl Ended {
    /// Code and sentence for the client.
    pub const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Expired => ("UNAUTHENTICATED", "the access token has expired"),
            Self::Revoked => ("UNAUTHENTICATED", "the session has ended; sign in again"),
            Self::InvalidKey => ("UNAUTHENTICATED", "the API key is no longer valid"),
            Self::Reduced => ("FORBIDDEN", "the rights of the API key have changed; connect again"),
            Self::Stopping => ("UNAVAILABLE", "the server is stopping; subscribe again"),
        }
    }
}

pub struct Guard {
    authentication: Authentication,
    renewal: Option<Renewal>,
    revocations: RevocationList,
    changes: watch::Receiver<u64>,
    clock: Arc<dyn Clock>,
    stopping: CancellationToken,
}

impl Guard {
    pub fn new(shared: &Shared, authentication: Authentication) -> Self {
        let renewal = authentication.renewed_by.clone().map(|credentials| Renewal {
            credentials,
            authenticator: shared.authenticator.clone(),
            next: Instant::now() + RENEWED,
            asked: None,
        });
        Self {
            authentication,
            renewal,
            changes: shared.revocations.changes(),
            revocations: shared.revocations.clone(),
            clock: shared.clock.clone(),
            stopping: shared.stopping.clone(),
        }
    }

    /// Returns when the connection has to end. May be dropped and called again.
    pub async fn ended(&mut self) -> Ended {
        loop {
            // Seen before it is checked, so that a change in between is not missed.
            self.changes.mark_unchanged();
            if let Some(ended) = self.has_ended() {
                return ended;
            }
            let left =
                self.authentication.expires_at.map(|at| (at - self.clock.now()).to_std().unwrap_or_default());
            let pause = left.map_or(REMEASURE, |left| left.min(REMEASURE));
            tokio::select! {
                () = self.stopping.cancelled() => return Ended::Stopping,
                // The list lives as long as the gateway, so its sender is never gone.
                _ = self.changes.changed() => {}
                () = sleep(pause) => {}
                present = present(&mut self.renewal) => {
                    if let Some(ended) = self.renewed(present) {
                        return ended;
                    }
                }
            }
        }
    }

    /// What is known at the moment to end the connection.
    pub fn has_ended(&self) -> Option<Ended> {
        if self.revocations.is_revoked(&self.authentication) {
            return Some(Ended::Revoked);
        }
        let expired = self.authentication.expires_at.is_some_and(|at| at <= self.clock.now());
        let by_key = self.renewal.is_some();
        expired.then_some(if by_key { Ended::InvalidKey } else { Ended::Expired })
    }

    /// Takes what the credentials are worth by now, unless that ends the connection.
    pub fn renewed(&mut self, present: Result<Authentication, AuthError>) -> Option<Ended> {
        match present {
            Ok(present) if present.has_all_of(&self.authentication) => {
                self.authentication = present;
                None
            }
            Ok(_) => Some(Ended::Reduced),
            // What was known last counts.
            Err(AuthError::Unavailable) => None,
            Err(AuthError::Revoked) => Some(Ended::Revoked),
            Err(_) => Some(Ended::InvalidKey),
        }
    }

    /// By what the connection is authenticated at the moment.
    pub fn authentication(&self) -> &Authentication {
        &self.authentication
    }
}

/// Authenticates the credentials of a connection anew, again and again.
struct Renewal {
    credentials: Arc<Credentials>,
    authenticator: Arc<dyn Authenticator>,
    next: Instant,
    /// A question under way, which goes on where its asker was dropped: a client that always has something to say does
    /// not put it off.
    asked: Option<BoxFuture<'static, Result<Authentication, AuthError>>>,
}

/// What the credentials are worth, when it is time to know. May be dropped and called again. Never returns where they
/// are not renewed.
async fn present(renewal: &mut Option<Renewal>) -> Result<Authentication, AuthError> {
    let Some(renewal) = renewal else { return std::future::pending().await };
    sleep_until(renewal.next).await;
    let Renewal { credentials, authenticator, next, asked } = renewal;
    let asking = asked.get_or_insert_with(|| {
        let (credentials, authenticator) = (credentials.clone(), authenticator.clone());
        async move { authenticator.authenticate(&credentials).await }.boxed()
    });
    let answer = asking.await;
    *asked = None;
    *next = Instant::now() + RENEWED;
    answer
}
