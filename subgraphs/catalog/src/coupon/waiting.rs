//! Uses of coupons whose payments wait for their customers.

use catalog_entities::{HoldStatus, coupon, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::CouponId;
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::CouponError;
use super::uses::{CouponUses, find};
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
        let known = find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?;
        let Some(coupon_id) = known.coupon_id else { return Ok(ExtendOutcome::Closed(known.status)) };
        // The coupon's row before the use's, as everywhere: of two uses, the second counts the first.
        let coupon = coupon::Entity::find_by_id(coupon_id).lock_exclusive().one(&*tx).await?;
        let coupon = coupon.ok_or(CouponError::UnknownCoupon(coupon_id))?;
        let extended = coupon_use::Entity::update_many()
            .col_expr(coupon_use::Column::ExpiresAt, Expr::value(expires_at))
            .col_expr(coupon_use::Column::Waiting, Expr::value(true))
            .filter(coupon_use::Column::Id.eq(known.id))
            .filter(coupon_use::Column::Status.eq(HoldStatus::Held))
            .exec(&*tx)
            .await?;
        if extended.rows_affected == 0 {
            let status = find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?.status;
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
        Some(holder) => uses(tx, coupon, coupon_use::Column::Holder.eq(holder.as_str())).await?,
        None => 0,
    };
    let of_network = match &own.network {
        Some(network) => uses(tx, coupon, coupon_use::Column::Network.eq(network.as_str())).await?,
        None => 0,
    };
    Ok(Waiting { of_holder, of_network })
}

async fn uses(tx: &Transaction, coupon: CouponId, by: SimpleExpr) -> Result<i64, StoreError> {
    let count = coupon_use::Entity::find()
        .filter(coupon_use::Column::CouponId.eq(coupon))
        .filter(coupon_use::Column::Status.eq(HoldStatus::Held))
        .filter(coupon_use::Column::Waiting.eq(true))
        .filter(by)
        .count(&**tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}
