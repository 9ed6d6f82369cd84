//! The handle by which sagas are started, woken and waited for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use platform_config::JobsConfig;
use platform_core::error::describe;
use platform_core::id::SagaId;
use platform_core::{ApiError, Clock, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use platform_leases::Pace;
use sea_orm::DbErr;
use serde_json::Value;
use tokio::sync::{Notify, watch};

use crate::engine::Surroundings;
use crate::registry::SagaRegistry;
use crate::saga::Saga;
use crate::status::SagaStatus;
use crate::store::{self, Row, SAGAS};

/// Sagas that one process drives at once for those who have started or woken them here. More wait for the worker.
const MAX_PROMPT: usize = 1_024;
/// How often a saga is looked at that another process drives.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
pub enum SagaError {
    #[error("there is no saga {0}")]
    Unknown(SagaId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for SagaError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}

/// Hears how a saga rests that is driven here; closed when its driver is done.
pub(crate) type Driven = watch::Receiver<Option<SagaStatus>>;

/// The sagas of one subgraph. Cheap to clone.
#[derive(Clone)]
pub struct Sagas {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) at: Surroundings,
    pub(crate) registry: OnceLock<SagaRegistry>,
    /// Sagas that this process drives now; the channel closes when it is done with one. A clock that jumps ahead
    /// lets leases look expired; these are at work all the same.
    pub(crate) active: Mutex<HashMap<SagaId, Driven>>,
    /// Rung when a saga becomes due sooner than the worker knows, and when one ends.
    pub(crate) changed: Notify,
}

impl Sagas {
    pub fn new(database: Database, clock: Arc<dyn Clock>, config: &JobsConfig) -> Self {
        let shared = Shared {
            at: Surroundings { database, clock, pace: Pace::new(config) },
            registry: OnceLock::new(),
            active: Mutex::default(),
            changed: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Says which kinds this process can drive; once, before it serves. False when that was said before.
    #[must_use]
    pub fn install(&self, registry: SagaRegistry) -> bool {
        self.shared.registry.set(registry).is_ok()
    }

    /// Starts a saga if and when `tx` commits; from then on it runs by itself. An id that exists is a unique
    /// violation.
    pub async fn start<S: Saga>(
        &self,
        tx: &Transaction,
        id: SagaId,
        state: &S::State,
    ) -> Result<(), StoreError> {
        let kind = self.shared.registry.get().and_then(|registry| registry.get(S::KIND));
        let step = kind.as_ref().and_then(|kind| kind.first_step()).ok_or_else(|| {
            DbErr::Custom(format!("no saga `{}` with a step is installed in this process", S::KIND))
        })?;
        let now = self.shared.at.clock.now();
        // Leased to this process from the beginning: that saves the claim.
        let prompt = self.shared.has_room();
        let row = Row {
            id,
            kind: S::KIND.to_owned(),
            status: SagaStatus::Running,
            step: step.to_owned(),
            state: serde_json::to_string(state).map_err(|e| DbErr::Json(e.to_string()))?,
            failure: None,
            attempts: u32::from(prompt),
            last_error: None,
            due_at: if prompt { now + self.shared.at.pace.lease } else { now },
            fence: i64::from(prompt),
            rest_fence: 0,
            parked: None,
            wakes: 0,
            wakes_seen: 0,
            ahead: false,
        };
        store::insert(tx, &row, now).await?;
        let shared = self.shared.clone();
        tx.on_commit(move || {
            if prompt {
                shared.spawn(row);
            } else {
                shared.changed.notify_one();
            }
        });
        Ok(())
    }

    /// Gives a saga a signal if and when `tx` commits. The step that has parked, or the next that parks, runs again
    /// with it; one that pauses after a failure, or whose attempt under way fails, is tried at once. False when the
    /// saga is unknown, is being undone or has ended.
    pub async fn wake(&self, tx: &Transaction, id: SagaId, signal: Value) -> Result<bool, StoreError> {
        if !store::signal(tx, id, &signal.to_string(), self.shared.at.clock.now()).await? {
            return Ok(false);
        }
        let shared = self.shared.clone();
        tx.on_commit(move || {
            if shared.has_room() && shared.registry.get().is_some() {
                tokio::spawn(async move {
                    // Who drives it now may have looked for signals just before this one.
                    shared.wait(id).await;
                    if let Err(error) = shared.claim_and_spawn(id).await {
                        tracing::warn!(saga.id = %id, error = %describe(&error), "a saga is not woken at once; the worker will find it");
                    }
                });
            } else {
                shared.changed.notify_one();
            }
        });
        Ok(true)
    }

    /// Drives a saga, or waits for who drives it, until it is parked, stuck or at its end. Giving up waiting does not
    /// stop the saga.
    pub async fn drive(&self, id: SagaId) -> Result<SagaStatus, SagaError> {
        loop {
            if let Some(status) = self.shared.wait(id).await
                && (status.is_final() || status == SagaStatus::Stuck)
            {
                return Ok(status);
            }
            let row = store::load(&self.shared.at.database, id).await?.ok_or(SagaError::Unknown(id))?;
            if self.shared.is_at_rest(&row) {
                return Ok(row.status);
            }
            let driven_here = self.shared.registry.get().is_some_and(|r| r.get(&row.kind).is_some())
                && self.shared.claim_and_spawn(id).await?;
            if !driven_here {
                tokio::time::sleep(WATCH_INTERVAL).await;
            }
        }
    }
}

impl Shared {
    pub(crate) fn active(&self) -> std::sync::MutexGuard<'_, HashMap<SagaId, Driven>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this process does not drive the saga; returns how it rests, if it was driven here and does.
    pub(crate) async fn wait(&self, id: SagaId) -> Option<SagaStatus> {
        let mut driven = self.active().get(&id).cloned()?;
        // Fails when the driver is done, which is what is waited for.
        while driven.changed().await.is_ok() {}
        *driven.borrow()
    }

    fn has_room(&self) -> bool {
        self.active().len() < MAX_PROMPT
    }

    /// Whether nobody needs to do anything for the saga now.
    fn is_at_rest(&self, row: &Row) -> bool {
        match row.status {
            SagaStatus::Running | SagaStatus::Compensating => false,
            SagaStatus::Parked => row.due_at > self.at.clock.now(),
            SagaStatus::Stuck | SagaStatus::Completed | SagaStatus::Compensated => true,
        }
    }

    /// Claims the saga and drives it in a task of its own. False when it is not due, or driven here already.
    async fn claim_and_spawn(self: &Arc<Self>, id: SagaId) -> Result<bool, StoreError> {
        if self.active().contains_key(&id) {
            return Ok(false);
        }
        let now = self.at.clock.now();
        match SAGAS.claim(&self.at.database, id.0, now, now + self.at.pace.lease).await? {
            Some(row) => {
                self.spawn(Row::read(&row)?);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Drives a claimed saga in a task of its own.
    fn spawn(self: &Arc<Self>, row: Row) {
        let driven = self.drive(row);
        let shared = self.clone();
        tokio::spawn(async move {
            // The worker need not look again for a saga that rests.
            if driven.await.is_none() {
                shared.changed.notify_one();
            }
        });
    }

    /// Drives a claimed saga, listed as active from this call on; how it rests, unless its lease was lost or a step of it
    /// is to be tried again.
    pub(crate) fn drive(
        self: &Arc<Self>,
        row: Row,
    ) -> impl Future<Output = Option<SagaStatus>> + Send + use<> {
        let (done, waiting) = watch::channel(None);
        self.active().insert(row.id, waiting);
        let active = Active { shared: self.clone(), id: row.id, done };
        async move {
            let shared = &active.shared;
            let kind = shared.registry.get().and_then(|registry| registry.get(&row.kind))?;
            let outcome = kind.drive(&shared.at, row).await;
            if let Err(error) = &outcome {
                tracing::warn!(saga.id = %active.id, error = %describe(error), "a saga's progress is not stored; it goes on when its lease ends");
            }
            let status = outcome.ok().flatten();
            active.done.send_replace(status);
            status
        }
    }
}

/// Lists a saga as driven here for as long as it exists; then those who wait for it look at it.
struct Active {
    shared: Arc<Shared>,
    id: SagaId,
    done: watch::Sender<Option<SagaStatus>>,
}

impl Drop for Active {
    fn drop(&mut self) {
        self.shared.active().remove(&self.id);
    }
}
