//! A role that a user has.

use async_graphql::Enum;
use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

/// What a user may be; a user can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "Role")]
pub enum Role {
    /// Everyone who registers.
    #[sea_orm(string_value = "BUYER")]
    Buyer,
    /// Acts for one or more vendors.
    #[sea_orm(string_value = "SELLER")]
    Seller,
    /// Delivers goods; allows nothing of its own as yet.
    #[sea_orm(string_value = "COURIER")]
    Courier,
    /// Staff that helps customers.
    #[sea_orm(string_value = "SUPPORT")]
    Support,
    /// Staff that administers the installation, with every scope.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: Role,
    pub granted_at: DateTimeUtc,
    /// Whether an account of the demo gave it, or one that had its own rights from the demo.
    pub by_demo: bool,
}

impl ActiveModelBehavior for ActiveModel {}
