//! Coupons in the composed schema: for staff with `coupons:write`, and for keys of partners that have it, which see and
//! make those of the vendors that they act for.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::id::{CouponId, VendorId};
use platform_core::page::{Connection, Page};
use platform_identity::{Identity, Scope};
use platform_server::{access, caller};
use platform_text::find_control;

use super::create::{CodeTaken, create};
use super::status::Status;
use super::store::{self, Wanted};
use super::update::{NotUpdated, update};
use super::view::Coupon;
use crate::access::{for_coupon, sees_coupon};
use crate::app::App;
use crate::product::objects::read_id;

/// Which coupons; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct CouponFilter {
    /// What the code begins with, in upper or lower case.
    pub code: Option<String>,
    /// What has become of it by now.
    pub status: Option<Status>,
    /// Paid by this vendor.
    pub vendor_id: Option<ID>,
}

impl CouponFilter {
    /// What the caller asks for, as far as it may see it.
    fn wanted(self, caller: &Identity, now: DateTime<Utc>) -> Result<Wanted> {
        Ok(Wanted {
            payers: caller.is_confined().then(|| caller.vendors().collect()),
            payer: read_id("vendorId", self.vendor_id)?,
            code: self.code,
            status: self.status,
            now,
        })
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

/// A change of a coupon. What is absent stays as it is, and so does who pays it.
#[derive(Debug, InputObject)]
pub struct UpdateCouponInput {
    /// The coupon to change.
    pub id: CouponId,
    /// What buyers enter, as in `CreateCouponInput`; by the old one nothing is found any more.
    pub code: MaybeUndefined<String>,
    /// False switches it off, true on again.
    pub enabled: MaybeUndefined<bool>,
    /// A percentage, as in `CreateCouponInput`, in place of an amount.
    pub rate: MaybeUndefined<Decimal>,
    /// A fixed discount, as in `CreateCouponInput`, in place of a rate.
    pub amount: MaybeUndefined<MoneyInput>,
    /// The least subtotal of the lines it applies to, as in `CreateCouponInput`; null for none.
    pub minimum: MaybeUndefined<MoneyInput>,
    /// Not valid before; null makes it valid at once.
    pub starts_at: MaybeUndefined<DateTime<Utc>>,
    /// Not valid from here on, and after its start; null for no end.
    pub ends_at: MaybeUndefined<DateTime<Utc>>,
    /// How often it can be used in all, not below what is used already; null for no limit.
    pub total_limit: MaybeUndefined<i64>,
    /// How often one user can use it from now on, as in `CreateCouponInput`; null for no such limit.
    pub per_user_limit: MaybeUndefined<i32>,
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
    CodeTaken(CouponCodeTaken),
    LimitTooLow(CouponLimitTooLow),
}

#[derive(Default)]
pub struct CouponQuery;

#[Object]
impl CouponQuery {
    /// The coupons that the caller may see, the newest first.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn coupons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All unless given.")] filter: Option<CouponFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Coupon>>> {
        let page = Page::<CouponId>::parse(first, after.as_deref())?;
        let app = ctx.data_unchecked::<App>();
        let wanted = filter.unwrap_or_default().wanted(caller(ctx)?, app.now())?;
        let rows = store::page(app.database(), &wanted, &page).await?;
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
        let found = store::find_by_code(ctx.data_unchecked::<App>().database().read(), &code).await?;
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
        Ok(Some(match create(ctx.data_unchecked::<App>(), input).await? {
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
        Ok(Some(match update(ctx.data_unchecked::<App>(), caller(ctx)?, input).await? {
            Ok(row) => UpdateCouponResult::Success(CouponSuccess { coupon: Coupon(row) }),
            Err(NotUpdated::CodeTaken(code)) => UpdateCouponResult::CodeTaken(CouponCodeTaken { code }),
            Err(NotUpdated::LimitTooLow { used }) => {
                UpdateCouponResult::LimitTooLow(CouponLimitTooLow { used })
            }
        }))
    }
}
