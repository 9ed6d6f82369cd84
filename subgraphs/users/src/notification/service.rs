//! Changes of an inbox.

use platform_core::id::{NotificationId, UserId};
use platform_database::Transaction;
use platform_identity::Identity;
use platform_text::{TextError, line, paragraphs};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::notification::{self, Kind};

use crate::app::App;
use crate::audit::{self, Action};
use crate::feeds;
use crate::notification::{Content, NotificationError, store};
use crate::role;

/// The most receivers of one message.
const MAX_RECEIVERS: usize = 100;
const MAX_TITLE: usize = 100;
const MAX_BODY: usize = 2_000;
const MAX_KEY: usize = 200;

/// Puts a notification into the inbox, unless one of the same `dedupe_key` is there or the user is gone.
pub async fn deliver(
    tx: &Transaction,
    app: &App,
    user: UserId,
    kind: Kind,
    dedupe_key: &str,
    content: &Content,
) -> Result<bool, NotificationError> {
    let Some(sequence) = store::raise_version(tx, user).await? else { return Ok(false) };
    // Looked for under the lock on the inbox, so that no other delivery comes between.
    if store::was_told(tx, user, dedupe_key).await? {
        return Ok(false);
    }
    let row = notification::ActiveModel {
        id: Set(app.next_id::<NotificationId>()),
        user_id: Set(user),
        sequence: Set(sequence),
        dedupe_key: Set(dedupe_key.to_owned()),
        kind: Set(kind),
        content: Set(serde_json::to_value(content)?),
        created_at: Set(app.now()),
        read_at: Set(None),
    };
    store::insert(tx, row).await?;
    feeds::wake_on_commit(tx, app, user);
    Ok(true)
}

/// Sends a text to users and returns how many got it: all, or none if one of them is nobody. With the same `dedupe_key` it
/// arrives once.
pub async fn send(
    app: &App,
    actor: &Identity,
    users: &[UserId],
    title: &str,
    body: &str,
    dedupe_key: Option<String>,
) -> Result<usize, NotificationError> {
    if users.is_empty() || users.len() > MAX_RECEIVERS {
        return Err(NotificationError::Invalid { field: "userIds", rule: "must name 1 to 100 users" });
    }
    let content = Content::Text {
        title: line("title", title, MAX_TITLE)?,
        body: filled("body", paragraphs("body", body, MAX_BODY)?)?,
    };
    let dedupe_key = match dedupe_key {
        Some(key) => format!("sent:{}", line("idempotencyKey", &key, MAX_KEY)?),
        None => app.next_id::<uuid::Uuid>().to_string(),
    };
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    let tx = role::begin(app, actor, &users).await?;
    if let Some(nobody) = store::unknown_of(&tx, &users).await? {
        return Err(NotificationError::UnknownUser(nobody));
    }
    let mut sent = 0;
    for user in users {
        if deliver(&tx, app, user, Kind::Announcement, &dedupe_key, &content).await? {
            audit::record(&tx, app, actor, Action::NotificationSent, user.0, json!({})).await?;
            sent += 1;
        }
    }
    tx.commit().await?;
    Ok(sent)
}

fn filled(field: &'static str, text: String) -> Result<String, TextError> {
    if text.is_empty() { Err(TextError::Empty { field }) } else { Ok(text) }
}

/// Marks one notification as read. Marking it again changes nothing.
pub async fn mark_read(
    app: &App,
    user: UserId,
    id: NotificationId,
) -> Result<notification::Model, NotificationError> {
    let tx = app.begin().await?;
    if store::mark_read(&tx, user, id, app.now()).await? {
        store::raise_version(&tx, user).await?;
        feeds::wake_on_commit(&tx, app, user);
    }
    let found = store::find(&*tx, user, id).await?.ok_or(NotificationError::NoSuchNotification)?;
    tx.commit().await?;
    Ok(found)
}

/// Marks all notifications up to a version as read and returns how many were unread.
pub async fn mark_all_read(app: &App, user: UserId, up_to: Option<i64>) -> Result<u64, NotificationError> {
    let tx = app.begin().await?;
    let marked = store::mark_all_read(&tx, user, up_to, app.now()).await?;
    if marked > 0 {
        store::raise_version(&tx, user).await?;
        feeds::wake_on_commit(&tx, app, user);
    }
    tx.commit().await?;
    Ok(marked)
}
