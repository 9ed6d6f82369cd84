//! An upload as it is stored.

use platform_core::id::UploadId;
use sea_orm::entity::prelude::*;

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    /// Its bytes are waited for.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// Its file is kept, and attached to nothing.
    #[sea_orm(string_value = "KEPT")]
    Kept,
    /// Its file belongs to what it was attached to.
    #[sea_orm(string_value = "ATTACHED")]
    Attached,
    /// It was attached to nothing in time. Its file is being removed, and the row after it.
    #[sea_orm(string_value = "LAPSED")]
    Lapsed,
}

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    /// Who asked for it, and alone may attach it.
    pub owner: String,
    /// What it can be attached to: what kind of thing, and which one.
    pub purpose: String,
    pub subject_id: Uuid,
    /// What may be sent, separated by commas.
    pub content_types: String,
    /// The most bytes that may be sent.
    pub max_bytes: i64,
    pub status: Status,
    /// Name of the file; like what follows, known once it is kept.
    pub file: Option<String>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// Of the file as it is kept.
    pub bytes: Option<i64>,
    pub created_at: DateTimeUtc,
    /// Until when its bytes may be sent.
    pub expires_at: DateTimeUtc,
    /// Until when the row is kept: long enough for what is being sent, and then to be attached.
    pub kept_until: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
