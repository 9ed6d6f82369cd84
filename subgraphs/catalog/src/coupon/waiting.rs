//! Uses of coupons whose payments wait for their customers.

use catalog_entities::HoldStatus;
use catalog_entities::coupon_use::{self, Column};
use chrono::{DateTime, Utc};
use platform_core::id::CouponId;
use platform_database::{StoreError, Transaction};

use super::uses::CouponUses;
use super::{CouponError, store};
use crate::holds::{self, Waiting};

#[derive(Debug, Clone, PartialEq)]
pub enum ExtendOutcome {
    Reserved {
        coupon_id: CouponId,
        code: String,
        expires_at: DateTime<Utc>,
    },
    /// The holder or the network keeps too many uses waiting.
    LimitReached,
    /// The use ended before.
    Closed(HoldStatus),
}

impl CouponUses {
    /// Holds a use longer, while a payment waits for its customer; refused if the holder or the network keeps too many
    /// uses of a limited coupon waiting, and then the hold stays as it was.
    pub async fn extend(&self, key: &str, expires_at: DateTime<Utc>) -> Result<ExtendOutcome, CouponError> {
        if expires_at <= self.platform.clock.now() {
            return Err(CouponError::ExpiryInPast);
        }
        let tx = self.platform.database.begin().await?;
        let known = store::find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?;
        let Some(coupon_id) = known.coupon_id else { return Ok(ExtendOutcome::Closed(known.status)) };
        // The coupon's row before the use's, as everywhere: of two uses, the second counts the first.
        let coupon = store::lock(&tx, coupon_id).await?;
        let coupon = coupon.ok_or(CouponError::UnknownCoupon(coupon_id))?;
        if !store::extend(&tx, known.id, expires_at).await? {
            let status = store::find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?.status;
            return Ok(ExtendOutcome::Closed(status));
        }
        if let Some(limit) = coupon.total_limit
            && !holds::uses_allowed(limit, waiting(&tx, &known, coupon_id).await?)
        {
            tx.rollback().await?;
            return Ok(ExtendOutcome::LimitReached);
        }
        tx.commit().await?;
        Ok(ExtendOutcome::Reserved { coupon_id, code: coupon.code, expires_at })
    }
}

/// Uses of the coupon that the holder and the network of `own` keep waiting, this one among them.
async fn waiting(tx: &Transaction, own: &coupon_use::Model, coupon: CouponId) -> Result<Waiting, StoreError> {
    let of_holder = match &own.holder {
        Some(holder) => store::waiting(tx, coupon, Column::Holder, holder).await?,
        None => 0,
    };
    let of_network = match &own.network {
        Some(network) => store::waiting(tx, coupon, Column::Network, network).await?,
        None => 0,
    };
    Ok(Waiting { of_holder, of_network })
}
