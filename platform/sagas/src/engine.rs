//! Drives one claimed saga from step to step until it parks, ends, fails or is lost to another worker.
//!
//! What a step did is not stored when it ends: whoever takes over runs the steps again from the last one that was.
//! Stored is what ends the run (parked, failed, at its end), what turns it (aborted, past its pivot), a step with a
//! transaction of its own, and a run of which a third of its lease is gone, since only that renews the lease between
//! steps. So a row may be behind its saga; the fence under which it came to rest tells one that is not.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use platform_core::{Clock, failpoint};
use platform_database::Database;
use sea_orm::DbErr;
use serde_json::Value;

use crate::abandon::{Abandonment, Course, Goal};
use crate::saga::{GiveUp, OnDeadline, Outcome, Saga, Step, StepContext, StepError};
use crate::status::SagaStatus;
use crate::store::{self, Parked, Row, Signal};

/// The longest one run of a step or undo may take.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause after the first failure; doubles with each.
const RETRY_BASE: Duration = Duration::from_millis(250);
/// Short enough that what a failed neighbour held up goes on soon after its return.
const RETRY_MAX: Duration = Duration::from_secs(15);
/// The most characters of an error that are kept.
const ERROR_LENGTH: usize = 2_000;
/// The most bytes of a saga's state.
const MAX_STATE: usize = 1 << 20;
/// Signals given to a step at once.
const MAX_SIGNALS: u64 = 100;

/// What drives a saga needs of its surroundings.
pub(crate) struct Surroundings {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) lease: Duration,
}

/// A kind of saga whose state's type is forgotten.
#[async_trait]
pub(crate) trait Drive: Send + Sync {
    fn fail_points(&self) -> Vec<String>;

    fn first_step(&self) -> Option<&'static str>;

    /// The step from which a saga is undone that is stored at `step`; `None` where it cannot be. `is_exact`: it has come
    /// no further.
    fn undone_from(&self, step: &str, is_exact: bool) -> Option<&'static str>;

    /// What giving up a saga that is at `step` comes to.
    fn abandon(&self, step: &str, course: Course) -> Abandonment;

    /// Drives the claimed saga. `None`: its lease was lost, or its failure was stored for a later retry.
    async fn drive(&self, at: &Surroundings, row: Row) -> Result<Option<SagaStatus>, DbErr>;
}

/// The names of a step's fail points.
struct Points {
    before: String,
    after: String,
    undo_before: String,
    undo_after: String,
}

pub(crate) struct Typed<S: Saga> {
    saga: S,
    points: Vec<Points>,
    /// How many of the first steps can be undone.
    undoable: usize,
}

impl<S: Saga> Typed<S> {
    pub(crate) fn new(saga: S) -> Self {
        let points = |step: &&'static dyn Step<S>| {
            let name = |place: &str| format!("saga.{}.{}.{place}", S::KIND, step.name());
            Points {
                before: name("before"),
                after: name("after"),
                undo_before: name("undo.before"),
                undo_after: name("undo.after"),
            }
        };
        let steps = saga.steps();
        let pivot = S::PIVOT.and_then(|pivot| steps.iter().position(|step| step.name() == pivot));
        let undoable = pivot.unwrap_or(steps.len());
        Self { points: steps.iter().map(points).collect(), undoable, saga }
    }

    /// Whether a saga that is at `step` only goes forward.
    fn is_past_pivot(&self, step: &str) -> bool {
        self.saga.steps().iter().skip(self.undoable).any(|later| later.name() == step)
    }
}

#[async_trait]
impl<S: Saga> Drive for Typed<S> {
    fn fail_points(&self) -> Vec<String> {
        let forward = self.points.iter().flat_map(|p| [&p.before, &p.after]);
        let back = self.points.iter().take(self.undoable).flat_map(|p| [&p.undo_before, &p.undo_after]);
        forward.chain(back).cloned().collect()
    }

    fn first_step(&self) -> Option<&'static str> {
        self.saga.steps().first().map(|step| step.name())
    }

    fn undone_from(&self, step: &str, is_exact: bool) -> Option<&'static str> {
        let mut undoable = self.saga.steps().iter().take(self.undoable).map(|step| step.name());
        match is_exact {
            true => undoable.find(|name| *name == step),
            false => undoable.clone().any(|name| name == step).then(|| undoable.next_back()).flatten(),
        }
    }

    fn abandon(&self, step: &str, course: Course) -> Abandonment {
        let names: Vec<String> = self.saga.steps().iter().map(|step| step.name().to_owned()).collect();
        let Some(index) = names.iter().position(|name| name == step) else {
            return Abandonment::of_unknown(step);
        };
        let back_from = |count: usize| names.iter().take(count).rev().cloned().collect::<Vec<_>>();
        let later: Vec<String> = names.iter().skip(index.saturating_add(1)).cloned().collect();
        let (undone, given_up, goes_on) = match (course, S::GIVE_UP) {
            (Course::Back, _) => (back_from(index), vec![step.to_owned()], Vec::new()),
            (Course::AtWork, _) if index < self.undoable => {
                (back_from(self.undoable), Vec::new(), Vec::new())
            }
            (Course::AtRest, _) if index < self.undoable => {
                (back_from(index.saturating_add(1)), Vec::new(), Vec::new())
            }
            (_, GiveUp::Skip) => (Vec::new(), vec![step.to_owned()], later),
            (_, GiveUp::End) => (Vec::new(), names.iter().skip(index).cloned().collect(), Vec::new()),
        };
        let goal = match (undone.first(), goes_on.first()) {
            (Some(next), _) => Goal::Undo(next.clone()),
            (None, Some(next)) => Goal::Forward(next.clone()),
            (None, None) if course == Course::Back => Goal::Undone,
            (None, None) => Goal::End,
        };
        Abandonment { goal, undone, given_up, goes_on }
    }

    #[tracing::instrument(name = "saga.drive", skip_all, fields(saga.id = %row.id, saga.kind = S::KIND))]
    async fn drive(&self, at: &Surroundings, row: Row) -> Result<Option<SagaStatus>, DbErr> {
        let is_exact = row.is_exact_when_claimed();
        let mut run = match serde_json::from_str(&row.state) {
            Ok(state) => {
                let is_past_pivot = self.is_past_pivot(&row.step);
                Run { kind: self, at, row, state, is_exact, is_past_pivot }
            }
            Err(error) => {
                let error = StepError::stuck(format!("its state cannot be read: {error}"));
                return stick(at, &row, is_exact, &error).await;
            }
        };
        loop {
            match run.step().await? {
                Next::Go => {}
                Next::Rest(status) => return Ok(status),
            }
        }
    }
}

/// Whether to go on with the saga.
enum Next {
    Go,
    Rest(Option<SagaStatus>),
}

/// A saga under way.
struct Run<'a, S: Saga> {
    kind: &'a Typed<S>,
    at: &'a Surroundings,
    row: Row,
    state: S::State,
    /// No worker before this one has come further than the row it found.
    is_exact: bool,
    /// A row that is stored says that it only goes forward.
    is_past_pivot: bool,
}

impl<S: Saga> Run<'_, S> {
    /// One step forward or back.
    async fn step(&mut self) -> Result<Next, DbErr> {
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
    ) -> Result<Next, DbErr> {
        let mut consumed = Vec::new();
        if let Some(parked) = self.row.parked.clone() {
            let signals = store::signals(&self.at.database, self.row.id, MAX_SIGNALS).await?;
            if signals.is_empty() {
                let outcome = if self.at.clock.now() < parked.deadline {
                    Outcome::Park { until: parked.deadline, on_deadline: parked.on_deadline }
                } else {
                    match parked.on_deadline {
                        OnDeadline::Continue => Outcome::Done,
                        OnDeadline::Fail(reason) => Outcome::Abort(reason),
                    }
                };
                return self.advance(index, outcome, &context, &consumed).await;
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
                self.advance(index, Outcome::Abort(shorten(&error)), &context, &consumed).await
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
    ) -> Result<Next, DbErr> {
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
    ) -> Result<Next, DbErr> {
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
                !passes_pivot && self.at.clock.now() + self.at.lease * 2 / 3 < row.due_at
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
    async fn store(&mut self, context: &StepContext, consumed: &[i64]) -> Result<Next, DbErr> {
        let now = self.at.clock.now();
        let lease = now + self.at.lease;
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
        let Some(wakes) = wakes else {
            tracing::warn!(
                step = self.row.step,
                fence = self.row.fence,
                "another worker has taken the saga over"
            );
            return Ok(Next::Rest(None));
        };
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
    async fn discard(&mut self, context: &StepContext, error: StepError) -> Result<Next, DbErr> {
        context.discard_transaction().await?;
        self.row.ahead &= !context.has_checkpoint();
        self.failed(error).await
    }

    /// Stores a failure: for another attempt after a pause, or as stuck.
    async fn failed(&mut self, error: StepError) -> Result<Next, DbErr> {
        let retry = matches!(error, StepError::Retry(_)) && self.row.attempts < S::MAX_ATTEMPTS;
        if !retry {
            self.forget().await?;
            return Ok(Next::Rest(stick(self.at, &self.row, self.is_exact, &error).await?));
        }
        let now = self.at.clock.now();
        let pause = pause(self.row.attempts);
        let text = shorten(&error);
        let (step, attempt) = (&self.row.step, self.row.attempts);
        tracing::warn!(step, attempt, error = text, ?pause, "a saga's step failed; it runs again");
        let (database, status) = (&self.at.database, self.row.status);
        store::failure(database, &self.row, self.is_exact, status, now + pause, &text, now).await?;
        Ok(Next::Rest(None))
    }
}

impl<S: Saga> Run<'_, S> {
    /// Makes the row what is kept of a saga that is stuck: its state as the last checkpoint has it, without what is to be
    /// forgotten.
    async fn forget(&mut self) -> Result<(), DbErr> {
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

/// Stores that the saga needs staff.
async fn stick(
    at: &Surroundings,
    row: &Row,
    is_exact: bool,
    error: &StepError,
) -> Result<Option<SagaStatus>, DbErr> {
    let (now, text) = (at.clock.now(), shorten(error));
    tracing::error!(saga.id = %row.id, kind = row.kind, step = row.step, error = text, "a saga is stuck; see `souk saga list`");
    let stored = store::failure(&at.database, row, is_exact, SagaStatus::Stuck, now, &text, now).await?;
    Ok(stored.then_some(SagaStatus::Stuck))
}

/// Runs a step and renews the lease meanwhile; `None` when the lease is lost. A panic or too long a run is a failure
/// like any other.
async fn guard<T>(
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
                Err(error) => tracing::warn!(saga.id = %row.id, %error, "a lease is not renewed"),
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

fn parse(signal: &Signal) -> Value {
    serde_json::from_str(&signal.signal).unwrap_or_else(|_| Value::String(signal.signal.clone()))
}

fn shorten(error: &StepError) -> String {
    error.describe().chars().take(ERROR_LENGTH).collect()
}

fn pause(attempt: u32) -> Duration {
    RETRY_BASE.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(RETRY_MAX)
}
