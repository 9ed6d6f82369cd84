//! Uses of coupons whose payments wait for their customers: within limits for each holder of a limited coupon.

use catalog_entities::coupon_use::{self, Column};
use platform_core::id::CouponId;
use platform_database::{StoreError, Transaction};
use platform_holds::{Extendable, Limits, Waiting};

use super::uses::CouponUses;
use super::{CouponError, store};

/// Uses of a coupon that may always be kept waiting.
const LIMITS: Limits = Limits { of_holder: 1, of_network: 3 };

impl Extendable for CouponUses<'_> {
    /// The coupon and its code.
    type Of = (CouponId, String);

    async fn within_limits(
        &self,
        tx: &Transaction,
        row: &coupon_use::Model,
    ) -> Result<Option<Self::Of>, CouponError> {
        let Some(id) = row.coupon_id else { return Ok(None) };
        let coupon = store::lock(tx, id).await?.ok_or(CouponError::UnknownCoupon(id))?;
        if let Some(limit) = coupon.total_limit
            && !LIMITS.allow(limit, waiting(tx, row, id).await?)
        {
            return Ok(None);
        }
        Ok(Some((id, coupon.code)))
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
