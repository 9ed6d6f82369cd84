//! The audit trail in the schema.

use async_graphql::{Context, ID, InputObject, Json, Object, Result};
use chrono::{DateTime, Utc};
use platform_core::id::{AuditEntryId, UserId};
use platform_core::page::{Connection, Page};
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError};
use platform_identity::Scope;
use platform_server::{access, caller, rows};
use platform_text::{TextError, line};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;
use users_entities::{audit_entry, user};
use uuid::Uuid;

use crate::account::UserView;
use crate::app::App;

#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("`subjectId` is not an id; use one that the API returned")]
    SubjectId,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for AuditError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::SubjectId | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::SubjectId => Some("subjectId"),
            Self::Text(error) => Some(error.field()),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(AuditError);
platform_database::query_error!(AuditError);

pub struct AuditEntryView(audit_entry::Model);

/// Something that was done.
#[Object(name = "AuditEntry", directive = access::scope::apply(Scope::AuditRead))]
impl AuditEntryView {
    /// Identifier of the entry.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// When it was done.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// The user who did it, or for whom a service did; null if no user did, or the account is gone.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<UserView>> {
        let Some(user) = self.0.actor_user_id else { return Ok(None) };
        let loaded = rows(ctx).by_id::<user::Entity>(user).await;
        let caller = caller(ctx)?;
        Ok(loaded?.and_then(|user| UserView::visible(user, caller)))
    }

    /// Identifier of the user who did it, or for whom a service did; null if no user did.
    async fn actor_id(&self) -> Option<ID> {
        self.0.actor_user_id.map(UserId::to_graphql)
    }

    /// Identifier of the partner whose key did it; null if none did.
    async fn actor_partner_id(&self) -> Option<ID> {
        self.0.actor_partner_id.map(|partner| partner.to_graphql())
    }

    /// The service that did it, or did it for the actor; null if none did.
    async fn actor_service(&self) -> Option<&str> {
        self.0.actor_service.as_deref()
    }

    /// Identifier of the session that it was done in; null outside of sessions.
    async fn session_id(&self) -> Option<ID> {
        self.0.session_id.map(|session| session.to_graphql())
    }

    /// What was done, such as `role.granted`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// What kind of thing it was done to, such as `User`.
    async fn subject_type(&self) -> &str {
        &self.0.subject_type
    }

    /// Identifier of what it was done to.
    async fn subject_id(&self) -> ID {
        ID(self.0.subject_id.to_string())
    }

    /// Particulars; which ones depends on the action.
    async fn details(&self) -> Json<&Value> {
        Json(&self.0.details)
    }
}

/// Which entries; every field that is given must hold.
#[derive(InputObject)]
struct AuditFilterInput {
    /// Done by this user, or by a service for it.
    actor_id: Option<UserId>,
    /// What was done, such as `role.granted`.
    action: Option<String>,
    /// Done to things of this kind, such as `User`.
    subject_type: Option<String>,
    /// Done to what has this identifier.
    subject_id: Option<ID>,
}

/// The name of an action or a type, which has at most 100 characters.
fn word(field: &'static str, text: &str) -> Result<String, AuditError> {
    Ok(line(field, text, 100)?)
}

async fn newest(
    database: &Database,
    query: Select<audit_entry::Entity>,
    limit: u64,
) -> Result<Vec<audit_entry::Model>, StoreError> {
    Ok(query.order_by_desc(audit_entry::Column::Id).limit(limit).all(database.replica()).await?)
}

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// Who did what to whom, the newest first.
    #[graphql(directive = access::scope::apply(Scope::AuditRead))]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All entries unless given.")] filter: Option<AuditFilterInput>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<AuditEntryView>>> {
        let app = ctx.data_unchecked::<App>();
        let page = Page::<AuditEntryId>::parse(first, after.as_deref())?;
        let mut query = audit_entry::Entity::find();
        if let Some(AuditFilterInput { actor_id, action, subject_type, subject_id }) = filter {
            if let Some(actor) = actor_id {
                query = query.filter(audit_entry::Column::ActorUserId.eq(actor));
            }
            if let Some(action) = action {
                query = query.filter(audit_entry::Column::Action.eq(word("action", &action)?));
            }
            if let Some(kind) = subject_type {
                query = query.filter(audit_entry::Column::SubjectType.eq(word("subjectType", &kind)?));
            }
            if let Some(subject) = subject_id {
                let subject: Uuid = subject.parse().map_err(|_| AuditError::SubjectId)?;
                query = query.filter(audit_entry::Column::SubjectId.eq(subject));
            }
        }
        if let Some(after) = page.after {
            query = query.filter(audit_entry::Column::Id.lt(after));
        }
        let rows = newest(app.database(), query, page.first + 1).await?;
        Ok(Some(page.connection(rows, |row| row.id, AuditEntryView)))
    }
}
