//! A saved way to pay: the gateway's token and what may be shown of it. No card number ever reaches Souk.

use platform_core::id::{PaymentMethodId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_methods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentMethodId,
    pub user_id: UserId,
    pub gateway: String,
    pub token: String,
    pub brand: String,
    pub last_digits: Option<String>,
    pub expires_month: Option<i16>,
    pub expires_year: Option<i16>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
