//! A node of the tree of categories.

use platform_core::id::CategoryId;
use sea_orm::entity::prelude::*;

use crate::LocalizedText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CategoryId,
    pub parent_id: Option<CategoryId>,
    #[sea_orm(unique)]
    pub slug: String,
    pub position: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub names: LocalizedText,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
