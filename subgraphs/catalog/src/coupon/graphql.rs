//! Coupons in the composed schema: for staff with `coupons:write`, and for keys of partners that have it, which see and
//! make those of the vendors that they act for.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::coupon::{self, CouponKind};
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::id::{CouponId, VendorId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, caller};
use platform_text::find_control;

use super::create::{CodeTaken, create};
use super::store;
use super::update::{LimitTooLow, update};
use crate::access::{for_coupon, sees_coupon};
use crate::product::objects::Vendor;
use crate::services::services;
use crate::tax::rate_text;

/// A code that lowers a price.
pub struct Coupon(coupon::Model);

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

/// A coupon to make, by either `rate` or `amount`.
#[derive(Debug, InputObject)]
pub struct CreateCouponInput {
    /// What buyers enter: 1 to 40 letters, digits, hyphens and underscores, kept in upper case.
    pub code: String,
    /// A percentage as a fraction above 0 and up to 1, with at most six decimal digits: 0.15.
    pub rate: Option<Decimal>,
    /// A fixed discount, above zero; in carts of its currency alone.
    pub amount: Option<MoneyInput>,
    /// The least subtotal of the lines it applies to. In the currency of `amount`, if both are given.
    pub minimum: Option<MoneyInput>,
    /// The vendor that pays the discount, and whose lines alone it lowers; the platform, and all lines, unless given. A
    /// partner's key that is bound to vendors names one of them.
    pub vendor_id: Option<VendorId>,
    /// Not valid before; valid at once unless given.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not valid from here on, and after `startsAt`; no end unless given.
    pub ends_at: Option<DateTime<Utc>>,
    /// How often it can be used in all: 1 to 1000000000; no limit unless given.
    pub total_limit: Option<i64>,
    /// How often one user can use it, which shuts guests out: 1 to 1000; no such limit unless given.
    pub per_user_limit: Option<i32>,
}

/// A change of a coupon. What is absent stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateCouponInput {
    /// The coupon to change.
    pub id: CouponId,
    /// False switches it off, true on again.
    pub enabled: Option<bool>,
    /// Not valid from here on; after its start.
    pub ends_at: Option<DateTime<Utc>>,
    /// Not below what is used already.
    pub total_limit: Option<i64>,
}

/// The coupon was stored.
#[derive(SimpleObject)]
pub struct CouponSuccess {
    /// The coupon as it is now.
    pub coupon: Coupon,
}

/// Another coupon has this code.
#[derive(Debug, SimpleObject)]
pub struct CouponCodeTaken {
    /// The code that was asked for, in upper case.
    pub code: String,
}

/// More are used than the limit that was given; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct CouponLimitTooLow {
    /// Uses that are held or committed.
    pub used: i64,
}

/// Outcome of `createCoupon`.
#[derive(Union)]
pub enum CreateCouponResult {
    Success(CouponSuccess),
    CodeTaken(CouponCodeTaken),
}

/// Outcome of `updateCoupon`.
#[derive(Union)]
pub enum UpdateCouponResult {
    Success(CouponSuccess),
    LimitTooLow(CouponLimitTooLow),
}

#[derive(Default)]
pub struct CouponQuery;

#[Object]
impl CouponQuery {
    /// All coupons that the caller may see, the newest first.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn coupons(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Coupon>>> {
        let page = Page::<CouponId>::parse(first, after.as_deref())?;
        let caller = caller(ctx)?;
        let of = caller.is_confined().then(|| caller.vendors());
        let rows = store::page(services(ctx).app.database(), of, &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, Coupon)))
    }

    /// The coupon with this code; null if there is none that the caller may see.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn coupon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In upper or lower case.")] code: String,
    ) -> Result<Option<Coupon>> {
        if find_control(&code).is_some() {
            return Ok(None);
        }
        let found = store::find_by_code(services(ctx).app.database().read(), &code).await?;
        let caller = caller(ctx)?;
        Ok(found.filter(|row| sees_coupon(caller, row.vendor_id)).map(Coupon))
    }
}

#[derive(Default)]
pub struct CouponMutation;

#[Object]
impl CouponMutation {
    /// Makes a coupon, switched on.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn create_coupon(
        &self,
        ctx: &Context<'_>,
        input: CreateCouponInput,
    ) -> Result<Option<CreateCouponResult>> {
        for_coupon(caller(ctx)?, input.vendor_id)?;
        Ok(Some(match create(&services(ctx).app, input).await? {
            Ok(row) => CreateCouponResult::Success(CouponSuccess { coupon: Coupon(row) }),
            Err(CodeTaken(code)) => CreateCouponResult::CodeTaken(CouponCodeTaken { code }),
        }))
    }

    /// Changes a coupon that the caller may see; orders that were placed with it stay as they are.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn update_coupon(
        &self,
        ctx: &Context<'_>,
        input: UpdateCouponInput,
    ) -> Result<Option<UpdateCouponResult>> {
        Ok(Some(match update(&services(ctx).app, caller(ctx)?, input).await? {
            Ok(row) => UpdateCouponResult::Success(CouponSuccess { coupon: Coupon(row) }),
            Err(LimitTooLow { used }) => UpdateCouponResult::LimitTooLow(CouponLimitTooLow { used }),
        }))
    }
}
