//! Adding an entry.

use __name___entities::entry::Model;
use platform_core::id::UserId;

use super::error::EntryError;
use super::store;
use crate::app::App;

/// The most characters of an entry.
const MAX_TEXT: usize = 200;

/// Adds what `user` wrote.
pub async fn add(app: &App, user: UserId, text: &str) -> Result<Model, EntryError> {
    let text = platform_text::line("text", text, MAX_TEXT)?;
    let platform = &app.platform;
    let entry = Model { id: platform.ids.next(), user_id: user, text, created_at: platform.clock.now() };
    let tx = platform.database.begin().await?;
    store::insert(&tx, entry.clone()).await?;
    tx.commit().await?;
    Ok(entry)
}
