//! Uses of coupons in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::HoldStatus;
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};

use super::rules::Rejection;
use super::uses::UseOutcome;
use super::waiting::ExtendOutcome;
use crate::holds::Holder;
use crate::services::services;
use crate::stock::graphql::{HoldKeyInput, HoldLimitReached};

#[derive(Debug, InputObject)]
pub struct ReserveCouponInput {
    /// The caller's idempotency key, unique for ever.
    pub key: String,
    pub code: String,
    pub user_id: Option<UserId>,
    pub expires_at: DateTime<Utc>,
    /// The user or guest it is held for; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
}

#[derive(Debug, InputObject)]
pub struct ExtendCouponInput {
    pub key: String,
    pub expires_at: DateTime<Utc>,
}

/// The coupon is held for this key until committed, released or expired.
#[derive(Debug, SimpleObject)]
pub struct CouponReserved {
    pub key: String,
    pub coupon_id: CouponId,
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, SimpleObject)]
pub struct CouponRejected {
    pub code: String,
    pub reason: Rejection,
}

#[derive(Debug, SimpleObject)]
pub struct CouponCommitted {
    pub key: String,
}

/// The use with this key ended before.
#[derive(Debug, SimpleObject)]
pub struct CouponUseClosed {
    pub key: String,
    pub status: HoldStatus,
}

#[derive(Debug, SimpleObject)]
pub struct CouponReleased {
    pub key: String,
    pub status: HoldStatus,
}

#[derive(Debug, Union)]
pub enum ReserveCouponResult {
    Reserved(CouponReserved),
    Rejected(CouponRejected),
    Closed(CouponUseClosed),
}

#[derive(Debug, Union)]
pub enum ExtendCouponResult {
    Reserved(CouponReserved),
    LimitReached(HoldLimitReached),
    Closed(CouponUseClosed),
}

#[derive(Debug, Union)]
pub enum CommitCouponResult {
    Committed(CouponCommitted),
    Closed(CouponUseClosed),
}

#[derive(Default)]
pub struct CouponUseMutation;

#[Object]
impl CouponUseMutation {
    async fn reserve_coupon(
        &self,
        ctx: &Context<'_>,
        input: ReserveCouponInput,
    ) -> Result<ReserveCouponResult> {
        let ReserveCouponInput { key, code, user_id, expires_at, holder, network } = input;
        let holder = Holder { name: holder, network };
        let outcome = services(ctx).coupons.reserve(&key, &code, user_id, holder, expires_at).await?;
        Ok(match outcome {
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
        Ok(match services(ctx).coupons.extend(&key, expires_at).await? {
            ExtendOutcome::Reserved { coupon_id, code, expires_at } => {
                ExtendCouponResult::Reserved(CouponReserved { key, coupon_id, code, expires_at })
            }
            ExtendOutcome::LimitReached => ExtendCouponResult::LimitReached(HoldLimitReached { key }),
            ExtendOutcome::Closed(status) => ExtendCouponResult::Closed(CouponUseClosed { key, status }),
        })
    }

    async fn commit_coupon(&self, ctx: &Context<'_>, input: HoldKeyInput) -> Result<CommitCouponResult> {
        Ok(match services(ctx).coupons.commit(&input.key).await? {
            HoldStatus::Committed => CommitCouponResult::Committed(CouponCommitted { key: input.key }),
            status => CommitCouponResult::Closed(CouponUseClosed { key: input.key, status }),
        })
    }

    /// Gives the use back, a committed one too (a cancelled order). Closes an unknown key.
    async fn release_coupon(&self, ctx: &Context<'_>, input: HoldKeyInput) -> Result<CouponReleased> {
        let status = services(ctx).coupons.release(&input.key).await?;
        Ok(CouponReleased { key: input.key, status })
    }
}
