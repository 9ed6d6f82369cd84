//! A coupon as the API shows it.

use async_graphql::{Context, Object};
use catalog_entities::coupon::{self, CouponKind};
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_commerce::money::Decimal;
use platform_core::id::CouponId;

use super::status::Status;
use crate::app::App;
use crate::product::objects::Vendor;
use crate::tax::rate_text;

/// A code that lowers a price.
pub struct Coupon(pub coupon::Model);

impl Coupon {
    fn money(&self, minor: Option<i64>) -> Option<Money> {
        let currency = self.0.currency.as_deref()?.parse().ok()?;
        Some(Money::from_minor(minor?, currency))
    }
}

/// A code that lowers what is paid. Seen by staff, and by partners who act for its vendor.
#[Object]
impl Coupon {
    /// Identifier; see `updateCoupon`.
    async fn id(&self) -> CouponId {
        self.0.id
    }

    /// What buyers enter, in upper case; they may write it in lower case too.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether `rate` or `amount` says how much it takes off.
    async fn kind(&self) -> CouponKind {
        self.0.kind
    }

    /// Of a percentage, as a fraction: 0.15.
    async fn rate(&self) -> Option<Decimal> {
        self.0.rate_ppm.map(|ppm| Decimal(rate_text(ppm)))
    }

    /// Of a fixed discount.
    async fn amount(&self) -> Option<Money> {
        self.money(self.0.amount)
    }

    /// The least subtotal of the lines it applies to.
    async fn minimum(&self) -> Option<Money> {
        self.money(self.0.minimum)
    }

    /// The vendor that pays the discount, and whose lines alone it lowers; null for the platform and all lines.
    async fn vendor(&self) -> Option<Vendor> {
        self.0.vendor_id.map(|id| Vendor { id })
    }

    /// Whether staff have it switched on.
    async fn enabled(&self) -> bool {
        self.0.enabled
    }

    /// Whether it can be used now, limits per user aside.
    async fn status(&self, ctx: &Context<'_>) -> Status {
        Status::of(&self.0, ctx.data_unchecked::<App>().now())
    }

    /// Not valid before; null if it was valid at once.
    async fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.0.starts_at
    }

    /// Not valid from here on; null if it has no end.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.ends_at
    }

    /// How often it can be used in all; null for no limit.
    async fn total_limit(&self) -> Option<i64> {
        self.0.total_limit
    }

    /// How often one user can use it, which shuts guests out; null for no such limit.
    async fn per_user_limit(&self) -> Option<i32> {
        self.0.per_user_limit
    }

    /// Uses that are held or committed.
    async fn used(&self) -> i64 {
        self.0.used
    }
}
