//! A part of a country with a tax zone of its own, before the country's: a region, or the beginning of postal codes.

use platform_core::id::TaxZoneId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A state, province or island, by its name or its code.
    #[sea_orm(string_value = "region")]
    Region,
    /// Addresses whose postal code begins so.
    #[sea_orm(string_value = "postal")]
    Postal,
}

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_zone_area")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: Kind,
    /// Case-folded; of a postal code letters and digits alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    pub zone_id: TaxZoneId,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
