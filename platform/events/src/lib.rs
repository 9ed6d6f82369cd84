//! Events between subgraphs: the outbox as log, ordered delivery to consumers, retries, dead letters and replay.
//!
//! Invariants:
//! - An event is written in the transaction that changes the data ([`Outbox::publish`]) and leaves it at least once.
//! - A log's positions follow the order of commits: a reader that has seen position *n* never misses an earlier one.
//! - A consumer's database effect happens exactly once: it commits together with the inbox row and the cursor.
//! - Events of one key reach a consumer in order. One that fails holds back its key, and no other, until it is
//!   redelivered or given up as a dead letter.
//!
//! Deliberately absent: the payloads (they are contracts) and HTTP (the subgraph server mounts [`EventLog::answer`]
//! and implements [`EventSource`] over its own transport). A broker such as Kafka is one more [`EventSource`].

mod consumer;
mod cursor;
mod dead_letters;
mod delivery;
mod event;
mod held;
mod local;
mod log;
mod migration;
mod outbox;
mod relay;
mod runtime;
mod source;

pub use consumer::{Consumer, EventContext, EventHandler, HandlerError, Handlers, Start};
pub use cursor::{ConsumerStatus, replay, statuses};
pub use dead_letters::{DeadLetter, DeadLetters};
pub use event::{CloudEvent, Event, PayloadError};
pub use local::LocalSource;
pub use log::EventLog;
pub use migration::migrations;
pub use outbox::{Draft, Outbox};
pub use runtime::{EventRuntime, RuntimeError};
pub use source::{EventBatch, EventSource, Place, PullRequest, SourceError};
