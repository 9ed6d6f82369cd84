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
    let entry = Model { id: app.next_id(), user_id: user, text, created_at: app.now() };
    let tx = app.begin().await?;
    store::insert(&tx, entry.clone()).await?;
    tx.commit().await?;
    Ok(entry)
}
