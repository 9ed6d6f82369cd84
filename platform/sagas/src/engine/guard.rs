//! What surrounds the run of a step: its time, its lease, its panics, and how its failures are kept.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use platform_database::StoreError;
use platform_leases::{Held, Retries, shorten};
use serde_json::Value;

use super::Surroundings;
use crate::outcome::StepError;
use crate::status::SagaStatus;
use crate::store::{self, Row, SAGAS, Signal};

/// The longest one run of a step or undo may take.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// Long enough that the attempts of most sagas ([`Saga::MAX_ATTEMPTS`](crate::Saga::MAX_ATTEMPTS)) outlast an hour in
/// which a neighbour is away, and short enough that what it held up goes on soon after its return. A pause is never much
/// longer than the outage was.
pub(super) const RETRIES: Retries =
    Retries { first: Duration::from_millis(250), longest: Duration::from_secs(120) };

/// Stores that the saga needs staff.
pub(super) async fn stick(
    at: &Surroundings,
    row: &Row,
    is_exact: bool,
    error: &StepError,
) -> Result<Option<SagaStatus>, StoreError> {
    let (now, text) = (at.clock.now(), shorten(&error.describe()));
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
    let held = Held {
        table: &SAGAS,
        database: &at.database,
        clock: &*at.clock,
        lease: at.pace.lease,
        id: row.id.0,
        fence: row.fence,
    };
    let work = tokio::time::timeout(STEP_TIMEOUT, AssertUnwindSafe(work).catch_unwind());
    Some(match held.during(work).await? {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(StepError::retry("the step panicked")),
        Err(_) => Err(StepError::retry(format!("the step took over {STEP_TIMEOUT:?}"))),
    })
}

pub(super) fn parse(signal: &Signal) -> Value {
    serde_json::from_str(&signal.signal).unwrap_or_else(|_| Value::String(signal.signal.clone()))
}
