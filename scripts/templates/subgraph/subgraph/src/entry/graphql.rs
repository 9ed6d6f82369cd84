//! Entries in the schema.

use __name___entities::EntryId;
use __name___entities::entry::{Entity, Model};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use platform_core::page::{Connection, Page};
use platform_identity::Policy;
use platform_server::{access, caller, rows};

use super::add;
use super::error::EntryError;
use super::store;
use crate::app::App;

/// A line that a user wrote.
#[derive(SimpleObject)]
#[graphql(name = "__Name__Entry")]
pub struct EntryView {
    /// Identifier of the entry.
    id: ID,
    /// One line of at most 200 characters.
    text: String,
    /// When it was written.
    created_at: DateTime<Utc>,
}

impl From<Model> for EntryView {
    fn from(row: Model) -> Self {
        Self { id: row.id.to_graphql(), text: row.text, created_at: row.created_at }
    }
}

#[derive(Default)]
pub struct EntryQuery;

#[Object]
impl EntryQuery {
    /// All entries, the newest first.
    #[graphql(directive = access::public::apply())]
    async fn __name___entries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<EntryView>>> {
        let page = Page::parse(first, after.as_deref())?;
        let database = ctx.data_unchecked::<App>().database();
        let rows = store::page(database, &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, EntryView::from)))
    }

    #[graphql(entity)]
    async fn find_entry_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<EntryView>> {
        let Ok(id) = id.parse::<EntryId>() else { return Ok(None) };
        Ok(rows(ctx).by_id::<Entity>(id).await?.map(EntryView::from))
    }
}

/// An entry to add.
#[derive(InputObject)]
#[graphql(name = "Add__Name__EntryInput")]
struct AddEntryInput {
    /// One line of at most 200 characters.
    text: String,
}

/// The entry was added.
#[derive(SimpleObject)]
#[graphql(name = "Add__Name__EntryPayload")]
struct AddEntryPayload {
    /// The entry as it is now.
    entry: EntryView,
}

#[derive(Default)]
pub struct EntryMutation;

#[Object]
impl EntryMutation {
    /// Adds an entry of the caller's.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn add___name___entry(
        &self,
        ctx: &Context<'_>,
        input: AddEntryInput,
    ) -> Result<Option<AddEntryPayload>> {
        let user = caller(ctx)?.user.ok_or(EntryError::NotAUser)?;
        let entry = add::add(ctx.data_unchecked::<App>(), user, &input.text).await?;
        Ok(Some(AddEntryPayload { entry: entry.into() }))
    }
}
