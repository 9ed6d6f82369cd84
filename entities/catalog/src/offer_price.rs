//! A price of an offer: for a currency, a customer group (empty for everybody) and from a quantity on.

use platform_core::id::OfferId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_price")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub offer_id: OfferId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_group: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub min_quantity: i32,
    /// In minor units.
    pub amount: i64,
    /// A former or recommended price to show beside it, in minor units.
    pub compare_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
