//! What has become of a coupon by itself: whether it can be used, limits per user aside.

use async_graphql::Enum;
use catalog_entities::coupon;
use chrono::{DateTime, Utc};

/// Whether a coupon can be used, limits per user aside. Of several reasons the first counts, in the order of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "CouponStatus")]
pub enum Status {
    /// Staff have it switched off.
    Disabled,
    /// It is not valid yet.
    Scheduled,
    /// It is not valid any more.
    Ended,
    /// All its uses are held or committed.
    Exhausted,
    /// It can be used.
    Active,
}

impl Status {
    pub fn of(row: &coupon::Model, now: DateTime<Utc>) -> Self {
        match row {
            row if !row.enabled => Self::Disabled,
            row if row.starts_at.is_some_and(|start| now < start) => Self::Scheduled,
            row if row.ends_at.is_some_and(|end| now >= end) => Self::Ended,
            row if row.total_limit.is_some_and(|limit| row.used >= limit) => Self::Exhausted,
            _ => Self::Active,
        }
    }
}
