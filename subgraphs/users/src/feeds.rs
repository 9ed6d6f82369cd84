//! How the open feeds of a user hear that there is something to look at: a notification, or that a right has ended.

use bytes::Bytes;
use platform_core::id::UserId;
use platform_database::Transaction;

use crate::app::App;

/// The topic on which the open feeds of a user are woken.
pub fn topic(user: UserId) -> String {
    format!("users.inbox.{user}")
}

/// Lets the user's open feeds look again once `tx` is committed.
pub fn wake_on_commit(tx: &Transaction, app: &App, user: UserId) {
    let broadcast = app.broadcast.clone();
    tx.on_commit(move || broadcast.publish(&topic(user), Bytes::new()));
}
