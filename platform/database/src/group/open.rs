//! One group: its outer transaction and the members that are done.

use std::sync::Arc;
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, RuntimeErr, SqlxError};
use tokio::sync::oneshot;

use super::gate::Gate;
use super::turn::{Commit, End, Request, Turn};
use super::{GATHERING, MEMBERS};
use crate::work::Counter;
use crate::writing::Writing;

/// In the outer transaction there is no other of this name at the same time.
const BEGIN_MEMBER: &str = "SAVEPOINT member";
const BEGIN_NEXT_MEMBER: &str = "RELEASE member; SAVEPOINT member";
const UNDO_MEMBER: &str = "ROLLBACK TO member";

pub(super) struct Open {
    outer: Arc<DatabaseTransaction>,
    gate: Gate,
    writing: Writing,
    /// Those that are done, in their order, and wait for the COMMIT.
    done: Vec<Commit>,
    /// When the first of them was.
    since: Option<Instant>,
    /// The last member, if it gave up what it did and waits until what it saw is committed.
    rolled_back: Option<oneshot::Sender<Result<(), DbErr>>>,
    has_savepoint: bool,
    failure: Option<DbErr>,
}

impl Open {
    pub(super) fn new(outer: DatabaseTransaction, gate: Gate, writing: Writing) -> Self {
        Self {
            outer: Arc::new(outer),
            gate,
            writing,
            done: Vec::new(),
            since: None,
            rolled_back: None,
            has_savepoint: false,
            failure: None,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.done.len() >= MEMBERS || self.since.is_some_and(|since| since.elapsed() >= GATHERING)
    }

    /// Lets a member have the connection. Returns whether another may follow: none does after one that is rolled back,
    /// so that whoever saw what is not committed waits for as little as possible.
    pub(super) async fn serve(&mut self, request: Request) -> bool {
        let follows = !self.done.is_empty();
        let is_undone = follows && request.needs_savepoint();
        if is_undone && let Err(error) = self.set_savepoint().await {
            request.refuse(error);
            return false;
        }
        let (turn, ended) = Turn::new(self.outer.clone(), follows, self.gate.clone());
        request.give(turn);
        match ended.await {
            // Whether the transaction still stands is told to all of them together.
            Ok(End::Commit(member)) => {
                self.done.push(member);
                self.since.get_or_insert_with(Instant::now);
                return !self.writing.is_lost();
            }
            Ok(End::Rollback(answer)) => self.rolled_back = Some(answer),
            // It was dropped.
            Err(_) => {}
        }
        // The first member of a group is undone with the outer transaction.
        if is_undone && !self.writing.is_lost() {
            self.failure = self.outer.execute_unprepared(UNDO_MEMBER).await.err();
        }
        false
    }

    async fn set_savepoint(&mut self) -> Result<(), DbErr> {
        let sql = if self.has_savepoint { BEGIN_NEXT_MEMBER } else { BEGIN_MEMBER };
        self.outer.execute_unprepared(sql).await?;
        self.has_savepoint = true;
        Ok(())
    }

    /// Ends the outer transaction and answers its members.
    pub(super) async fn finish(self, counter: &Counter) {
        let Self { outer, gate, writing, done, rolled_back, failure, .. } = self;
        let is_wanted = !done.is_empty();
        let result = match (Arc::into_inner(outer), failure) {
            (_, _) if writing.is_lost() && !is_wanted => Ok(()),
            (_, _) if writing.is_lost() => Err(lost()),
            (Some(outer), None) if is_wanted => outer.commit().await,
            (Some(outer), None) => {
                writing.ends();
                outer.rollback().await
            }
            // A part of it could not be undone: dropped, the transaction is rolled back as a whole.
            (_, failure) => Err(failure.unwrap_or_else(lost)),
        };
        let is_committed = is_wanted && result.is_ok();
        if is_committed {
            writing.ends();
            counter.synced();
        }
        if is_wanted || writing.is_lost() {
            writing.note(is_committed);
        }
        gate.open();
        for member in done {
            member.answer(result.clone());
        }
        if let Some(answer) = rolled_back {
            // Whoever waited for it may be gone.
            drop(answer.send(result));
        }
    }
}

/// SQLite ended the transaction by itself. What made it do so is told to whoever met it.
fn lost() -> DbErr {
    let error = std::io::Error::other("SQLite rolled the transactions of a group back, as on a full disk");
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(SqlxError::Io(error))))
}
