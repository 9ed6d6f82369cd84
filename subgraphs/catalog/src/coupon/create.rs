//! Making a coupon.

use catalog_entities::coupon;
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::id::CouponId;
use platform_core::moment;
use platform_database::Violation;

use super::check::{MAX_USES, MAX_USES_OF_USER, Worth, check_limit, check_period, code, money, parse_rate};
use super::graphql::CreateCouponInput;
use super::{CouponError, store, terms};
use crate::app::App;

/// The code that another coupon has.
pub struct CodeTaken(pub String);

/// Makes a coupon, switched on.
pub async fn create(
    app: &App,
    input: CreateCouponInput,
) -> Result<Result<coupon::Model, CodeTaken>, CouponError> {
    let row = row(input, app.next_id(), app.now())?;
    match store::insert(app.database(), row.clone()).await {
        Ok(()) => Ok(Ok(row)),
        Err(error) if error.is_unique_violation() => Ok(Err(CodeTaken(row.code))),
        Err(error) => Err(error.into()),
    }
}

fn row(input: CreateCouponInput, id: CouponId, now: DateTime<Utc>) -> Result<coupon::Model, CouponError> {
    let code = code(&input.code)?;
    let worth = Worth {
        rate_ppm: input.rate.map(|rate| parse_rate(&rate.0)).transpose()?,
        amount: input.amount.map(|amount| money("amount", amount)).transpose()?,
        minimum: input.minimum.map(|minimum| money("minimum", minimum)).transpose()?,
    };
    let (kind, currency) = worth.check()?;
    check_limit("totalLimit", input.total_limit, MAX_USES)?;
    check_limit("perUserLimit", input.per_user_limit.map(i64::from), MAX_USES_OF_USER)?;
    let starts_at = input.starts_at.map(|at| moment::check("startsAt", at)).transpose()?;
    let ends_at = input.ends_at.map(|at| moment::check("endsAt", at)).transpose()?;
    check_period(starts_at, ends_at)?;
    let row = coupon::Model {
        id,
        code,
        kind,
        rate_ppm: worth.rate_ppm,
        currency: currency.map(|currency| currency.to_string()),
        amount: worth.amount.map(Money::minor),
        minimum: worth.minimum.map(Money::minor),
        vendor_id: input.vendor_id,
        enabled: true,
        starts_at,
        ends_at,
        total_limit: input.total_limit,
        per_user_limit: input.per_user_limit,
        used: 0,
        created_at: now,
    };
    terms(row.clone())?;
    Ok(row)
}
