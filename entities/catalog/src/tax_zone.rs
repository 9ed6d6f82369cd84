//! Countries that are taxed alike, and whether prices there are written with the tax in them.

use platform_core::id::TaxZoneId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_zone")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaxZoneId,
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
    pub prices_include_tax: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
