//! Coupons in the composed schema: for staff with `coupons:write`, and for keys of partners that have it, which see and
//! make those of the vendors that they act for.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::coupon::{self, CouponKind};
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::id::{CouponId, VendorId};
use platform_core::page::{Connection, Page};
use platform_database::{Database, StoreError, Transaction, Violation};
use platform_identity::{Identity, Scope};
use platform_server::{access, caller};
use platform_text::find_control;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::rules::normalize_code;
use super::{CouponError, RATE_DIGITS, terms};
use crate::access::{for_coupon, sees_coupon};
use crate::product::objects::Vendor;
use crate::services::services;
use crate::tax::rate_text;

const MILLION: i64 = 1_000_000;
/// The highest limits of a coupon's uses, in all and by one user.
const MAX_USES: i64 = 1_000_000_000;
const MAX_USES_OF_USER: i64 = 1_000;

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

async fn list(
    database: &Database,
    caller: &Identity,
    page: &Page<CouponId>,
) -> Result<Vec<coupon::Model>, StoreError> {
    let mut select =
        coupon::Entity::find().order_by_desc(coupon::Column::Id).limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(coupon::Column::Id.lt(after));
    }
    if caller.is_confined() {
        select = select.filter(coupon::Column::VendorId.is_in(caller.vendors()));
    }
    Ok(select.all(database.read()).await?)
}

async fn find_by_code(database: &Database, code: &str) -> Result<Option<coupon::Model>, StoreError> {
    let code = normalize_code(code);
    Ok(coupon::Entity::find().filter(coupon::Column::Code.eq(code)).one(database.read()).await?)
}

async fn lock(tx: &Transaction, id: CouponId) -> Result<Option<coupon::Model>, StoreError> {
    Ok(coupon::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

async fn store(tx: &Transaction, changed: coupon::ActiveModel) -> Result<coupon::Model, StoreError> {
    Ok(changed.update(&**tx).await?)
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
        let rows = list(&services(ctx).platform.database, caller(ctx)?, &page).await?;
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
        let found = find_by_code(&services(ctx).platform.database, &code).await?;
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
        let services = services(ctx);
        let row = row(input, services.platform.ids.next(), services.platform.clock.now())?;
        let insert = coupon::Entity::insert(row.clone().into_active_model().reset_all());
        match insert.exec_without_returning(services.platform.database.write()).await {
            Ok(_) => Ok(Some(CreateCouponResult::Success(CouponSuccess { coupon: Coupon(row) }))),
            Err(error) if error.is_unique_violation() => {
                Ok(Some(CreateCouponResult::CodeTaken(CouponCodeTaken { code: row.code })))
            }
            Err(error) => Err(CouponError::from(error).into()),
        }
    }

    /// Changes a coupon that the caller may see; orders that were placed with it stay as they are.
    #[graphql(directive = access::scope::apply(Scope::CouponsWrite))]
    async fn update_coupon(
        &self,
        ctx: &Context<'_>,
        input: UpdateCouponInput,
    ) -> Result<Option<UpdateCouponResult>> {
        let caller = caller(ctx)?;
        let tx = services(ctx).platform.database.begin().await?;
        let row = lock(&tx, input.id)
            .await?
            .filter(|row| sees_coupon(caller, row.vendor_id))
            .ok_or(CouponError::UnknownCoupon(input.id))?;
        if input.total_limit.is_some_and(|limit| limit < row.used) {
            return Ok(Some(UpdateCouponResult::LimitTooLow(CouponLimitTooLow { used: row.used })));
        }
        check_limit("totalLimit", input.total_limit, MAX_USES)?;
        check_period(row.starts_at, input.ends_at.or(row.ends_at))?;
        let mut update = row.clone().into_active_model();
        if let Some(enabled) = input.enabled {
            update.enabled = Set(enabled);
        }
        if input.ends_at.is_some() {
            update.ends_at = Set(input.ends_at);
        }
        if input.total_limit.is_some() {
            update.total_limit = Set(input.total_limit);
        }
        let row = if update.is_changed() { store(&tx, update).await? } else { row };
        tx.commit().await?;
        Ok(Some(UpdateCouponResult::Success(CouponSuccess { coupon: Coupon(row) })))
    }
}

fn row(input: CreateCouponInput, id: CouponId, now: DateTime<Utc>) -> Result<coupon::Model, CouponError> {
    let code = normalize_code(&input.code);
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    if code.is_empty() || code.chars().count() > 40 || !code.chars().all(allowed) {
        return Err(CouponError::InvalidCode);
    }
    let money = |field, input: Option<MoneyInput>| {
        input.map(Money::try_from).transpose().map_err(|source| CouponError::Money { field, source })
    };
    let (amount, minimum) = (money("amount", input.amount)?, money("minimum", input.minimum)?);
    let rate_ppm = input.rate.map(|rate| parse_rate(&rate.0)).transpose()?;
    match (rate_ppm, amount) {
        (None, None) => return Err(CouponError::InvalidRate),
        (Some(_), Some(_)) => return Err(CouponError::InvalidAmount),
        (None, Some(amount)) if amount.minor() <= 0 => return Err(CouponError::InvalidAmount),
        _ => {}
    }
    let currency = amount.or(minimum).map(Money::currency);
    if minimum.is_some_and(|minimum| minimum.is_negative() || Some(minimum.currency()) != currency) {
        return Err(CouponError::InvalidMinimum);
    }
    check_limit("totalLimit", input.total_limit, MAX_USES)?;
    check_limit("perUserLimit", input.per_user_limit.map(i64::from), MAX_USES_OF_USER)?;
    check_period(input.starts_at, input.ends_at)?;
    let row = coupon::Model {
        id,
        code,
        kind: if rate_ppm.is_some() { CouponKind::Percentage } else { CouponKind::Fixed },
        rate_ppm,
        currency: currency.map(|currency| currency.to_string()),
        amount: amount.map(Money::minor),
        minimum: minimum.map(Money::minor),
        vendor_id: input.vendor_id,
        enabled: true,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        total_limit: input.total_limit,
        per_user_limit: input.per_user_limit,
        used: 0,
        created_at: now,
    };
    terms(row.clone())?;
    Ok(row)
}

fn check_limit(field: &'static str, limit: Option<i64>, max: i64) -> Result<(), CouponError> {
    match limit {
        Some(limit) if !(1..=max).contains(&limit) => Err(CouponError::InvalidLimit { field, max }),
        _ => Ok(()),
    }
}

fn check_period(starts_at: Option<DateTime<Utc>>, ends_at: Option<DateTime<Utc>>) -> Result<(), CouponError> {
    let is_ordered = starts_at.zip(ends_at).is_none_or(|(start, end)| start < end);
    if is_ordered { Ok(()) } else { Err(CouponError::EndsBeforeStart) }
}

/// A fraction above 0 and at most 1 with at most [`RATE_DIGITS`] decimal digits, in millionths.
fn parse_rate(text: &str) -> Result<i64, CouponError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || !digits(whole) || !digits(fraction) {
        return Err(CouponError::InvalidRate);
    }
    if fraction.len() > RATE_DIGITS {
        return Err(CouponError::RateTooFine);
    }
    let ppm: i64 =
        format!("{whole}{fraction:0<RATE_DIGITS$}").parse().map_err(|_| CouponError::InvalidRate)?;
    if (1..=MILLION).contains(&ppm) { Ok(ppm) } else { Err(CouponError::InvalidRate) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact_fractions() {
        let rate = |text| parse_rate(text).ok();
        assert_eq!([rate("0.15"), rate("1"), rate("0.000001")], [Some(150_000), Some(MILLION), Some(1)]);
        assert_eq!(["0", "1.1", "15", "0.1234567", "-0.1", ".5", ""].map(rate), [None; 7]);
        let too_fine = parse_rate("0.1234567").unwrap_err().to_string();
        assert_eq!(too_fine, "a rate has at most 6 digits after the point");
    }
}
