//! A code that was mailed to the address of a guest's order, by its hash: proof that its bearer reads that mail.

use platform_core::id::OrderId;
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To take the order into an account.
    #[sea_orm(string_value = "CLAIM")]
    Claim,
    /// To call the order off.
    #[sea_orm(string_value = "CANCEL")]
    Cancel,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "CLAIM",
            Self::Cancel => "CANCEL",
        }
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: OrderId,
    pub purpose: Purpose,
    /// SHA-256 of order, purpose and code; none until the mail is written. The code itself is never stored.
    pub hash: Option<Vec<u8>>,
    /// Wrong guesses since it was asked for, of all networks.
    pub guesses: i32,
    /// SHA-256 of order and network of whoever asked for it; none of codes of older releases.
    pub asker: Option<Vec<u8>>,
    pub issued_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
