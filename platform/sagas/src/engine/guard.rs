//! What surrounds the run of a step: its time, its lease, its panics, and how its failures are kept.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use platform_core::error::describe;
use platform_database::StoreError;
use serde_json::Value;

use super::Surroundings;
use crate::outcome::StepError;
use crate::status::SagaStatus;
use crate::store::{self, Row, Signal};

/// The longest one run of a step or undo may take.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause after the first failure; doubles with each.
const RETRY_BASE: Duration = Duration::from_millis(250);
/// Long enough that the attempts of most sagas ([`Saga::MAX_ATTEMPTS`](crate::Saga::MAX_ATTEMPTS)) outlast an hour in
/// which a neighbour is away, and short enough that what it held up goes on soon after its return. A pause is never much
/// longer than the outage was.
const RETRY_MAX: Duration = Duration::from_secs(120);
/// The most characters of an error that are kept.
const ERROR_LENGTH: usize = 2_000;

/// Stores that the saga needs staff.
pub(super) async fn stick(
    at: &Surroundings,
    row: &Row,
    is_exact: bool,
    error: &StepError,
) -> Result<Option<SagaStatus>, StoreError> {
    let (now, text) = (at.clock.now(), shorten(error));
    tracing::error!(saga.id = %row.id, kind = row.kind, step = row.step, error = text, "a saga is stuck; see `souk saga list`");
    let stored = store::failure(&at.database, row, is_exact, SagaStatus::Stuck, now, &text, now).await?;
    Ok(stored.then_some(SagaStatus::Stuck))
}

/// Runs a step and renews the lease meanwhile; `None` when the lease is lost. A panic or too long a run is a failure
/// like any other.
pub(super) async fn guard<T>(
    at: &Surroundings,
    row: &Row,
    work: impl Future<Output = Result<T, StepError>>,
) -> Option<Result<T, StepError>> {
    let work = tokio::time::timeout(STEP_TIMEOUT, AssertUnwindSafe(work).catch_unwind());
    // Renewing waits its turn for a connection, which the step itself may hold: both are polled together.
    let lost = async {
        loop {
            tokio::time::sleep(at.lease / 3).await;
            match store::renew(&at.database, row.id, row.fence, at.clock.now() + at.lease).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(saga.id = %row.id, error = %describe(&error), "a lease is not renewed");
                }
            }
        }
    };
    tokio::select! {
        outcome = work => Some(match outcome {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StepError::retry("the step panicked")),
            Err(_) => Err(StepError::retry(format!("the step took over {STEP_TIMEOUT:?}"))),
        }),
        () = lost => {
            tracing::warn!(saga.id = %row.id, step = row.step, "another worker has taken the saga over");
            None
        }
    }
}

pub(super) fn parse(signal: &Signal) -> Value {
    serde_json::from_str(&signal.signal).unwrap_or_else(|_| Value::String(signal.signal.clone()))
}

pub(super) fn shorten(error: &StepError) -> String {
    error.describe().chars().take(ERROR_LENGTH).collect()
}

/// How long to wait after so many failures in a row.
pub(crate) fn pause(attempt: u32) -> Duration {
    RETRY_BASE.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(RETRY_MAX)
}
