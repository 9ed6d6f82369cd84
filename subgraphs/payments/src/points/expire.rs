//! Takes away points that are not good any more.

use payments_entities::points_entry::Kind;
use platform_core::id::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::account::{MAX_ENTRIES, deduct};
use super::error::PointsError;
use super::store;
use crate::app::App;

/// Takes away what expired. Points that are held wait until their order is decided.
pub async fn expire(app: &App, user: UserId) -> Result<(), PointsError> {
    let now = app.now();
    let tx = app.begin().await?;
    let Some(account) = store::lock_account(&tx, user).await? else {
        return Ok(());
    };
    let mut free = account.balance.saturating_sub(account.held);
    for entry in store::spendable(&tx, user, MAX_ENTRIES).await? {
        if entry.expires_at.is_none_or(|at| at > now) || entry.unspent > free {
            continue;
        }
        free = free.saturating_sub(entry.unspent);
        let (id, points) = (entry.id, entry.unspent);
        let mut row = entry.into_active_model();
        row.unspent = Set(0);
        store::update_entry(&tx, row).await?;
        deduct(app, &tx, user, Kind::Expired, &id.to_string(), points, 0).await?;
    }
    tx.commit().await?;
    Ok(())
}
