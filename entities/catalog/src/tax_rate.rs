//! The rate of a tax class in a zone.

use platform_core::id::TaxZoneId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_rate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub zone_id: TaxZoneId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tax_class: String,
    /// As on an invoice, such as MwSt.
    pub name: String,
    /// In millionths: 190000 is 19 %.
    pub rate_ppm: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
