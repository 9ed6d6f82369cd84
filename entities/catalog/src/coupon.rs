//! A code that lowers a price. `used` counts held and committed uses; a CHECK keeps it within `total_limit`.

use platform_core::id::{CouponId, VendorId};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How a coupon lowers a price.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum CouponKind {
    /// A share of the subtotal of the lines it applies to.
    Percentage,
    /// An amount, or that subtotal where it is less.
    Fixed,
}

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "coupon")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CouponId,
    /// Upper case.
    #[sea_orm(unique)]
    pub code: String,
    pub kind: CouponKind,
    /// Of a percentage, in millionths.
    pub rate_ppm: Option<i64>,
    /// Of `amount` and `minimum`.
    pub currency: Option<String>,
    /// Of a fixed discount, in minor units.
    pub amount: Option<i64>,
    /// The least subtotal, in minor units.
    pub minimum: Option<i64>,
    /// Who pays the discount, and whose lines it lowers; null for the platform and all lines.
    pub vendor_id: Option<VendorId>,
    pub enabled: bool,
    pub starts_at: Option<DateTimeUtc>,
    pub ends_at: Option<DateTimeUtc>,
    pub total_limit: Option<i64>,
    pub per_user_limit: Option<i32>,
    pub used: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
