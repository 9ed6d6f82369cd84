//! Changing a coupon. Orders that were placed with it stay as they are. Who pays it stays, too: it would be another coupon.

use async_graphql::MaybeUndefined;
use catalog_entities::coupon;
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::moment;
use platform_database::Violation;
use platform_identity::Identity;

use super::check::{MAX_USES, MAX_USES_OF_USER, Worth, check_limit, check_period, code, money, parse_rate};
use super::graphql::UpdateCouponInput;
use super::{CouponError, store, terms};
use crate::access::sees_coupon;
use crate::app::App;
use crate::given::{optional, required};

/// Why a coupon stays as it is.
pub enum NotUpdated {
    /// More uses are held or committed than the limit that was given.
    LimitTooLow { used: i64 },
    /// The code that another coupon has.
    CodeTaken(String),
}

/// Changes a coupon that the caller may see.
pub async fn update(
    app: &App,
    caller: &Identity,
    input: UpdateCouponInput,
) -> Result<Result<coupon::Model, NotUpdated>, CouponError> {
    let tx = app.begin().await?;
    let mut row = store::lock(&tx, input.id)
        .await?
        .filter(|row| sees_coupon(caller, row.vendor_id))
        .ok_or(CouponError::UnknownCoupon(input.id))?;
    worth(&row, input.rate, input.amount, input.minimum)?.write(&mut row)?;
    if let Some(text) = required("code", input.code)? {
        row.code = code(&text)?;
    }
    if let Some(enabled) = required("enabled", input.enabled)? {
        row.enabled = enabled;
    }
    if let Some(limit) = optional(input.total_limit) {
        if limit.is_some_and(|limit| limit < row.used) {
            return Ok(Err(NotUpdated::LimitTooLow { used: row.used }));
        }
        check_limit("totalLimit", limit, MAX_USES)?;
        row.total_limit = limit;
    }
    if let Some(limit) = optional(input.per_user_limit) {
        check_limit("perUserLimit", limit.map(i64::from), MAX_USES_OF_USER)?;
        row.per_user_limit = limit;
    }
    if let Some(at) = optional(input.starts_at) {
        row.starts_at = at.map(|at| moment::check("startsAt", at)).transpose()?;
    }
    if let Some(at) = optional(input.ends_at) {
        row.ends_at = at.map(|at| moment::check("endsAt", at)).transpose()?;
    }
    check_period(row.starts_at, row.ends_at)?;
    match store::replace(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(NotUpdated::CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(Ok(row))
}

/// What a coupon takes off after the change. A rate takes the place of an amount, and an amount that of a rate.
fn worth(
    row: &coupon::Model,
    rate: MaybeUndefined<Decimal>,
    amount: MaybeUndefined<MoneyInput>,
    minimum: MaybeUndefined<MoneyInput>,
) -> Result<Worth, CouponError> {
    let mut worth = Worth::of(&terms(row.clone())?);
    if rate.is_value() {
        worth.amount = None;
    }
    if amount.is_value() {
        worth.rate_ppm = None;
    }
    if let Some(rate) = optional(rate) {
        worth.rate_ppm = rate.map(|rate| parse_rate(&rate.0)).transpose()?;
    }
    if let Some(amount) = optional(amount) {
        worth.amount = amount.map(|amount| money("amount", amount)).transpose()?;
    }
    if let Some(minimum) = optional(minimum) {
        worth.minimum = minimum.map(|minimum| money("minimum", minimum)).transpose()?;
    }
    Ok(worth)
}
