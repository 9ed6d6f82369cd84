//! What is asked of the leader, and what a member has while it is its turn.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, DbErr};
use tokio::sync::oneshot;

use super::closed;
use super::gate::Gate;
use super::lent::Lent;
use crate::hooks::Hooks;

/// How long a transaction is going to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    Short,
    /// It begins with nobody before it and ends with nobody behind it.
    Long,
}

pub(super) enum Request {
    Transaction { span: Span, reply: oneshot::Sender<Result<Turn, DbErr>> },
    Statement { reply: oneshot::Sender<Result<Lent, DbErr>> },
}

impl Request {
    pub(super) fn is_long(&self) -> bool {
        matches!(self, Self::Transaction { span: Span::Long, .. })
    }

    /// A statement needs no savepoint: SQLite undoes by itself what it did when it fails.
    pub(super) fn needs_savepoint(&self) -> bool {
        matches!(self, Self::Transaction { .. })
    }

    /// Whether whoever asked has stopped waiting.
    pub(super) fn is_given_up(&self) -> bool {
        match self {
            Self::Transaction { reply, .. } => reply.is_closed(),
            Self::Statement { reply } => reply.is_closed(),
        }
    }

    /// Gives whoever asked its turn. If it is gone by now, the turn is dropped, as by any other member.
    pub(super) fn give(self, turn: Turn) {
        match self {
            Self::Transaction { reply, .. } => drop(reply.send(Ok(turn))),
            Self::Statement { reply } => drop(reply.send(Ok(Lent::Turn(turn)))),
        }
    }

    pub(super) fn refuse(self, error: DbErr) {
        match self {
            Self::Transaction { reply, .. } => drop(reply.send(Err(error))),
            Self::Statement { reply } => drop(reply.send(Err(error))),
        }
    }
}

/// How a member ends that does not just vanish. The answer is the group's.
pub(super) enum End {
    Commit(Commit),
    Rollback(oneshot::Sender<Result<(), DbErr>>),
}

/// A member that is done, and waits for the outer COMMIT.
pub(super) struct Commit {
    hooks: Hooks,
    answer: oneshot::Sender<Result<Hooks, DbErr>>,
}

impl Commit {
    pub(super) fn answer(self, result: Result<(), DbErr>) {
        if let Err(Ok(unheard)) = self.answer.send(result.map(|()| self.hooks)) {
            // Whoever committed was cancelled meanwhile, and is committed all the same. A task of their own, so that
            // nothing that goes wrong in them hits the group.
            tokio::spawn(async move { unheard.run() });
        }
    }
}

/// The writing connection, in the outer transaction of a group. Dropped, it is handed back, and what was done with it
/// is rolled back.
pub(crate) struct Turn {
    // Fields are dropped in this order: who is told of the end has the connection for itself.
    connection: Arc<DatabaseTransaction>,
    ending: Ending,
}

impl Turn {
    /// `follows`: there are members before it that are not committed yet.
    pub(super) fn new(
        connection: Arc<DatabaseTransaction>,
        follows: bool,
        gate: Gate,
    ) -> (Self, oneshot::Receiver<End>) {
        let (tell, told) = oneshot::channel();
        (Self { connection, ending: Ending { follows, gate, tell: Some(tell) } }, told)
    }

    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.connection
    }

    /// Waits for the outer COMMIT, and returns the hooks to run after it. From the first time it is polled on, the
    /// transaction is committed with its group, even if nobody waits for that any more.
    pub(crate) async fn commit(self, hooks: Hooks) -> Result<Hooks, DbErr> {
        let (answer, answered) = oneshot::channel();
        self.end(End::Commit(Commit { hooks, answer }));
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Waits until what the transaction saw is committed: an answer may be built on it.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        let (answer, answered) = oneshot::channel();
        self.end(End::Rollback(answer));
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    fn end(self, end: End) {
        let Self { connection, mut ending } = self;
        drop(connection);
        if let Some(tell) = ending.tell.take() {
            // Without a leader the channel of the answer closes with this one.
            drop(tell.send(end));
        }
    }
}

/// Tells the leader that a turn is over.
struct Ending {
    follows: bool,
    gate: Gate,
    tell: Option<oneshot::Sender<End>>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Before the leader hears of it, which opens the gate.
        if self.follows && self.tell.is_some() {
            self.gate.shut();
        }
    }
}
