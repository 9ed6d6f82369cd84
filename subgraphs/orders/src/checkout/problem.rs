//! Why a checkout did not succeed: expected outcomes, kept with the order so that the same key gives the same answer.

use contracts::orders::CancellationReason;
use serde::{Deserialize, Serialize};

use crate::peers::catalog::{CouponRejectionReason, ShortLine};
use crate::peers::logistics::DeliveryProblem;

/// What a checkout holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HeldThing {
    /// Pieces of an offer.
    Stock,
    /// A use of the coupon.
    Coupon,
    /// A place in the slot.
    Slot,
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
    /// With what the customer wanted to pay, nobody can.
    PaymentMeansRejected {
        problem: PaymentMeansProblem,
    },
    PaymentExpired,
    /// The customer, or the network, keeps too much waiting for payments.
    HoldLimitReached {
        of: HeldThing,
    },
    /// It cannot be delivered as it was chosen, or not any more.
    DeliveryNotPossible {
        problem: DeliveryProblem,
    },
    /// What was held ran out before the payment came.
    ReservationExpired,
    CancelledByBuyer,
    CancelledByStaff,
    /// Another part of the shop refused for good, for a reason that no customer can mend.
    Refused {
        reason: String,
    },
}

/// What is wrong with the means of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the names that clients read; others may follow")]
pub enum PaymentMeansProblem {
    /// No gateway of this name is set up; `paymentGateways` lists those that are.
    UnknownGateway,
    /// The gateway does not know the token.
    UnknownToken,
    /// The buyer has no saved means of payment with this id; it may have been removed.
    UnknownMethod,
}

impl PaymentMeansProblem {
    /// What is wrong, and what to do, as a sentence.
    pub const fn message(self) -> &'static str {
        match self {
            Self::UnknownGateway => "No payment gateway has this name; `paymentGateways` lists them.",
            Self::UnknownToken => "The payment gateway does not know the token; make a fresh one.",
            Self::UnknownMethod => "You have no such saved means of payment; choose another.",
        }
    }
}

impl Problem {
    /// The code that an order shows as its reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutOfStock { .. } => "OUT_OF_STOCK",
            Self::CouponRejected { .. } => "COUPON_REJECTED",
            Self::NotEnoughPoints { .. } => "NOT_ENOUGH_POINTS",
            Self::PaymentDeclined { .. } => "PAYMENT_DECLINED",
            Self::PaymentMeansRejected { .. } => "PAYMENT_MEANS_REJECTED",
            Self::PaymentExpired => "PAYMENT_EXPIRED",
            Self::HoldLimitReached { .. } => "HOLD_LIMIT_REACHED",
            Self::DeliveryNotPossible { .. } => "DELIVERY_NOT_POSSIBLE",
            Self::ReservationExpired => "RESERVATION_EXPIRED",
            Self::CancelledByBuyer => "CANCELLED_BY_BUYER",
            Self::CancelledByStaff => "CANCELLED_BY_STAFF",
            Self::Refused { .. } => "CHECKOUT_REFUSED",
        }
    }

    /// Somebody called the order off.
    pub const fn cancelled(by_staff: bool) -> Self {
        if by_staff { Self::CancelledByStaff } else { Self::CancelledByBuyer }
    }

    /// The problem behind the reason for which a saga is undone, where no step has named one.
    pub fn of_failure(reason: Option<&str>) -> Self {
        match reason {
            Some("PAYMENT_EXPIRED") => Self::PaymentExpired,
            Some("CANCELLED_BY_BUYER") => Self::CancelledByBuyer,
            None | Some("CANCELLED_BY_STAFF") => Self::CancelledByStaff,
            Some(reason) => Self::Refused { reason: reason.to_owned() },
        }
    }

    /// Whether somebody called the order off, rather than the checkout failing.
    pub const fn is_cancellation(&self) -> bool {
        matches!(self, Self::CancelledByBuyer | Self::CancelledByStaff | Self::PaymentExpired)
    }

    pub const fn cancellation_reason(&self) -> CancellationReason {
        match self {
            // What the buyer wanted of a limited thing was gone, be it pieces or places in a slot.
            Self::OutOfStock { .. }
            | Self::HoldLimitReached { .. }
            | Self::DeliveryNotPossible { .. }
            | Self::ReservationExpired => CancellationReason::OutOfStock,
            Self::CouponRejected { .. } => CancellationReason::CouponUnavailable,
            Self::NotEnoughPoints { .. } => CancellationReason::PointsUnavailable,
            Self::PaymentDeclined { .. } | Self::PaymentMeansRejected { .. } => {
                CancellationReason::PaymentDeclined
            }
            Self::PaymentExpired => CancellationReason::PaymentExpired,
            Self::CancelledByBuyer => CancellationReason::Buyer,
            Self::CancelledByStaff | Self::Refused { .. } => CancellationReason::Staff,
        }
    }
}
