//! A picture of a product. `file` names immutable bytes: no other bytes ever get its name.

use platform_core::id::{MediaId, ProductId, VariantId};
use sea_orm::entity::prelude::*;

use crate::LocalizedText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MediaId,
    pub product_id: ProductId,
    pub variant_id: Option<VariantId>,
    pub position: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub alt: LocalizedText,
    pub file: String,
    pub content_type: String,
    pub width: i32,
    pub height: i32,
    pub created_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
