//! The lowest public price of one piece of a product in one currency, for sorting and filtering lists: of its active
//! offers that can be bought now, or where none can, of all of them. Derived, in the transaction that changes the offers'
//! prices or in which one of them runs out or comes back.

use platform_core::id::ProductId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product_price")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    pub amount: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
