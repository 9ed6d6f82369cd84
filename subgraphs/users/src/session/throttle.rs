//! Pauses after wrong passwords, whether or not an account has the address: so a pause tells nothing.
//!
//! Three counts. Guesses at one address from one network make that network wait, soon and ever longer. Guesses at one
//! address from wherever, and guesses from one network at whatever address, lead to short pauses, late; and these pass
//! over whoever comes from a network from which the account was logged into. So no stranger elsewhere keeps an owner
//! out, and nobody guesses without limit. A network is an IPv4 address or the /64 of an IPv6 address.
//!
//! An owner who comes from no known network while strangers guess from many has to wait for a turn, a minute each, that
//! the strangers take too. The way in is a code by mail: a new password makes the owner's network a known one at once,
//! whatever goes on elsewhere. Deliberately absent: a delay in place of the refusal. It would keep a connection and a
//! core for each guess, and guesses that wait side by side are as many as those that do not: only a limit on how many
//! are looked at makes guessing dear, and that cannot tell the owner from strangers before the password is looked at.

use chrono::{DateTime, TimeDelta, Utc};
use platform_database::{Database, StoreError, Transaction};
use platform_identity::Identity;
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use users_entities::login_throttle;

use super::store;
use crate::app::App;
use crate::secret::sha256;

/// Failures are forgotten after as long without another.
const MEMORY: TimeDelta = TimeDelta::hours(24);
/// A network is forgotten after as long without a login.
const KNOWN: TimeDelta = TimeDelta::days(90);
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// How failures of one kind lead to a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// With an address from a network: 30 s after the fifth failure in a row, doubling up to 15 minutes.
    Pair,
    /// With an address from wherever: after 50, one a minute.
    Address,
    /// From a network with whatever address: after 100, one every 30 s.
    Network,
}

impl Count {
    /// Failures that lead to no pause.
    const fn free(self) -> i32 {
        match self {
            Self::Pair => 4,
            Self::Address => 50,
            Self::Network => 100,
        }
    }

    /// After how many seconds one failure is forgotten; those of a pair stay until a success, or for [`MEMORY`].
    const fn leak(self) -> Option<i64> {
        match self {
            Self::Pair => None,
            Self::Address => Some(60),
            Self::Network => Some(30),
        }
    }

    /// The failures that count at `now`, of `failures` of which the last was at `last`.
    fn remaining(self, failures: i32, last: DateTime<Utc>, now: DateTime<Utc>) -> i32 {
        if now - last >= MEMORY {
            return 0;
        }
        let seconds = (now - last).num_seconds().max(0);
        let forgotten = self.leak().and_then(|leak| seconds.checked_div(leak)).unwrap_or_default();
        failures.saturating_sub(i32::try_from(forgotten).unwrap_or(i32::MAX)).max(0)
    }

    /// The pause after the last of `failures`.
    fn pause(self, failures: i32) -> Option<TimeDelta> {
        let doublings = u32::try_from(failures - self.free() - 1).ok()?;
        if let Some(leak) = self.leak() {
            return Some(TimeDelta::seconds(leak));
        }
        let factor = 2_i32.checked_pow(Ord::min(doublings, 16)).unwrap_or(i32::MAX);
        Some(FIRST_PAUSE.checked_mul(factor).map_or(LONGEST_PAUSE, |pause| Ord::min(pause, LONGEST_PAUSE)))
    }
}

/// Somebody gives a password for an address, from a network.
pub struct Attempt {
    pair: Vec<u8>,
    address: Vec<u8>,
    /// `None` for callers whose network is not known.
    network: Option<Vec<u8>>,
}

impl Attempt {
    pub fn new(email: &Email, caller: &Identity) -> Self {
        let (key, network) = (email.key(), caller.network.map(|network| network.to_string()));
        let hash = |parts: [&str; 3]| sha256(parts.join("\n").as_bytes());
        Self {
            pair: hash(["pair", &key, network.as_deref().unwrap_or_default()]),
            address: hash(["address", &key, ""]),
            network: network.map(|network| hash(["network", "", &network])),
        }
    }

    /// The counts that a failure adds to, in the order of their rows, so that two never wait for each other.
    fn counts(&self) -> Vec<(&[u8], Count)> {
        let mut all = vec![(self.pair.as_slice(), Count::Pair), (self.address.as_slice(), Count::Address)];
        all.extend(self.network.as_deref().map(|hash| (hash, Count::Network)));
        all.sort_unstable_by_key(|(hash, _)| *hash);
        all
    }

    /// Until when the password is not looked at, if it is not.
    pub async fn locked_until(&self, app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
        let hashes = self.counts().into_iter().map(|(hash, _)| hash.to_vec());
        let locked = store::failures_locked_after(app.database(), hashes, app.now()).await?;
        let (of_pair, of_others): (Vec<_>, Vec<_>) =
            locked.into_iter().partition(|row| row.email_hash == self.pair);
        let latest = |rows: Vec<login_throttle::Model>| rows.iter().filter_map(|row| row.locked_until).max();
        if let Some(until) = latest(of_pair) {
            return Ok(Some(until));
        }
        let until = latest(of_others);
        if until.is_some() && self.is_known(app).await? {
            return Ok(None);
        }
        Ok(until)
    }

    /// Whether the account was logged into from this network lately.
    async fn is_known(&self, app: &App) -> Result<bool, StoreError> {
        store::is_known_since(app.database(), &self.pair, app.now() - KNOWN).await
    }

    /// Counts a wrong password in a transaction of its own.
    pub async fn count_failure(&self, app: &App) -> Result<(), StoreError> {
        let tx = app.begin().await?;
        for (hash, count) in self.counts() {
            add_failure(&tx, hash, count, app.now()).await?;
        }
        tx.commit().await
    }

    /// Forgets the failures from this network: the password was right. What others guess from elsewhere counts on.
    pub async fn succeeded(&self, tx: &Transaction, now: DateTime<Utc>) -> Result<(), StoreError> {
        store::forget_failures(tx, &self.pair).await?;
        store::note_network(tx, &self.pair, now).await
    }

    /// Forgets all failures with the address: its owner has chosen a new password.
    pub async fn proved(&self, tx: &Transaction, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.succeeded(tx, now).await?;
        store::forget_failures(tx, &self.address).await
    }
}

async fn add_failure(
    tx: &Transaction,
    hash: &[u8],
    count: Count,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = store::lock_failures(tx, hash, now).await?;
    let Some(row) = row else { return Ok(()) };
    let failures = count.remaining(row.failures, row.last_failure_at, now).saturating_add(1);
    let mut row = row.into_active_model();
    row.failures = Set(failures);
    row.last_failure_at = Set(now);
    row.locked_until = Set(count.pause(failures).map(|pause| now + pause));
    store::update_failures(tx, row).await
}

/// Deletes what is old enough to be forgotten.
pub async fn forget(database: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    store::delete_failures(database, now - MEMORY).await?;
    store::delete_networks(database, now - KNOWN).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_of_one_network_double_up_to_a_limit() {
        assert_eq!(Count::Pair.pause(4), None);
        assert_eq!(Count::Pair.pause(5), Some(TimeDelta::seconds(30)));
        assert_eq!(Count::Pair.pause(6), Some(TimeDelta::seconds(60)));
        assert_eq!(Count::Pair.pause(10), Some(TimeDelta::minutes(15)));
        assert_eq!(Count::Pair.pause(i32::MAX), Some(TimeDelta::minutes(15)));
    }

    #[test]
    fn failures_from_everywhere_are_forgotten_one_by_one() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(2);
        assert_eq!(Count::Address.pause(50), None);
        assert_eq!(Count::Address.pause(51), Some(TimeDelta::minutes(1)));
        assert_eq!(Count::Address.remaining(51, now - TimeDelta::minutes(3), now), 48);
        assert_eq!(Count::Address.remaining(2, now - TimeDelta::minutes(3), now), 0);
        assert_eq!(Count::Pair.remaining(5, now - TimeDelta::hours(23), now), 5);
        assert_eq!(Count::Pair.remaining(5, now - TimeDelta::hours(24), now), 0);
    }
}
