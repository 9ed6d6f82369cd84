//! A node of the tree of categories.

use platform_core::id::CategoryId;
use sea_orm::entity::prelude::*;

use crate::LocalizedText;
use crate::keys::digest;

/// The value of `name_key`: the same for two children of one parent that a person takes for one by their name in the
/// language that every name has.
pub fn name_key(parent: Option<CategoryId>, name: &str) -> String {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    digest(&[parent, platform_text::fold(name)])
}

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
    /// [`name_key`] of the node, unique. Null where two siblings were alike before that was refused.
    #[sea_orm(unique)]
    pub name_key: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
