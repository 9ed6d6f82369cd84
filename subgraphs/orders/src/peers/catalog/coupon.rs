//! The use of a coupon that a checkout holds, takes and gives back.

use chrono::{DateTime, Utc};
use platform_core::ErrorCode;
use platform_core::id::UserId;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};

use super::asked::commit_coupon::CommitCouponResult;
use super::asked::extend_coupon::ExtendCouponResult;
use super::asked::reserve_coupon::ReserveCouponResult;
use super::asked::{
    CommitCoupon, ExtendCoupon, ExtendCouponInput, ReleaseCoupon, ReserveCoupon, ReserveCouponInput,
};
use super::{Extended, Holder};
use crate::peers::unknown_is_done;

/// Why a coupon does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CouponRejectionReason {
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

#[derive(Debug)]
pub enum CouponHold {
    Held,
    Rejected { reason: CouponRejectionReason },
    Closed,
}

pub async fn reserve_coupon(
    peers: &Peers,
    key: &str,
    code: &str,
    user: Option<UserId>,
    holder: &Holder,
    expires_at: DateTime<Utc>,
) -> Result<CouponHold, PeerError> {
    let input = ReserveCouponInput {
        key: key.to_owned(),
        code: code.to_owned(),
        user_id: user,
        expires_at,
        holder: holder.name.clone(),
        network: holder.network(),
    };
    match peers.ask(ReserveCoupon { input }, peers.own()).await? {
        ReserveCouponResult::CouponReserved => Ok(CouponHold::Held),
        ReserveCouponResult::CouponRejected(rejected) => Ok(CouponHold::Rejected { reason: rejected.reason }),
        ReserveCouponResult::CouponUseClosed => Ok(CouponHold::Closed),
        ReserveCouponResult::Unrecognised => Err(PeerError::unrecognised::<ReserveCoupon>()),
    }
}

/// Holds the use of a coupon longer, while a payment waits for its customer.
pub async fn extend_coupon(
    peers: &Peers,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended, PeerError> {
    let input = ExtendCouponInput { key: key.to_owned(), expires_at };
    match peers.ask(ExtendCoupon { input }, peers.own()).await? {
        ExtendCouponResult::CouponReserved => Ok(Extended::Held),
        ExtendCouponResult::HoldLimitReached => Ok(Extended::LimitReached),
        ExtendCouponResult::CouponUseClosed => Ok(Extended::Closed),
        ExtendCouponResult::Unrecognised => Err(PeerError::unrecognised::<ExtendCoupon>()),
    }
}

/// Whether the use could be committed; false if it was closed before or is unknown.
pub async fn commit_coupon(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    match peers.ask(CommitCoupon { key: key.to_owned() }, peers.own()).await {
        Ok(CommitCouponResult::CouponCommitted) => Ok(true),
        Ok(CommitCouponResult::CouponUseClosed) => Ok(false),
        Ok(CommitCouponResult::Unrecognised) => Err(PeerError::unrecognised::<CommitCoupon>()),
        Err(PeerError::Refused { code: ErrorCode::NotFound, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

pub async fn release_coupon(peers: &Peers, key: &str) -> Result<(), PeerError> {
    unknown_is_done(peers.ask(ReleaseCoupon { key: key.to_owned() }, peers.own()).await.map(drop))
}
