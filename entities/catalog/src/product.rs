//! A product of one vendor: what variants, texts, pictures and attributes hang on.

use platform_core::id::{CategoryId, ProductId, VendorId};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Whether buyers see a product.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// Seen by its vendor and staff alone.
    Draft,
    /// Seen by everybody; listed and found while a variant of it is offered at a price.
    Active,
    /// Not sold any more; still named by old orders.
    Archived,
}

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    pub vendor_id: VendorId,
    #[sea_orm(unique)]
    pub slug: String,
    pub status: ProductStatus,
    pub category_id: Option<CategoryId>,
    pub tax_class: String,
    pub weight_grams: i64,
    pub length_mm: Option<i32>,
    pub width_mm: Option<i32>,
    pub height_mm: Option<i32>,
    /// Grows with every change of what buyers see, stock aside.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
