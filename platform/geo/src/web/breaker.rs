//! Leaves a service alone that does not answer, so that a dead one costs no patience for each question.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How many questions in a row stay without an answer before the service is left alone.
const MOST: u32 = 3;
/// For how long it is left alone.
const REST: TimeDelta = TimeDelta::seconds(30);

/// What is known of a service's health.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<Health>);

#[derive(Debug, Default)]
struct Health {
    failures: u32,
    rests_until: Option<DateTime<Utc>>,
}

impl Breaker {
    /// Whether the service may be asked. After its rest one question finds out, while others are not asked.
    pub fn lets(&self, now: DateTime<Utc>) -> bool {
        let mut health = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes no rest longer.
        let rests = health.rests_until.is_some_and(|until| now < until && until - now <= REST);
        if !rests && health.rests_until.is_some() {
            health.rests_until = Some(now + REST);
        }
        !rests
    }

    /// It has answered.
    pub fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Health::default();
    }

    /// It has not.
    pub fn failed(&self, now: DateTime<Utc>) {
        let mut health = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        health.failures = health.failures.saturating_add(1);
        if health.failures >= MOST {
            health.rests_until = Some(now + REST);
        }
    }
}
