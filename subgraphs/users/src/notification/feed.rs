//! The live inbox: its state, then each change of it.
//!
//! A feed is woken by broadcast and looks into the database, so it shows committed notifications alone, in order and
//! without gaps. Where no broadcast reaches it (another replica without a shared one) it looks every few seconds.

use std::collections::VecDeque;
use std::time::Duration;

use futures::stream::{BoxStream, Stream, StreamExt, unfold};
use platform_cache::Delivery;
use platform_core::id::UserId;
use platform_identity::Caller;
use users_entities::notification;

use crate::app::App;
use crate::feeds;
use crate::notification::{NotificationError, store};
use crate::session;

/// A feed sees the end of its session after this at the latest.
const PATROL: Duration = Duration::from_secs(4);
/// The most notifications that one look brings.
const BATCH: u64 = 100;

/// The inbox at a version.
pub struct Update {
    pub version: i64,
    pub unread: u64,
    /// What made this version; `None` for the state at the beginning and for changes such as a reading.
    pub notification: Option<notification::Model>,
}

struct Feed {
    app: App,
    caller: Caller,
    user: UserId,
    wakes: BoxStream<'static, Delivery>,
    /// The version of the last update; `None` before the first.
    shown: Option<i64>,
    ready: VecDeque<Update>,
    ended: bool,
}

/// The updates after the version `after`; without one, the state now and the updates from here on.
pub async fn feed(
    app: App,
    caller: Caller,
    user: UserId,
    after: Option<i64>,
) -> impl Stream<Item = Result<Update, NotificationError>> {
    // Subscribed before the first look, so that nothing falls between.
    let wakes = app.broadcast.subscribe(&feeds::topic(user)).await;
    let feed = Feed { app, caller, user, wakes, shown: after, ready: VecDeque::new(), ended: false };
    unfold(feed, |mut feed| async move {
        let update = feed.next().await?;
        Some((update, feed))
    })
}

impl Feed {
    async fn next(&mut self) -> Option<Result<Update, NotificationError>> {
        if self.ended {
            return None;
        }
        let mut look_now = true;
        loop {
            if let Some(update) = self.ready.pop_front() {
                self.shown = Some(update.version);
                return Some(Ok(update));
            }
            if !look_now {
                tokio::select! {
                    // A lagging receiver is one that has to look, too.
                    wake = self.wakes.next() => { wake?; }
                    () = tokio::time::sleep(PATROL) => {}
                }
            }
            look_now = false;
            if let Err(error) = self.look().await {
                self.ended = true;
                return Some(Err(error));
            }
        }
    }

    /// Fills `ready` with what happened since `shown`.
    async fn look(&mut self) -> Result<(), NotificationError> {
        if let Some(session) = self.caller.session
            && !session::is_live(self.app.database(), session).await?
        {
            return Err(NotificationError::SessionEnded);
        }
        let version = store::version(self.app.database(), self.user).await?;
        let version = version.ok_or(NotificationError::SessionEnded)?;
        if self.shown == Some(version) {
            return Ok(());
        }
        let unread = store::unread(self.app.database(), self.user).await?;
        let new = match self.shown {
            Some(shown) => store::since(self.app.database(), self.user, shown, BATCH).await?,
            None => Vec::new(),
        };
        self.ready.extend(new.into_iter().map(|row| Update {
            version: row.sequence,
            unread,
            notification: Some(row),
        }));
        // The state at the beginning, or after a change that is no notification.
        let complete = u64::try_from(self.ready.len()).is_ok_and(|found| found < BATCH);
        if complete && self.ready.back().is_none_or(|last| last.version < version) {
            self.ready.push_back(Update { version, unread, notification: None });
        }
        Ok(())
    }
}
