//! The circuit breaker of one subgraph: after failures in a row, calls are refused for a while; then one probe is let
//! through at a time, and its outcome decides.
//!
//! Invariant: a permit that is dropped without an outcome (the caller went away) leaves no probe pending.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::http::options::BreakerOptions;

pub struct Breaker {
    options: BreakerOptions,
    state: Mutex<State>,
}

enum State {
    Closed { failures: u32 },
    Open { until: Instant, rest: Duration },
    Probing { rest: Duration },
}

/// The right to make one call.
pub struct Permit<'a> {
    breaker: &'a Breaker,
    acquired: Instant,
    pending: bool,
}

impl Breaker {
    pub fn new(options: BreakerOptions) -> Self {
        Self { options, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` while the subgraph rests, or while a probe is under way.
    pub fn acquire(&self, now: Instant) -> Option<Permit<'_>> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => {}
            State::Open { until, rest } if until <= now => *state = State::Probing { rest },
            State::Open { .. } | State::Probing { .. } => return None,
        }
        Some(Permit { breaker: self, acquired: now, pending: true })
    }
}

impl Permit<'_> {
    pub fn succeeded(mut self) {
        self.pending = false;
        *self.breaker.lock() = State::Closed { failures: 0 };
    }

    pub fn failed(mut self, now: Instant) {
        self.pending = false;
        let options = &self.breaker.options;
        let mut state = self.breaker.lock();
        *state = match *state {
            State::Closed { failures } if options.failures == 0 || failures + 1 < options.failures => {
                State::Closed { failures: failures.saturating_add(1) }
            }
            State::Closed { .. } => State::Open { until: now + options.rest, rest: options.rest },
            State::Probing { rest } => {
                let rest = rest.saturating_mul(2).min(options.max_rest);
                State::Open { until: now + rest, rest }
            }
            // A call that began before the breaker opened.
            State::Open { until, rest } => State::Open { until, rest },
        };
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.pending {
            return;
        }
        let mut state = self.breaker.lock();
        if let State::Probing { rest } = *state {
            *state = State::Open { until: self.acquired, rest };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(BreakerOptions {
            failures: 2,
            rest: Duration::from_secs(1),
            max_rest: Duration::from_secs(3),
            slow_call: Duration::ZERO,
        })
    }

    fn fail(breaker: &Breaker, now: Instant) {
        breaker.acquire(now).unwrap().failed(now);
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        breaker.acquire(now).unwrap().succeeded();
        fail(&breaker, now);
        assert!(breaker.acquire(now).is_some());
        fail(&breaker, now);
        assert!(breaker.acquire(now).is_none());
    }

    #[test]
    fn one_probe_at_a_time_and_longer_rests_after_each_failed_one() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        fail(&breaker, now);
        let later = now + Duration::from_secs(1);
        let probe = breaker.acquire(later).unwrap();
        assert!(breaker.acquire(later).is_none());
        probe.failed(later);
        assert!(breaker.acquire(later + Duration::from_millis(1999)).is_none());
        let much_later = later + Duration::from_secs(2);
        fail(&breaker, much_later);
        assert!(breaker.acquire(much_later + Duration::from_millis(2999)).is_none());
        breaker.acquire(much_later + Duration::from_secs(3)).unwrap().succeeded();
        assert!(breaker.acquire(much_later).is_some());
    }

    #[test]
    fn an_abandoned_probe_makes_room_for_the_next() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        fail(&breaker, now);
        let later = now + Duration::from_secs(1);
        drop(breaker.acquire(later));
        assert!(breaker.acquire(later).is_some());
    }

    #[test]
    fn a_limit_of_zero_never_opens_it() {
        let breaker = Breaker::new(BreakerOptions { failures: 0, ..BreakerOptions::default() });
        for _ in 0..100 {
            fail(&breaker, Instant::now());
        }
    }
}
