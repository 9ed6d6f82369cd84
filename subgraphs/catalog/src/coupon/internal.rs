//! Uses of coupons in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::HoldStatus;
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_holds::{Extended, Holder};

use super::reserve::{UseOutcome, reserve};
use super::rules::Rejection;
use super::uses::CouponUses;
use crate::app::App;
use crate::stock::internal::{HoldKeyInput, HoldLimitReached};

/// A use of a coupon to hold for a checkout.
#[derive(Debug, InputObject)]
pub struct ReserveCouponInput {
    /// The caller's idempotency key, unique for ever.
    pub key: String,
    /// The coupon's code, in upper or lower case.
    pub code: String,
    /// Whose limit of uses counts; null for a guest, who cannot use a coupon with such a limit.
    pub user_id: Option<UserId>,
    /// When the hold ends unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
    /// The user or guest it is held for; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
}

/// A held use of a coupon, to be held longer.
#[derive(Debug, InputObject)]
pub struct ExtendCouponInput {
    /// The key that it is held for.
    pub key: String,
    /// When the hold ends unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// The coupon is held for this key until committed, released or expired.
#[derive(Debug, SimpleObject)]
pub struct CouponReserved {
    /// The caller's key.
    pub key: String,
    /// The coupon of which a use is held.
    pub coupon_id: CouponId,
    /// Its code, in upper case.
    pub code: String,
    /// When the hold ends unless it is committed.
    pub expires_at: DateTime<Utc>,
}

/// The coupon does not apply; nothing is held.
#[derive(Debug, SimpleObject)]
pub struct CouponRejected {
    /// The code that was asked for.
    pub code: String,
    /// Why it does not apply.
    pub reason: Rejection,
}

/// The use is final.
#[derive(Debug, SimpleObject)]
pub struct CouponCommitted {
    /// The caller's key.
    pub key: String,
}

/// The use with this key ended before.
#[derive(Debug, SimpleObject)]
pub struct CouponUseClosed {
    /// The caller's key.
    pub key: String,
    /// What became of the use.
    pub status: HoldStatus,
}

/// The use after it was given back: RELEASED, or EXPIRED where it had run out before.
#[derive(Debug, SimpleObject)]
pub struct CouponReleased {
    /// The caller's key.
    pub key: String,
    /// What became of the use.
    pub status: HoldStatus,
}

/// Outcome of `reserveCoupon`.
#[derive(Debug, Union)]
pub enum ReserveCouponResult {
    Reserved(CouponReserved),
    Rejected(CouponRejected),
    Closed(CouponUseClosed),
}

/// Outcome of `extendCoupon`.
#[derive(Debug, Union)]
pub enum ExtendCouponResult {
    Reserved(CouponReserved),
    LimitReached(HoldLimitReached),
    Closed(CouponUseClosed),
}

/// Outcome of `commitCoupon`.
#[derive(Debug, Union)]
pub enum CommitCouponResult {
    Committed(CouponCommitted),
    Closed(CouponUseClosed),
}

#[derive(Default)]
pub struct CouponUseMutation;

#[Object]
impl CouponUseMutation {
    /// Holds one use of a coupon. The same key for the same coupon and user returns the same answer.
    async fn reserve_coupon(
        &self,
        ctx: &Context<'_>,
        input: ReserveCouponInput,
    ) -> Result<ReserveCouponResult> {
        let ReserveCouponInput { key, code, user_id, expires_at, holder, network } = input;
        let holder = Holder { name: holder, network };
        let app = ctx.data_unchecked::<App>();
        Ok(match reserve(app, &key, &code, user_id, holder, expires_at).await? {
            UseOutcome::Reserved { coupon_id, expires_at, code } => {
                ReserveCouponResult::Reserved(CouponReserved { key, coupon_id, code, expires_at })
            }
            UseOutcome::Rejected(reason) => ReserveCouponResult::Rejected(CouponRejected { code, reason }),
            UseOutcome::Closed(status) => ReserveCouponResult::Closed(CouponUseClosed { key, status }),
        })
    }

    /// Holds the use until then, while a payment waits for its customer.
    async fn extend_coupon(&self, ctx: &Context<'_>, input: ExtendCouponInput) -> Result<ExtendCouponResult> {
        let ExtendCouponInput { key, expires_at } = input;
        Ok(match platform_holds::extend(&CouponUses(ctx.data_unchecked()), &key, expires_at).await? {
            Extended::Held(held, (coupon_id, code)) => {
                let expires_at = held.expires_at;
                ExtendCouponResult::Reserved(CouponReserved { key, coupon_id, code, expires_at })
            }
            Extended::LimitReached => ExtendCouponResult::LimitReached(HoldLimitReached { key }),
            Extended::Closed(status) => ExtendCouponResult::Closed(CouponUseClosed { key, status }),
        })
    }

    /// Makes a held use final; an unknown key is refused.
    async fn commit_coupon(&self, ctx: &Context<'_>, input: HoldKeyInput) -> Result<CommitCouponResult> {
        Ok(match platform_holds::commit(&CouponUses(ctx.data_unchecked()), &input.key).await? {
            HoldStatus::Committed => CommitCouponResult::Committed(CouponCommitted { key: input.key }),
            status => CommitCouponResult::Closed(CouponUseClosed { key: input.key, status }),
        })
    }

    /// Gives the use back, a committed one too (a cancelled order). Closes an unknown key.
    async fn release_coupon(&self, ctx: &Context<'_>, input: HoldKeyInput) -> Result<CouponReleased> {
        let status = platform_holds::undo(&CouponUses(ctx.data_unchecked()), &input.key).await?;
        Ok(CouponReleased { key: input.key, status })
    }
}
