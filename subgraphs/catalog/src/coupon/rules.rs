//! What a coupon takes off a set of lines, and when it does not apply. Pure.
//!
//! A percentage is taken of the eligible lines' subtotal and rounded half to even once; a fixed amount is at most that
//! subtotal. Either is spread over the lines in proportion to their subtotals, to the minor unit.

use chrono::{DateTime, Utc};
use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::id::{CouponId, VendorId};
use platform_text::fold;

/// Why a coupon does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "CouponRejection")]
pub enum Rejection {
    /// No coupon has this code.
    Unknown,
    /// It is switched off.
    Disabled,
    /// It is not valid yet.
    NotStarted,
    /// It is not valid any more.
    Ended,
    /// All its uses are held or committed.
    Exhausted,
    /// The user has used it as often as one user can.
    UsedUpByUser,
    /// The coupon counts its uses per user, and nobody is logged in.
    SignInRequired,
    /// The lines that it applies to come to less than its minimum.
    BelowMinimum,
    /// Its amount or its minimum is in another currency than the lines.
    OtherCurrency,
    /// No line is of the vendor that pays it, or there is nothing to take off.
    NoEligibleLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// In millionths of the eligible subtotal.
    Percentage {
        ppm: i64,
    },
    Fixed(Money),
}

/// The terms of a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub id: CouponId,
    pub code: String,
    pub discount: Discount,
    pub minimum: Option<Money>,
    /// The vendor that pays it, and whose lines alone it lowers.
    pub vendor: Option<VendorId>,
    pub enabled: bool,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub total_limit: Option<i64>,
    pub per_user_limit: Option<i32>,
    pub used: i64,
}

impl Terms {
    /// Whether the coupon can be used at all at `now`; limits per user aside.
    pub fn open_at(&self, now: DateTime<Utc>, signed_in: bool) -> Result<(), Rejection> {
        if !self.enabled {
            return Err(Rejection::Disabled);
        }
        if self.starts_at.is_some_and(|start| now < start) {
            return Err(Rejection::NotStarted);
        }
        if self.ends_at.is_some_and(|end| now >= end) {
            return Err(Rejection::Ended);
        }
        if self.per_user_limit.is_some() && !signed_in {
            return Err(Rejection::SignInRequired);
        }
        if self.total_limit.is_some_and(|limit| self.used >= limit) {
            return Err(Rejection::Exhausted);
        }
        Ok(())
    }

    /// What the coupon takes off each line, in the order of `lines` (vendor and subtotal of each). The parts are not
    /// negative and none exceeds its line.
    pub fn spread(
        &self,
        currency: CurrencyCode,
        lines: &[(VendorId, Money)],
    ) -> Result<Result<Vec<Money>, Rejection>, MoneyError> {
        let weights: Vec<i64> = lines
            .iter()
            .map(
                |(vendor, subtotal)| {
                    if self.vendor.is_none_or(|payer| payer == *vendor) { subtotal.minor() } else { 0 }
                },
            )
            .collect();
        let eligible = Money::sum(currency, weights.iter().map(|minor| Money::from_minor(*minor, currency)))?;
        if eligible.is_zero() {
            return Ok(Err(Rejection::NoEligibleLine));
        }
        if let Some(minimum) = self.minimum {
            if minimum.currency() != currency {
                return Ok(Err(Rejection::OtherCurrency));
            }
            if eligible.minor() < minimum.minor() {
                return Ok(Err(Rejection::BelowMinimum));
            }
        }
        let discount = match self.discount {
            Discount::Percentage { ppm } => eligible.checked_ratio(ppm, 1_000_000)?,
            Discount::Fixed(amount) if amount.currency() != currency => {
                return Ok(Err(Rejection::OtherCurrency));
            }
            Discount::Fixed(amount) => Money::from_minor(amount.minor().min(eligible.minor()), currency),
        };
        discount.allocate(&weights).map(Ok)
    }
}

/// The canonical spelling of a code: upper case, no white space around it, and what looks alike written alike (NFKC).
pub fn normalize_code(code: &str) -> String {
    fold(code.trim()).to_uppercase()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    const EUR: CurrencyCode = CurrencyCode::EUR;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, EUR)
    }

    fn vendor(n: u128) -> VendorId {
        VendorId(Uuid::from_u128(n))
    }

    fn terms(discount: Discount) -> Terms {
        Terms {
            id: CouponId(Uuid::nil()),
            code: "TEST".to_owned(),
            discount,
            minimum: None,
            vendor: None,
            enabled: true,
            starts_at: None,
            ends_at: None,
            total_limit: None,
            per_user_limit: None,
            used: 0,
        }
    }

    fn parts(terms: &Terms, lines: &[(VendorId, Money)]) -> Result<Vec<i64>, Rejection> {
        terms.spread(EUR, lines).unwrap().map(|parts| parts.iter().map(|m| m.minor()).collect())
    }

    #[test]
    fn the_parts_sum_to_the_discount_and_none_exceeds_its_line() {
        let lines = [(vendor(1), eur(1000)), (vendor(2), eur(501)), (vendor(1), eur(0))];
        assert_eq!(parts(&terms(Discount::Percentage { ppm: 100_000 }), &lines), Ok(vec![100, 50, 0]));
        assert_eq!(parts(&terms(Discount::Fixed(eur(5000))), &lines), Ok(vec![1000, 501, 0]));
    }

    #[test]
    fn a_vendors_coupon_lowers_that_vendors_lines_alone() {
        let lines = [(vendor(1), eur(1000)), (vendor(2), eur(500))];
        let mut coupon = terms(Discount::Fixed(eur(300)));
        coupon.vendor = Some(vendor(2));
        assert_eq!(parts(&coupon, &lines), Ok(vec![0, 300]));
        coupon.minimum = Some(eur(501));
        assert_eq!(parts(&coupon, &lines), Err(Rejection::BelowMinimum));
        coupon.vendor = Some(vendor(3));
        assert_eq!(parts(&coupon, &lines), Err(Rejection::NoEligibleLine));
    }

    #[test]
    fn amounts_of_another_currency_do_not_apply() {
        let lines = [(vendor(1), eur(1000))];
        let dollars = Money::from_minor(100, CurrencyCode::USD);
        assert_eq!(parts(&terms(Discount::Fixed(dollars)), &lines), Err(Rejection::OtherCurrency));
        let mut coupon = terms(Discount::Percentage { ppm: 100_000 });
        coupon.minimum = Some(dollars);
        assert_eq!(parts(&coupon, &lines), Err(Rejection::OtherCurrency));
    }

    #[test]
    fn the_period_is_half_open() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let mut coupon = terms(Discount::Percentage { ppm: 1 });
        coupon.starts_at = Some(start);
        coupon.ends_at = Some(start + TimeDelta::seconds(10));
        coupon.per_user_limit = Some(1);
        let at = |seconds| coupon.open_at(start + TimeDelta::seconds(seconds), true);
        assert_eq!(
            [at(-1), at(0), at(9), at(10)],
            [Err(Rejection::NotStarted), Ok(()), Ok(()), Err(Rejection::Ended)]
        );
        assert_eq!(coupon.open_at(start, false), Err(Rejection::SignInRequired));
        coupon.total_limit = Some(3);
        coupon.used = 3;
        assert_eq!(coupon.open_at(start, true), Err(Rejection::Exhausted));
    }
}
