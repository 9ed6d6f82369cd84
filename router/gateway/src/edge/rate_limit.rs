//! How many operations a caller may run: the generic cell rate algorithm, a cell per caller.
//!
//! Guests are counted by address, users and partners by who they are, over all their addresses. The number of cells
//! is bounded; a forgotten caller starts afresh, which the longest idle one would have done anyway.
//! Counts are those of one process.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use http::{HeaderName, HeaderValue, StatusCode};
use moka::sync::Cache;
use platform_core::id::{PartnerId, UserId};
use platform_identity::Caller;

use crate::answer::Refusal;
use crate::config::{Quota, RateLimitConfig};
use crate::edge::ClientAddress;

type Cell = governor::RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// Whose account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaKey {
    Address(IpAddr),
    /// For what is passed on from an address.
    Forwarded(IpAddr),
    User(UserId),
    Partner(PartnerId),
}

impl QuotaKey {
    pub fn of(caller: &Caller, client: ClientAddress) -> Self {
        match (caller.partner, caller.user) {
            (Some(partner), _) => Self::Partner(partner),
            (None, Some(user)) => Self::User(user),
            (None, None) => Self::address(client),
        }
    }

    pub fn forwarded(client: ClientAddress) -> Self {
        Self::Forwarded(client.network())
    }

    pub fn address(client: ClientAddress) -> Self {
        Self::Address(client.network())
    }
}

/// What is left after a charge, for the response headers.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    limit: u32,
    remaining: u32,
}

impl Charge {
    pub fn headers(self) -> [(HeaderName, HeaderValue); 2] {
        [
            (HeaderName::from_static("ratelimit-limit"), HeaderValue::from(self.limit)),
            (HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(self.remaining)),
        ]
    }
}

/// Cloning shares the accounts.
#[derive(Clone)]
pub struct RateLimiter {
    config: Arc<RateLimitConfig>,
    /// By quota too, so that a key whose rate was changed gets the new one.
    accounts: Cache<(QuotaKey, Quota), Arc<Account>>,
    clock: DefaultClock,
}

struct Account {
    cell: Cell,
    /// Operations that were had already, and are taken from what the cell gets.
    owed: AtomicU32,
    /// Operations that were taken from the cell to see whether there is one, and are charged yet.
    ahead: AtomicU32,
    /// What was left when the cell was last taken from.
    left: AtomicU32,
}

impl Account {
    /// Takes operations from the cell, those that were taken ahead first. What is left then. `before`: what the same
    /// request was charged already, and is charged again when it comes again.
    fn take(
        &self,
        operations: NonZeroU32,
        before: u32,
        quota: Quota,
        clock: &DefaultClock,
    ) -> Result<u32, Refusal> {
        let less = |found: u32| Some(found.saturating_sub(operations.get()));
        let found = self.ahead.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).unwrap_or_default();
        let ahead = found.min(operations.get());
        let Some(more) = NonZeroU32::new(operations.get() - ahead) else {
            return Ok(self.left.load(Ordering::Relaxed));
        };
        let refused = match self.cell.check_n(more) {
            Ok(Ok(state)) => {
                self.left.store(state.remaining_burst_capacity(), Ordering::Relaxed);
                return Ok(state.remaining_burst_capacity());
            }
            Ok(Err(denied)) => {
                let again = f64::from(before) / f64::from(quota.per_second.max(1));
                let wait = denied.wait_time_from(clock.now()) + Duration::from_secs_f64(again);
                let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
                refusal(quota, format!("too many operations; try again in {seconds} s"), seconds)
            }
            Err(_) => beyond(quota, operations.get()),
        };
        self.ahead.fetch_add(ahead, Ordering::Relaxed);
        Err(refused)
    }

    /// Refuses more operations while some are owed that cannot be paid.
    fn settle(&self, operations: u32, quota: Quota) -> Result<(), Refusal> {
        if self.pays() {
            return Ok(());
        }
        let owed = u64::from(self.owed.load(Ordering::Relaxed)) + u64::from(operations);
        let seconds = owed.div_ceil(u64::from(quota.per_second.max(1))).max(1);
        let message = format!("too many operations, or too large answers; try again in {seconds} s");
        Err(refusal(quota, message, seconds))
    }

    /// Pays what is owed as far as there is something left; true if that is all. No more than a burst at once, so this
    /// takes as many steps at most.
    fn pays(&self) -> bool {
        loop {
            let one =
                self.owed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |owed| owed.checked_sub(1));
            if one.is_err() {
                return true;
            }
            if self.cell.check().is_err() {
                self.owed.fetch_add(1, Ordering::Relaxed);
                return false;
            }
        }
    }
}

impl RateLimiter {
    pub fn new(config: RateLimitConfig) -> Self {
        // A cell is full again after burst / rate; ten minutes is beyond any sensible quota.
        let accounts =
            Cache::builder().max_capacity(config.max_callers).time_to_idle(Duration::from_secs(600)).build();
        Self { config: Arc::new(config), accounts, clock: DefaultClock::default() }
    }

    /// Takes `operations` from the caller's account, or refuses. `own` is a quota that the caller's key carries.
    pub fn charge(
        &self,
        key: QuotaKey,
        own: Option<Quota>,
        operations: u32,
    ) -> Result<Option<Charge>, Refusal> {
        self.charge_more(key, own, 0, operations)
    }

    /// The same for a request that was charged for some `before`.
    pub fn charge_more(
        &self,
        key: QuotaKey,
        own: Option<Quota>,
        before: u32,
        operations: u32,
    ) -> Result<Option<Charge>, Refusal> {
        let Some(operations) = NonZeroU32::new(operations).filter(|_| self.config.enabled) else {
            return Ok(None);
        };
        let (account, quota) = self.account(key, own);
        let all = before.saturating_add(operations.get());
        if all > quota.burst.max(1) {
            return Err(beyond(quota, all));
        }
        account.settle(all, quota)?;
        let remaining = account.take(operations, before, quota, &self.clock)?;
        Ok(Some(Charge { limit: quota.burst, remaining }))
    }

    /// Refuses a caller that cannot run one operation now, before anything of its request is read. The operation that it
    /// can run is taken ahead of the charge, for an account tells what it has only by giving it.
    pub fn admit(&self, key: QuotaKey, own: Option<Quota>) -> Result<(), Refusal> {
        if !self.config.enabled {
            return Ok(());
        }
        let (account, quota) = self.account(key, own);
        account.settle(1, quota)?;
        if account.ahead.load(Ordering::Relaxed) == 0 {
            account.take(NonZeroU32::MIN, 0, quota, &self.clock)?;
            account.ahead.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Takes operations that were had already. What the account lacks is paid before anything else is had.
    pub fn owe(&self, key: QuotaKey, own: Option<Quota>, operations: u32) {
        if operations == 0 || !self.config.enabled {
            return;
        }
        let (account, _) = self.account(key, own);
        let add = |owed: u32| Some(owed.saturating_add(operations));
        if account.owed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok() {
            account.pays();
        }
    }

    /// Waits until nothing is owed.
    pub async fn settled(&self, key: QuotaKey, own: Option<Quota>) {
        if !self.config.enabled {
            return;
        }
        loop {
            let (account, quota) = self.account(key, own);
            if account.pays() {
                return;
            }
            let owed = account.owed.load(Ordering::Relaxed);
            let seconds = f64::from(owed) / f64::from(quota.per_second.max(1));
            tokio::time::sleep(Duration::from_secs_f64(seconds.clamp(SHORTEST_WAIT, LONGEST_WAIT))).await;
        }
    }

    fn account(&self, key: QuotaKey, own: Option<Quota>) -> (Arc<Account>, Quota) {
        let quota = own.unwrap_or(match key {
            QuotaKey::Address(_) => self.config.address,
            QuotaKey::Forwarded(_) => self.config.forwarded,
            QuotaKey::User(_) => self.config.user,
            QuotaKey::Partner(_) => self.config.partner,
        });
        let new = || {
            Arc::new(Account {
                cell: cell(quota),
                owed: AtomicU32::default(),
                ahead: AtomicU32::default(),
                left: AtomicU32::default(),
            })
        };
        (self.accounts.get_with((key, quota), new), quota)
    }
}

/// Between two looks at an account that owes something, in seconds.
const SHORTEST_WAIT: f64 = 0.05;
const LONGEST_WAIT: f64 = 5.0;

fn cell(quota: Quota) -> Cell {
    let rate = NonZeroU32::new(quota.per_second).unwrap_or(NonZeroU32::MIN);
    let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
    governor::RateLimiter::direct(governor::Quota::per_second(rate).allow_burst(burst))
        .with_middleware::<StateInformationMiddleware>()
}

/// More in one request than there ever is: to wait does not help.
fn beyond(quota: Quota, operations: u32) -> Refusal {
    let most = quota.burst;
    let message =
        format!("the request counts as {operations} operations, at most {most} are allowed at once");
    Refusal::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message)
}

fn refusal(quota: Quota, message: String, retry_after: u64) -> Refusal {
    let mut refusal =
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message).retry_after(retry_after);
    refusal.headers.extend(Charge { limit: quota.burst, remaining: 0 }.headers());
    refusal
}
