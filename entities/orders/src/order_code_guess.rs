//! Wrong guesses of one network at a mailed code.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_code_guesses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_id: Uuid,
    /// SHA-256 of the code's order and the network.
    #[sea_orm(primary_key, auto_increment = false)]
    pub network: Vec<u8>,
    pub guesses: i32,
}

impl ActiveModelBehavior for ActiveModel {}
