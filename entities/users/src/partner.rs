//! A company whose systems call the API with keys.

use async_graphql::Enum;
use platform_core::id::PartnerId;
use sea_orm::entity::prelude::*;

/// Whether the keys of a partner work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "PartnerStatus")]
pub enum Status {
    /// Its keys work, each as long as it is in force.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// None of its keys works.
    #[sea_orm(string_value = "SUSPENDED")]
    Suspended,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "partners")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnerId,
    /// Unique.
    pub name: String,
    pub status: Status,
    /// Whether an account of the demo made it, or one that had its own rights from the demo.
    pub by_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
