//! What was revoked lately: sessions, users, partners. Asked for every second, so that a revoked caller is refused,
//! and its open subscriptions are ended, within five.
//!
//! When the source does not answer, the last known list goes on to count and requests are served: an access token
//! ends by itself soon. `/health/ready` and `/api/status` tell that the list is old.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use platform_core::Clock;
use platform_core::id::{PartnerId, SessionId, UserId};
use tokio::sync::watch;

use crate::auth::Authentication;

/// Whose credentials end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Revoked {
    Session(SessionId),
    /// All tokens of the user issued up to then: on a change of roles, or a block.
    User(UserId),
    /// What the partner's keys were known to grant up to then.
    Partner(PartnerId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    pub what: Revoked,
    pub at: DateTime<Utc>,
}

/// Revocations since a cursor, and the cursor to ask with next.
#[derive(Debug, Clone, Default)]
pub struct RevocationPage {
    pub revocations: Vec<Revocation>,
    pub cursor: String,
}

/// Why the source did not answer; for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RevocationError(pub String);

/// Where revocations are read, each after a cursor once, in pages of any length. Without a cursor: all that are younger than the longest life of a token.
#[async_trait]
pub trait RevocationSource: Send + Sync + 'static {
    async fn since(&self, cursor: Option<&str>) -> Result<RevocationPage, RevocationError>;
}

/// How often the source is asked.
pub const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// A list older than this is reported as stale.
const STALE_AFTER: Duration = Duration::from_secs(5);

/// The list in memory. Cloning shares it.
#[derive(Clone)]
pub struct RevocationList(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    retention: TimeDelta,
    state: RwLock<State>,
    version: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    revoked: HashMap<Revoked, DateTime<Utc>>,
    cursor: Option<String>,
    refreshed: Option<DateTime<Utc>>,
    polled: bool,
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList").finish_non_exhaustive()
    }
}

impl RevocationList {
    /// Remembers revocations for `retention`, the longest life of a token.
    pub fn new(clock: Arc<dyn Clock>, retention: Duration) -> Self {
        let retention = TimeDelta::from_std(retention).unwrap_or(TimeDelta::MAX);
        Self(Arc::new(Inner { clock, retention, state: RwLock::default(), version: watch::Sender::new(0) }))
    }

    /// Tokens carry whole seconds, so one issued in the second of its revocation counts as older.
    pub fn is_revoked(&self, authentication: &Authentication) -> bool {
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        if state.revoked.is_empty() {
            return false;
        }
        let caller = &authentication.caller;
        let older = |at: &DateTime<Utc>| authentication.issued_at.is_none_or(|issued| issued <= *at);
        caller.session.is_some_and(|session| state.revoked.contains_key(&Revoked::Session(session)))
            || caller.user.is_some_and(|user| state.revoked.get(&Revoked::User(user)).is_some_and(older))
            || caller
                .partner
                .is_some_and(|partner| state.revoked.get(&Revoked::Partner(partner)).is_some_and(older))
    }

    /// Changes each time the list grows.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.version.subscribe()
    }

    /// Adds revocations that were heard of otherwise than by polling.
    pub fn add(&self, revocations: impl IntoIterator<Item = Revocation>) {
        let mut grew = false;
        {
            let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
            for Revocation { what, at } in revocations {
                let known = state.revoked.entry(what).or_insert(DateTime::<Utc>::MIN_UTC);
                if *known < at {
                    *known = at;
                    grew = true;
                }
            }
        }
        if grew {
            self.0.version.send_modify(|version| *version = version.wrapping_add(1));
        }
    }

    /// Asks the source until it has no more.
    pub async fn poll(&self, source: &dyn RevocationSource) -> Result<(), RevocationError> {
        while self.poll_page(source).await? > 0 {}
        Ok(())
    }

    async fn poll_page(&self, source: &dyn RevocationSource) -> Result<usize, RevocationError> {
        let cursor = {
            let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
            state.polled = true;
            state.cursor.clone()
        };
        let page = source.since(cursor.as_deref()).await?;
        let number = page.revocations.len();
        self.add(page.revocations);
        let now = self.0.clock.now();
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.cursor = Some(page.cursor);
        state.refreshed = Some(now);
        let retention = self.0.retention;
        // A subtraction that leaves the calendar means that nothing is old enough yet.
        if let Some(oldest) = now.checked_sub_signed(retention) {
            state.revoked.retain(|_, at| *at >= oldest);
        }
        Ok(number)
    }

    /// Asks the source for ever.
    pub async fn keep_polling(self, source: Arc<dyn RevocationSource>) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            ticks.tick().await;
            match tokio::time::timeout(STALE_AFTER, self.poll(source.as_ref())).await {
                Ok(Ok(())) => failing = false,
                // Logged when it begins, not every second.
                Ok(Err(error)) if !failing => {
                    tracing::warn!(%error, "revocations cannot be read");
                    failing = true;
                }
                Err(_) if !failing => {
                    tracing::warn!("revocations cannot be read: no answer in time");
                    failing = true;
                }
                _ => {}
            }
        }
    }

    /// Whether the list is polled and was not refreshed lately.
    pub fn is_stale(&self) -> bool {
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        let limit = TimeDelta::from_std(STALE_AFTER).unwrap_or(TimeDelta::MAX);
        state.polled && state.refreshed.is_none_or(|at| self.0.clock.now() - at > limit)
    }
}
