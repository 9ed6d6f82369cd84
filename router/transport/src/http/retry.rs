//! How often calls are repeated: an account into which every call pays a fraction of a retry.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::http::options::RetryOptions;

/// In hundredths of a retry.
const RETRY: i64 = 100;

pub struct RetryBudget {
    options: RetryOptions,
    balance: AtomicI64,
    jitter: AtomicU64,
}

impl RetryBudget {
    pub fn new(options: RetryOptions) -> Self {
        let balance = AtomicI64::new(ceiling(&options));
        Self { options, balance, jitter: AtomicU64::new(0) }
    }

    /// Pays in for a call.
    pub fn deposit(&self) {
        let add = i64::from(self.options.percent);
        self.update(|balance| Some((balance + add).min(ceiling(&self.options))));
    }

    /// Takes out a retry after `attempt` retries of the same call; false when there is none left.
    pub fn withdraw(&self, attempt: u32) -> bool {
        attempt < self.options.max_retries
            && self.update(|balance| (balance >= RETRY).then_some(balance - RETRY))
    }

    fn update(&self, change: impl Fn(i64) -> Option<i64>) -> bool {
        self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }

    /// The pause before the next retry. Callers that failed together spread out: each takes another part of the
    /// range, in the order of a low-discrepancy sequence.
    pub fn pause(&self, attempt: u32) -> Duration {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let base = self.options.pause.saturating_mul(1 << attempt.min(10));
        let turn = self.jitter.fetch_add(GOLDEN, Ordering::Relaxed) >> 56;
        let part = u32::try_from(turn).unwrap_or(0);
        base + base * part / 512
    }
}

fn ceiling(options: &RetryOptions) -> i64 {
    i64::from(options.reserve) * RETRY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_runs_out_and_calls_refill_it() {
        let options = RetryOptions { reserve: 2, percent: 50, ..RetryOptions::default() };
        let budget = RetryBudget::new(options);
        assert!(budget.withdraw(0) && budget.withdraw(0) && !budget.withdraw(0));
        budget.deposit();
        assert!(!budget.withdraw(0));
        budget.deposit();
        assert!(budget.withdraw(1) && !budget.withdraw(1));
    }

    #[test]
    fn one_call_is_repeated_so_many_times_and_no_more() {
        let budget = RetryBudget::new(RetryOptions { max_retries: 2, ..RetryOptions::default() });
        assert!(budget.withdraw(1) && !budget.withdraw(2));
    }

    #[test]
    fn pauses_double_and_vary_by_half() {
        let budget =
            RetryBudget::new(RetryOptions { pause: Duration::from_millis(100), ..RetryOptions::default() });
        let pauses: Vec<_> = (0..50).map(|_| budget.pause(1)).collect();
        let range = Duration::from_millis(200)..Duration::from_millis(300);
        assert!(pauses.iter().all(|pause| range.contains(pause)));
        assert!(pauses.iter().max() > pauses.iter().min());
    }
}
