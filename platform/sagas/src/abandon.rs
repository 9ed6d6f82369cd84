//! Giving a saga up: what can be undone is, and what cannot ends, so that none is there for ever.

use platform_core::id::SagaId;
use platform_database::StoreError;
use platform_database::sql::statement;
use sea_orm::{ConnectionTrait, Value};

use crate::engine::{Abandonment, Course, Goal};
use crate::operations::SagaInfo;
use crate::sagas::Sagas;
use crate::status::SagaStatus;
use crate::store::{self, Row};

/// Rounds against workers and colleagues that change the saga at the same time.
const ATTEMPTS: usize = 5;

/// Which sagas may be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One that is stuck.
    Stuck,
    /// Any that has neither ended nor is being undone. Who works at it loses its lease, and it goes on when that would
    /// have run out; what the step at work asked of others may still arrive there.
    AtWork,
}

/// What became of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abandoned {
    Yes(Abandonment),
    /// It is not within reach, but has this status.
    No(SagaStatus),
    Unknown,
}

impl Sagas {
    /// What giving up the saga would come to, if it were within reach.
    pub fn abandonment(&self, saga: &SagaInfo) -> Abandonment {
        let course = Course::of(saga.status, saga.failure.as_deref(), saga.is_exact);
        self.planned(&saga.kind, &saga.step, course)
    }

    fn planned(&self, kind: &str, step: &str, course: Course) -> Abandonment {
        let driven = self.shared.registry.get().and_then(|registry| registry.get(kind));
        driven.map_or_else(|| Abandonment::of_unknown(step), |kind| kind.abandon(step, course))
    }

    /// Gives a saga up for `reason`: one that can be undone is undone; an undo that fails is left out; from the pivot
    /// on the kind decides ([`GiveUp`](crate::GiveUp)).
    pub async fn abandon(&self, id: SagaId, reason: &str, reach: Reach) -> Result<Abandoned, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(row) = store::load(&self.shared.at.database, id).await? else {
                return Ok(Abandoned::Unknown);
            };
            let within = match row.status {
                SagaStatus::Stuck => true,
                SagaStatus::Running | SagaStatus::Parked => reach == Reach::AtWork,
                SagaStatus::Compensating | SagaStatus::Completed | SagaStatus::Compensated => false,
            };
            if !within {
                return Ok(Abandoned::No(row.status));
            }
            let course = Course::of(row.status, row.failure.as_deref(), row.fence == row.rest_fence);
            let abandonment = self.planned(&row.kind, &row.step, course);
            if self.give_up(&row, &abandonment.goal, reason).await? {
                let (step, kind) = (&row.step, &row.kind);
                tracing::warn!(saga.id = %id, kind, step, reason, ?abandonment, "a saga is given up");
                return Ok(Abandoned::Yes(abandonment));
            }
        }
        let row = store::load(&self.shared.at.database, id).await?;
        Ok(row.map_or(Abandoned::Unknown, |row| Abandoned::No(row.status)))
    }

    /// False when the saga has changed since it was read.
    async fn give_up(&self, row: &Row, goal: &Goal, reason: &str) -> Result<bool, StoreError> {
        let now = self.shared.at.clock.now();
        // A worker sees that its lease is lost when it renews it, well before the end.
        let due_at = if row.status.is_active() { now + self.shared.at.pace.lease } else { now };
        let (status, step, failure) = match goal {
            Goal::Undo(step) => (SagaStatus::Compensating, step, Some(reason)),
            Goal::Undone => (SagaStatus::Compensated, &row.step, Some(reason)),
            Goal::Forward(step) => (SagaStatus::Running, step, None),
            Goal::End => (SagaStatus::Completed, &row.step, Some(reason)),
        };
        let sql = "UPDATE sagas SET status = $1, step = $2, failure = coalesce(failure, $3), due_at = $4, \
                   updated_at = $5, attempts = 0, fence = fence + 1, rest_fence = rest_fence + 1, \
                   deadline = NULL, on_deadline = NULL \
                   WHERE id = $6 AND fence = $7 AND status = $8 AND step = $9";
        let values: [Value; 9] = [
            status.as_str().into(),
            step.as_str().into(),
            failure.into(),
            due_at.into(),
            now.into(),
            row.id.0.into(),
            row.fence.into(),
            row.status.as_str().into(),
            row.step.as_str().into(),
        ];
        let write = self.shared.at.database.write();
        let changed = write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0;
        if changed && status.is_final() {
            store::drop_signals(&self.shared.at.database, row.id).await?;
        }
        self.shared.changed.notify_one();
        Ok(changed)
    }
}
