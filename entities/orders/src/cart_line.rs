//! An offer in a cart, with the price that the customer saw last.

use platform_core::id::{CartId, CartLineId, OfferId};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What an offer was called when it was put into the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct LineSnapshot {
    pub sku: String,
    pub product_name: String,
    pub variant_name: String,
    pub product_slug: String,
    pub image_url: Option<String>,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CartLineId,
    pub cart_id: CartId,
    pub offer_id: OfferId,
    pub quantity: i32,
    /// Those of the quantity that orders under way are buying.
    pub claimed: i32,
    /// Minor units of `seen_currency`; the price of one that the customer saw last for this quantity.
    pub seen_price_minor: Option<i64>,
    pub seen_currency: Option<String>,
    pub created_at: DateTimeUtc,
    /// Null in rows that are older than the column.
    #[sea_orm(column_type = "JsonBinary")]
    pub snapshot: Option<LineSnapshot>,
}

impl ActiveModelBehavior for ActiveModel {}
