//! The task that begins and ends the transactions on SQLite's writing connection.

use std::sync::Arc;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::gate::Gate;
use super::lent::Lent;
use super::open::Open;
use super::turn::Request;
use crate::work::Counter;
use crate::writing::Writing;

pub(super) struct Leader {
    /// The one connection that writes.
    pool: DatabaseConnection,
    waiting: mpsc::Receiver<Request>,
    /// Taken from those that wait, and to be served next.
    put_off: Option<Request>,
    gate: Gate,
    counter: Arc<Counter>,
    writing: Writing,
}

impl Leader {
    pub(super) fn new(
        pool: DatabaseConnection,
        waiting: mpsc::Receiver<Request>,
        gate: Gate,
        counter: Arc<Counter>,
        writing: Writing,
    ) -> Self {
        Self { pool, waiting, put_off: None, gate, counter, writing }
    }

    /// Serves until nobody can ask any more.
    pub(super) async fn lead(mut self) {
        loop {
            let first = match self.put_off.take() {
                Some(request) => Some(request),
                None => self.waiting.recv().await,
            };
            match first {
                None => return,
                Some(request) if request.is_given_up() => {}
                Some(Request::Statement { reply }) if self.waiting.is_empty() => self.lend(reply).await,
                Some(request) => self.group(request).await,
            }
        }
    }

    /// For a statement that nobody waits behind, without the round trips that begin and end a transaction.
    async fn lend(&self, reply: oneshot::Sender<Result<Lent, DbErr>>) {
        let (over, returned) = oneshot::channel();
        let lent = Lent::Alone { connection: self.pool.clone(), over };
        if reply.send(Ok(lent)).is_ok() {
            // Nothing is ever sent: it ends when the other side is dropped.
            returned.await.ok();
        }
    }

    async fn group(&mut self, first: Request) {
        let outer = match self.begin().await {
            Ok(outer) => outer,
            Err(error) => return first.refuse(error),
        };
        let mut group = Open::new(outer, self.gate.clone(), self.writing.clone());
        let mut next = Some(first);
        while let Some(request) = next.take() {
            let is_long = request.is_long();
            if group.serve(request).await && !is_long && !group.is_full() {
                next = self.follower();
            }
        }
        group.finish(&self.counter).await;
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let outer = self.pool.begin_with_options(options).await?;
        self.writing.began();
        Ok(outer)
    }

    /// Who waits and can join a group.
    fn follower(&mut self) -> Option<Request> {
        while let Ok(request) = self.waiting.try_recv() {
            if request.is_long() {
                self.put_off = Some(request);
                return None;
            }
            if !request.is_given_up() {
                return Some(request);
            }
        }
        None
    }
}

impl Drop for Leader {
    /// However it ends, and whatever it was doing: reads go on without it.
    fn drop(&mut self) {
        self.gate.open();
    }
}
