//! The audit trail in the schema.

use async_graphql::{Context, ID, InputObject, Json, Object, Result};
use chrono::{DateTime, Utc};
use platform_core::id::{AuditEntryId, UserId};
use platform_core::page::{Connection, Page};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_identity::Scope;
use platform_server::{access, caller, rows};
use platform_text::{TextError, line};
use serde_json::Value;
use users_entities::{audit_entry, user};

use super::store::{self, AuditFilter};
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

impl TryFrom<AuditFilterInput> for AuditFilter {
    type Error = AuditError;

    fn try_from(input: AuditFilterInput) -> Result<Self, AuditError> {
        let subject = input.subject_id.map(|id| id.parse()).transpose();
        Ok(Self {
            actor: input.actor_id,
            action: input.action.map(|text| word("action", &text)).transpose()?,
            subject_type: input.subject_type.map(|text| word("subjectType", &text)).transpose()?,
            subject: subject.map_err(|_: uuid::Error| AuditError::SubjectId)?,
        })
    }
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
        let filter = filter.map(AuditFilter::try_from).transpose()?.unwrap_or_default();
        let rows = store::page(app.database(), filter, &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, AuditEntryView)))
    }
}
