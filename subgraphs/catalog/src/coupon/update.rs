//! Changing a coupon. Orders that were placed with it stay as they are.

use catalog_entities::coupon;
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::create::{MAX_USES, check_limit, check_period};
use super::graphql::UpdateCouponInput;
use super::{CouponError, store};
use crate::access::sees_coupon;
use crate::app::App;

/// More uses are held or committed than the limit that was given.
pub struct LimitTooLow {
    pub used: i64,
}

/// Changes a coupon that the caller may see.
pub async fn update(
    app: &App,
    caller: &Identity,
    input: UpdateCouponInput,
) -> Result<Result<coupon::Model, LimitTooLow>, CouponError> {
    let tx = app.begin().await?;
    let row = store::lock(&tx, input.id)
        .await?
        .filter(|row| sees_coupon(caller, row.vendor_id))
        .ok_or(CouponError::UnknownCoupon(input.id))?;
    if input.total_limit.is_some_and(|limit| limit < row.used) {
        return Ok(Err(LimitTooLow { used: row.used }));
    }
    check_limit("totalLimit", input.total_limit, MAX_USES)?;
    check_period(row.starts_at, input.ends_at.or(row.ends_at))?;
    let mut update = row.clone().into_active_model();
    if let Some(enabled) = input.enabled {
        update.enabled = Set(enabled);
    }
    if input.ends_at.is_some() {
        update.ends_at = Set(input.ends_at);
    }
    if input.total_limit.is_some() {
        update.total_limit = Set(input.total_limit);
    }
    let row = store::update(&tx, update).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(Ok(row))
}
