//! Queries of the audit trail.

use platform_core::id::{AuditEntryId, UserId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::audit_entry::{ActiveModel, Column, Entity, Model};
use uuid::Uuid;

/// Which entries; every field that is given must hold.
#[derive(Debug, Default)]
pub struct AuditFilter {
    pub actor: Option<UserId>,
    pub action: Option<String>,
    pub subject_type: Option<String>,
    pub subject: Option<Uuid>,
}

pub async fn insert(tx: &Transaction, entry: ActiveModel) -> Result<(), StoreError> {
    Entity::insert(entry).exec(&**tx).await?;
    Ok(())
}

/// Entries, the newest first; one more than asked for, to know whether more follow.
pub async fn page(
    database: &Database,
    filter: AuditFilter,
    page: &Page<AuditEntryId>,
) -> Result<Vec<Model>, StoreError> {
    let AuditFilter { actor, action, subject_type, subject } = filter;
    let mut query = Entity::find();
    if let Some(actor) = actor {
        query = query.filter(Column::ActorUserId.eq(actor));
    }
    if let Some(action) = action {
        query = query.filter(Column::Action.eq(action));
    }
    if let Some(kind) = subject_type {
        query = query.filter(Column::SubjectType.eq(kind));
    }
    if let Some(subject) = subject {
        query = query.filter(Column::SubjectId.eq(subject));
    }
    if let Some(after) = page.after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(page.first + 1).all(database.replica()).await?)
}
