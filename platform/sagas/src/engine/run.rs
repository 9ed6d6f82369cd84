//! A claimed saga under way: one step after the other, forward or back.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use platform_core::failpoint;
use platform_database::StoreError;
use platform_leases::shorten;

use super::Surroundings;
use super::guard::{RETRIES, guard, parse, stick};
use super::kind::{Drive, Points, Typed};
use crate::context::StepContext;
use crate::outcome::{OnDeadline, Outcome, StepError};
use crate::saga::{Saga, Step};
use crate::status::SagaStatus;
use crate::store::{self, Parked, Row};

/// The most bytes of a saga's state.
const MAX_STATE: usize = 1 << 20;
/// Signals given to a step at once.
const MAX_SIGNALS: u64 = 100;

/// Whether to go on with the saga.
pub(super) enum Next {
    Go,
    Rest(Option<SagaStatus>),
}

/// A saga under way.
pub(super) struct Run<'a, S: Saga> {
    pub(super) kind: &'a Typed<S>,
    pub(super) at: &'a Surroundings,
    pub(super) row: Row,
    pub(super) state: S::State,
    /// No worker before this one has come further than the row it found.
    pub(super) is_exact: bool,
    /// A row that is stored says that it only goes forward.
    pub(super) is_past_pivot: bool,
}

impl<S: Saga> Run<'_, S> {
    /// One step forward or back.
    pub(super) async fn step(&mut self) -> Result<Next, StoreError> {
        let steps = self.kind.saga.steps();
        let found = steps.iter().position(|step| step.name() == self.row.step);
        let (Some(index), Some(step), Some(points)) = (
            found,
            found.and_then(|index| steps.get(index)),
            found.and_then(|index| self.kind.points.get(index)),
        ) else {
            return self.failed(StepError::stuck("this release has no such step")).await;
        };
        if self.row.attempts > S::MAX_ATTEMPTS {
            return self.failed(StepError::stuck("every attempt ended with the death of its process")).await;
        }
        let context = self.context(step.name());
        if self.row.status == SagaStatus::Compensating {
            return self.back(index, *step, points, context).await;
        }
        self.forward(index, *step, points, context).await
    }

    fn context(&self, step: &'static str) -> StepContext {
        StepContext {
            id: self.row.id,
            fence: self.row.fence,
            attempt: self.row.attempts.max(1),
            step,
            signals: Vec::new(),
            failure: self.row.failure.clone(),
            database: self.at.database.clone(),
            finish: Mutex::default(),
            checkpoint: AtomicBool::new(false),
        }
    }

    async fn forward(
        &mut self,
        index: usize,
        step: &dyn Step<S>,
        points: &Points,
        mut context: StepContext,
    ) -> Result<Next, StoreError> {
        let mut consumed = Vec::new();
        if let Some(parked) = self.row.parked.clone() {
            let signals = store::signals(&self.at.database, self.row.id, MAX_SIGNALS).await?;
            if signals.is_empty() {
                let is_early = self.at.clock.now() < parked.deadline;
                let outcome = match parked.on_deadline {
                    on_deadline if is_early => Some(Outcome::Park { until: parked.deadline, on_deadline }),
                    OnDeadline::Continue => Some(Outcome::Done),
                    OnDeadline::Fail(reason) => Some(Outcome::Abort(reason)),
                    OnDeadline::Again => None,
                };
                if let Some(outcome) = outcome {
                    return self.advance(index, outcome, &context, &consumed).await;
                }
            }
            consumed = signals.iter().map(|signal| signal.id).collect();
            context.signals = signals.iter().map(parse).collect();
        }
        failpoint::hit(&points.before);
        let work = step.run(&self.kind.saga, &context, &mut self.state);
        let Some(outcome) = guard(self.at, &self.row, work).await else { return Ok(Next::Rest(None)) };
        failpoint::hit(&points.after);
        match outcome {
            Ok(outcome) => self.advance(index, outcome, &context, &consumed).await,
            Err(error @ StepError::Permanent { .. }) if index < self.kind.undoable => {
                context.discard_transaction().await?;
                self.advance(index, Outcome::Abort(shorten(&error.describe())), &context, &consumed).await
            }
            Err(error) => self.discard(&context, error).await,
        }
    }

    async fn back(
        &mut self,
        index: usize,
        step: &dyn Step<S>,
        points: &Points,
        context: StepContext,
    ) -> Result<Next, StoreError> {
        failpoint::hit(&points.undo_before);
        let work = step.undo(&self.kind.saga, &context, &mut self.state);
        let Some(outcome) = guard(self.at, &self.row, work).await else { return Ok(Next::Rest(None)) };
        failpoint::hit(&points.undo_after);
        if index == 0 {
            S::forget(&mut self.state);
        }
        let state = match outcome.and_then(|()| self.serialize()) {
            Ok(state) => state,
            Err(error) => return self.discard(&context, error).await,
        };
        match index.checked_sub(1).and_then(|before| self.kind.saga.steps().get(before)) {
            Some(before) => before.name().clone_into(&mut self.row.step),
            None => self.row.status = SagaStatus::Compensated,
        }
        self.row.state = state;
        self.row.attempts = 1;
        self.row.last_error = None;
        self.store(&context, &[]).await
    }

    /// Takes over how the current step ended.
    async fn advance(
        &mut self,
        index: usize,
        outcome: Outcome,
        context: &StepContext,
        consumed: &[i64],
    ) -> Result<Next, StoreError> {
        if matches!(outcome, Outcome::Abort(_)) && index >= self.kind.undoable {
            return self
                .discard(context, StepError::stuck("it was aborted where it can only go forward"))
                .await;
        }
        let is_last = index + 1 == self.kind.saga.steps().len();
        if is_last && matches!(outcome, Outcome::Done | Outcome::Skipped) {
            S::forget(&mut self.state);
        }
        let state = match self.serialize() {
            Ok(state) => state,
            Err(error) => return self.discard(context, error).await,
        };
        let row = &mut self.row;
        row.state = state;
        let can_wait = match outcome {
            Outcome::Skipped => true,
            Outcome::Done => {
                let passes_pivot = index >= self.kind.undoable && !self.is_past_pivot;
                !passes_pivot && self.at.clock.now() + self.at.pace.lease * 2 / 3 < row.due_at
            }
            Outcome::Park { .. } | Outcome::Abort(_) => false,
        };
        if let Some(next) = self.kind.saga.steps().get(index + 1)
            && can_wait
            && row.parked.is_none()
            && !context.has_transaction()
        {
            next.name().clone_into(&mut row.step);
            row.attempts = 1;
            row.last_error = None;
            row.ahead = true;
            return Ok(Next::Go);
        }
        row.attempts = 1;
        row.last_error = None;
        row.parked = None;
        row.wakes_seen += i64::try_from(consumed.len()).unwrap_or(0);
        match outcome {
            Outcome::Done | Outcome::Skipped => match self.kind.saga.steps().get(index + 1) {
                Some(next) => next.name().clone_into(&mut row.step),
                None => row.status = SagaStatus::Completed,
            },
            Outcome::Park { until, on_deadline } => {
                row.status = SagaStatus::Parked;
                row.attempts = 0;
                row.due_at = until;
                row.parked = Some(Parked { deadline: until, on_deadline });
            }
            Outcome::Abort(reason) => {
                tracing::info!(step = row.step, reason, "a saga is aborted; undoing it");
                if let Some(furthest) = self.kind.undone_from(&row.step, self.is_exact) {
                    furthest.clone_into(&mut row.step);
                }
                row.status = SagaStatus::Compensating;
                row.failure = Some(reason);
            }
        }
        self.store(context, consumed).await
    }

    /// Stores the row under its fence, together with the step's own transaction if it handed one over.
    async fn store(&mut self, context: &StepContext, consumed: &[i64]) -> Result<Next, StoreError> {
        let now = self.at.clock.now();
        let lease = now + self.at.pace.lease;
        if self.row.status != SagaStatus::Parked {
            self.row.due_at = if self.row.status.is_active() { lease } else { now };
        }
        let database = &self.at.database;
        let wakes = match context.take_transaction() {
            None if consumed.is_empty() => {
                store::progress(database.write(), &self.row, self.is_exact, lease, now).await?
            }
            open => {
                let tx = match open {
                    Some(tx) => tx,
                    None => database.begin().await?,
                };
                let wakes = store::progress(&*tx, &self.row, self.is_exact, lease, now).await?;
                if wakes.is_some() {
                    if !consumed.is_empty() {
                        store::consume(&tx, self.row.id, consumed).await?;
                    }
                    tx.commit().await?;
                } else {
                    tx.rollback().await?;
                }
                wakes
            }
        };
        let Some(wakes) = wakes else { return Ok(self.overtaken()) };
        self.row.wakes = wakes;
        self.row.ahead = false;
        self.is_past_pivot = self.kind.is_past_pivot(&self.row.step);
        if self.row.status.is_final() && wakes > self.row.wakes_seen {
            store::drop_signals(&self.at.database, self.row.id).await?;
        }
        match self.row.status {
            // A signal came while the step was at work: the row was stored as running, on this worker's lease.
            SagaStatus::Parked if self.row.wakes > self.row.wakes_seen => {
                self.row.status = SagaStatus::Running;
                self.row.attempts = 1;
                Ok(Next::Go)
            }
            status if status.is_active() => Ok(Next::Go),
            status => Ok(Next::Rest(Some(status))),
        }
    }

    fn serialize(&self) -> Result<String, StepError> {
        let state = serde_json::to_string(&self.state)?;
        if state.len() > MAX_STATE {
            return Err(StepError::stuck(format!("its state has grown to {} bytes", state.len())));
        }
        Ok(state)
    }

    /// Rolls back what the failed step handed over, and stores the failure.
    async fn discard(&mut self, context: &StepContext, error: StepError) -> Result<Next, StoreError> {
        context.discard_transaction().await?;
        self.row.ahead &= !context.has_checkpoint();
        self.failed(error).await
    }

    /// Stores a failure: for another attempt after a pause, or as stuck.
    async fn failed(&mut self, error: StepError) -> Result<Next, StoreError> {
        let retry = matches!(error, StepError::Retry(_)) && self.row.attempts < S::MAX_ATTEMPTS;
        if !retry {
            self.forget().await?;
            return Ok(Next::Rest(stick(self.at, &self.row, self.is_exact, &error).await?));
        }
        let now = self.at.clock.now();
        let pause = RETRIES.pause(self.row.attempts);
        let text = shorten(&error.describe());
        let (step, attempt) = (&self.row.step, self.row.attempts);
        tracing::warn!(step, attempt, error = text, ?pause, "a saga's step failed; it runs again");
        let (database, status) = (&self.at.database, self.row.status);
        match store::failure(database, &self.row, self.is_exact, status, now + pause, &text, now).await? {
            true => Ok(Next::Rest(None)),
            false => Ok(self.overtaken()),
        }
    }

    /// What was to be stored belongs to another worker's run.
    fn overtaken(&self) -> Next {
        let (step, fence) = (&self.row.step, self.row.fence);
        tracing::warn!(step, fence, "another worker has taken the saga over");
        Next::Rest(None)
    }

    /// Makes the row what is kept of a saga that is stuck: its state as the last checkpoint has it, without what is to be
    /// forgotten.
    async fn forget(&mut self) -> Result<(), StoreError> {
        if !self.row.ahead {
            let Some(stored) = store::load(&self.at.database, self.row.id).await? else { return Ok(()) };
            self.row.state = stored.state;
        }
        if let Ok(mut state) = serde_json::from_str::<S::State>(&self.row.state) {
            S::forget(&mut state);
            if let Ok(state) = serde_json::to_string(&state) {
                self.row.state = state;
                self.row.ahead = true;
            }
        }
        Ok(())
    }
}
