//! A form of a product that can be bought, such as a size in a colour.

use platform_core::id::{ProductId, VariantId};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One choice that makes the variant, such as Size: M.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantOption {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct VariantOptions(pub Vec<VariantOption>);

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "variant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VariantId,
    pub product_id: ProductId,
    #[sea_orm(unique)]
    pub sku: String,
    pub position: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub options: VariantOptions,
    /// Overrides the product's weight.
    pub weight_grams: Option<i64>,
    pub active: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
