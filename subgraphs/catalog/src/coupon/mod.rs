//! Coupons: their terms, and uses that are held during a checkout.
//!
//! Invariants: `used` counts the held and committed uses and a CHECK keeps it within the total limit; a unique index
//! over (coupon, user, ordinal) of live uses keeps the limit per user. Both hold whatever races. Rows are locked in the
//! order use, then coupon.

mod check;
mod create;
pub mod graphql;
pub mod internal;
mod reserve;
pub mod rules;
mod status;
mod store;
mod update;
pub mod uses;
mod view;
mod waiting;

use catalog_entities::coupon::{self, CouponKind};
use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::id::CouponId;
use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_holds::HoldError;

use self::rules::{Discount, Terms};
use crate::given::NotNull;

/// The most digits of a rate after the point: a rate is kept in millionths.
const RATE_DIGITS: usize = 6;

#[derive(Debug, thiserror::Error)]
pub enum CouponError {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error("no coupon with the id {0} exists")]
    UnknownCoupon(CouponId),
    #[error("a code has 1 to 40 letters, digits, hyphens and underscores")]
    InvalidCode,
    #[error("give either a rate above 0 and up to 1, such as 0.15, or an amount")]
    InvalidRate,
    #[error("a rate has at most {RATE_DIGITS} digits after the point")]
    RateTooFine,
    #[error("the amount must be above zero, and there is either an amount or a rate")]
    InvalidAmount,
    #[error("the minimum must not be negative, and is in the amount's currency")]
    InvalidMinimum,
    #[error("the coupon must end after it starts")]
    EndsBeforeStart,
    #[error("`{field}` must be between 1 and {max}")]
    InvalidLimit { field: &'static str, max: i64 },
    #[error("`{field}` is not an amount of its currency")]
    Money {
        field: &'static str,
        #[source]
        source: MoneyError,
    },
    #[error("the coupon {0} has terms that this release does not know")]
    UnreadableTerms(CouponId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CouponError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Hold(error) => error.code(),
            Self::InvalidCode
            | Self::InvalidRate
            | Self::RateTooFine
            | Self::InvalidAmount
            | Self::InvalidMinimum
            | Self::EndsBeforeStart
            | Self::InvalidLimit { .. }
            | Self::Money { .. } => ErrorCode::BadUserInput,
            Self::Null(error) => error.code(),
            Self::Moment(error) => error.code(),
            Self::UnknownCoupon(_) => ErrorCode::NotFound,
            Self::UnreadableTerms(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Hold(error) => error.field(),
            Self::Null(error) => error.field(),
            Self::Moment(error) => error.field(),
            Self::InvalidCode => Some("code"),
            Self::InvalidRate | Self::RateTooFine => Some("rate"),
            Self::InvalidAmount => Some("amount"),
            Self::InvalidMinimum => Some("minimum"),
            Self::EndsBeforeStart => Some("endsAt"),
            Self::InvalidLimit { field, .. } | Self::Money { field, .. } => Some(field),
            Self::UnknownCoupon(_) => Some("id"),
            Self::UnreadableTerms(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CouponError);

/// The terms as the row has them.
pub fn terms(row: coupon::Model) -> Result<Terms, CouponError> {
    let unreadable = || CouponError::UnreadableTerms(row.id);
    let currency: Option<CurrencyCode> =
        row.currency.as_deref().map(str::parse).transpose().map_err(|_| unreadable())?;
    let money = |minor| currency.map(|currency| Money::from_minor(minor, currency));
    let discount = match row.kind {
        CouponKind::Percentage => Discount::Percentage { ppm: row.rate_ppm.ok_or_else(unreadable)? },
        CouponKind::Fixed => Discount::Fixed(row.amount.and_then(money).ok_or_else(unreadable)?),
    };
    Ok(Terms {
        id: row.id,
        code: row.code,
        discount,
        minimum: row.minimum.and_then(money),
        vendor: row.vendor_id,
        enabled: row.enabled,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        total_limit: row.total_limit,
        per_user_limit: row.per_user_limit,
        used: row.used,
    })
}
