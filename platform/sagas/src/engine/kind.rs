//! A kind of saga: its steps in order, up to where they can be undone, and what each course comes to.

use async_trait::async_trait;
use platform_database::StoreError;

use super::Surroundings;
use super::abandonment::{Abandonment, Course, Goal};
use super::guard::stick;
use super::run::{Next, Run};
use crate::outcome::StepError;
use crate::saga::{GiveUp, Saga, Step};
use crate::status::SagaStatus;
use crate::store::Row;

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
    async fn drive(&self, at: &Surroundings, row: Row) -> Result<Option<SagaStatus>, StoreError>;
}

/// The names of a step's fail points.
pub(super) struct Points {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) undo_before: String,
    pub(super) undo_after: String,
}

pub(crate) struct Typed<S: Saga> {
    pub(super) saga: S,
    pub(super) points: Vec<Points>,
    /// How many of the first steps can be undone.
    pub(super) undoable: usize,
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
    pub(super) fn is_past_pivot(&self, step: &str) -> bool {
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
    async fn drive(&self, at: &Surroundings, row: Row) -> Result<Option<SagaStatus>, StoreError> {
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
