//! Making a coupon.

use catalog_entities::coupon::{self, CouponKind};
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::CouponId;
use platform_database::Violation;

use super::graphql::CreateCouponInput;
use super::rules::normalize_code;
use super::{CouponError, RATE_DIGITS, store, terms};
use crate::app::App;

const MILLION: i64 = 1_000_000;
/// The highest limits of a coupon's uses, in all and by one user.
pub(super) const MAX_USES: i64 = 1_000_000_000;
const MAX_USES_OF_USER: i64 = 1_000;

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

pub(super) fn check_limit(field: &'static str, limit: Option<i64>, max: i64) -> Result<(), CouponError> {
    match limit {
        Some(limit) if !(1..=max).contains(&limit) => Err(CouponError::InvalidLimit { field, max }),
        _ => Ok(()),
    }
}

pub(super) fn check_period(
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
) -> Result<(), CouponError> {
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
