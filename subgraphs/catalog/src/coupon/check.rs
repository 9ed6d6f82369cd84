//! What the terms of a coupon must satisfy beyond their types.

use catalog_entities::coupon::{self, CouponKind};
use chrono::{DateTime, Utc};
use platform_commerce::money::MoneyInput;
use platform_commerce::{CurrencyCode, Money};

use super::rules::{Discount, Terms, normalize_code};
use super::{CouponError, RATE_DIGITS};

const MILLION: i64 = 1_000_000;
/// The highest limits of a coupon's uses, in all and by one user.
pub const MAX_USES: i64 = 1_000_000_000;
pub const MAX_USES_OF_USER: i64 = 1_000;

pub fn check_limit(field: &'static str, limit: Option<i64>, max: i64) -> Result<(), CouponError> {
    match limit {
        Some(limit) if !(1..=max).contains(&limit) => Err(CouponError::InvalidLimit { field, max }),
        _ => Ok(()),
    }
}

pub fn check_period(
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
) -> Result<(), CouponError> {
    let is_ordered = starts_at.zip(ends_at).is_none_or(|(start, end)| start < end);
    if is_ordered { Ok(()) } else { Err(CouponError::EndsBeforeStart) }
}

/// What a coupon takes off, and from what subtotal on: one of `rate_ppm` and `amount`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub rate_ppm: Option<i64>,
    pub amount: Option<Money>,
    pub minimum: Option<Money>,
}

impl Worth {
    pub fn of(terms: &Terms) -> Self {
        let (rate_ppm, amount) = match terms.discount {
            Discount::Percentage { ppm } => (Some(ppm), None),
            Discount::Fixed(amount) => (None, Some(amount)),
        };
        Self { rate_ppm, amount, minimum: terms.minimum }
    }

    /// Puts it into a coupon, if it is what a coupon can be worth.
    pub fn write(self, row: &mut coupon::Model) -> Result<(), CouponError> {
        let (kind, currency) = self.check()?;
        row.kind = kind;
        row.rate_ppm = self.rate_ppm;
        row.currency = currency.map(|currency| currency.to_string());
        row.amount = self.amount.map(Money::minor);
        row.minimum = self.minimum.map(Money::minor);
        Ok(())
    }

    /// The kind of the coupon and the currency of its amounts, if there are any.
    pub fn check(self) -> Result<(CouponKind, Option<CurrencyCode>), CouponError> {
        let Self { rate_ppm, amount, minimum } = self;
        let kind = match (rate_ppm, amount) {
            (None, None) => return Err(CouponError::InvalidRate),
            (Some(_), Some(_)) => return Err(CouponError::InvalidAmount),
            (None, Some(amount)) if amount.minor() <= 0 => return Err(CouponError::InvalidAmount),
            (Some(_), None) => CouponKind::Percentage,
            (None, Some(_)) => CouponKind::Fixed,
        };
        let currency = amount.or(minimum).map(Money::currency);
        if minimum.is_some_and(|minimum| minimum.is_negative() || Some(minimum.currency()) != currency) {
            return Err(CouponError::InvalidMinimum);
        }
        Ok((kind, currency))
    }
}

/// An amount in a field of the input.
pub fn money(field: &'static str, input: MoneyInput) -> Result<Money, CouponError> {
    Money::try_from(input).map_err(|source| CouponError::Money { field, source })
}

/// A code as it is stored.
pub fn code(text: &str) -> Result<String, CouponError> {
    let code = normalize_code(text);
    if code.is_empty() || code.chars().count() > 40 || !is_of_codes(&code) {
        return Err(CouponError::InvalidCode);
    }
    Ok(code)
}

/// Whether codes are made of letters such as these.
pub fn is_of_codes(text: &str) -> bool {
    text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
}

/// A fraction above 0 and at most 1 with at most [`RATE_DIGITS`] decimal digits, in millionths.
pub fn parse_rate(text: &str) -> Result<i64, CouponError> {
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
