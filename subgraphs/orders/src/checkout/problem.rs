//! Why a checkout did not succeed: expected outcomes, kept with the order so that the same key gives the same answer.

use contracts::orders::CancellationReason;
use serde::{Deserialize, Serialize};

use crate::peers::catalog::{CouponRejectionReason, ShortLine};

/// What a checkout holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HeldThing {
    /// Pieces of an offer.
    Stock,
    /// A use of the coupon.
    Coupon,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Problem {
    OutOfStock {
        lines: Vec<ShortLine>,
    },
    CouponRejected {
        code: String,
        reason: CouponRejectionReason,
    },
    NotEnoughPoints {
        available: i64,
    },
    PaymentDeclined {
        code: String,
    },
    PaymentExpired,
    /// The customer, or the network, keeps too much waiting for payments.
    HoldLimitReached {
        of: HeldThing,
    },
    /// What was held ran out before the payment came.
    ReservationExpired,
    CancelledByBuyer,
    CancelledByStaff,
}

impl Problem {
    /// The code that an order shows as its reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutOfStock { .. } => "OUT_OF_STOCK",
            Self::CouponRejected { .. } => "COUPON_REJECTED",
            Self::NotEnoughPoints { .. } => "NOT_ENOUGH_POINTS",
            Self::PaymentDeclined { .. } => "PAYMENT_DECLINED",
            Self::PaymentExpired => "PAYMENT_EXPIRED",
            Self::HoldLimitReached { .. } => "HOLD_LIMIT_REACHED",
            Self::ReservationExpired => "RESERVATION_EXPIRED",
            Self::CancelledByBuyer => "CANCELLED_BY_BUYER",
            Self::CancelledByStaff => "CANCELLED_BY_STAFF",
        }
    }

    /// Whether somebody called the order off, rather than the checkout failing.
    pub const fn is_cancellation(&self) -> bool {
        matches!(self, Self::CancelledByBuyer | Self::CancelledByStaff | Self::PaymentExpired)
    }

    pub const fn cancellation_reason(&self) -> CancellationReason {
        match self {
            Self::OutOfStock { .. } | Self::HoldLimitReached { .. } | Self::ReservationExpired => {
                CancellationReason::OutOfStock
            }
            Self::CouponRejected { .. } => CancellationReason::CouponUnavailable,
            Self::NotEnoughPoints { .. } => CancellationReason::PointsUnavailable,
            Self::PaymentDeclined { .. } => CancellationReason::PaymentDeclined,
            Self::PaymentExpired => CancellationReason::PaymentExpired,
            Self::CancelledByBuyer => CancellationReason::Buyer,
            Self::CancelledByStaff => CancellationReason::Staff,
        }
    }
}
