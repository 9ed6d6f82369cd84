//! Group commit: writing transactions of SQLite that come at the same time reach the disk together.
//!
//! To make a commit durable takes longer than all else that a transaction does, and SQLite has one writer. So one outer
//! transaction stays open on the writing connection; whoever waits for the connection has it in turn, as a savepoint of
//! that transaction; and one COMMIT ends the group when nobody waits, when it has [`MEMBERS`] members, or when the first
//! of them has waited for [`GATHERING`]. A transaction that nobody waits behind is committed at once.
//!
//! What holds:
//! - A commit is answered, and its hooks run, after the outer COMMIT: what was answered is as durable as it would be
//!   alone. If the group is lost, every member that was not answered yet is told.
//! - One task, the [`leader`], begins and ends transactions and savepoints. Nobody can cancel it, so the driver, whose
//!   nested transactions roll back more than themselves when they are cancelled at the wrong moment, never is. Members
//!   only send statements; one that is dropped leaves nothing but statements that the leader rolls back.
//! - The connection has one owner at a time ([`turn::Turn`]), which hands it back by being dropped.
//! - A member sees what those before it in the group wrote. It is told that it is committed, or that it is rolled back,
//!   no earlier than they are; and after one that was dropped, which nobody waits for, the group ends, and reads wait
//!   until it has ([`gate`]): nobody looks for something that was seen and does not find it.
//! - Requests are served in the order in which they came. Nobody waits behind more than those before it, and for no
//!   longer than a connection is waited for.
//!
//! Members wait for those behind them in the group, so a transaction must be short; one that is not asks to be alone.
//! A transaction that waits, in its turn, for a lock that is held across another's commit would wait for ever; and what
//! it reads through another connection is older than what it may see itself. A deferred constraint would fail the
//! whole group: no table has one.

mod gate;
mod leader;
mod lent;
mod open;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr};
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::gate::Gate;
use self::leader::Leader;
pub(crate) use self::lent::Lent;
use self::turn::Request;
pub(crate) use self::turn::{Span, Turn};
use crate::work::Counter;
use crate::writing::Writing;

/// The most transactions that are committed together.
const MEMBERS: usize = 32;
/// How long a transaction that is done waits for others to join it.
const GATHERING: Duration = Duration::from_millis(2);
/// The most that wait for the connection; more wait for a place here.
const WAITING: usize = 1_024;

/// The way to the writing connection of a SQLite file. Cheap to clone; the last one ends the leader.
#[derive(Clone)]
pub(crate) struct Group {
    requests: mpsc::Sender<Request>,
    /// How long the connection is waited for.
    patience: Duration,
}

impl Group {
    /// Of the one connection of `pool`. `gate` holds up the reads of the same file.
    pub(crate) fn lead(
        pool: DatabaseConnection,
        patience: Duration,
        gate: Gate,
        counter: Arc<Counter>,
        writing: Writing,
    ) -> Self {
        let (requests, waiting) = mpsc::channel(WAITING);
        tokio::spawn(Leader::new(pool, waiting, gate, counter, writing).lead());
        Self { requests, patience }
    }

    /// Waits for the connection, for a transaction.
    pub(crate) async fn transaction(&self, span: Span) -> Result<Turn, DbErr> {
        self.wait_for(|reply| Request::Transaction { span, reply }).await
    }

    /// Waits for the connection, for one statement, which SQLite takes or leaves as a whole.
    pub(crate) async fn statement(&self) -> Result<Lent, DbErr> {
        self.wait_for(|reply| Request::Statement { reply }).await
    }

    async fn wait_for<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, DbErr>>) -> Request,
    ) -> Result<T, DbErr> {
        let (reply, replied) = oneshot::channel();
        let waiting = async {
            self.requests.send(request(reply)).await.map_err(|_| closed())?;
            replied.await.unwrap_or_else(|_| Err(closed()))
        };
        let timed_out = |_| Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        tokio::time::timeout(self.patience, waiting).await.unwrap_or_else(timed_out)
    }
}

/// The leader is gone, as when its runtime ends.
fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}
