//! A form of a product that can be bought, such as a size in a colour.

use platform_core::id::{ProductId, VariantId};
use platform_text::fold;
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::keys::digest;

/// One choice that makes the variant, such as Size: M.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantOption {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct VariantOptions(pub Vec<VariantOption>);

impl VariantOptions {
    /// The value of `options_key`: the same for the same choices, in whatever order and form they are written.
    pub fn key(&self) -> String {
        let mut choices: Vec<[String; 2]> =
            self.0.iter().map(|option| [fold(&option.name), fold(&option.value)]).collect();
        choices.sort_unstable();
        digest(choices.as_flattened())
    }
}

/// The value of `sku_key`: the same for two SKUs that a person takes for one.
pub fn sku_key(sku: &str) -> String {
    fold(sku)
}

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
    /// [`VariantOptions::key`] of `options`, unique within the product. Null where a combination was there twice before
    /// that was refused.
    pub options_key: Option<String>,
    /// [`sku_key`] of `sku`, unique. Null where two SKUs were alike before that was refused.
    #[sea_orm(unique)]
    pub sku_key: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
