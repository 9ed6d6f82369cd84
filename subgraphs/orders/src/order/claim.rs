//! A guest's order becomes a user's: the guest who placed it loses it.

use contracts::orders::OrderClaimed;
use orders_entities::order::{Model, Status};
use platform_core::id::UserId;
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::OrderError;
use super::store;
use super::topics::announce;
use crate::app::App;

/// Gives `order`, locked in `tx`, to a user. The guest's id and subscriptions see it no longer; others that keep rows of
/// the order hear of it.
pub async fn claim(tx: &Transaction, app: &App, order: Model, user: UserId) -> Result<Model, OrderError> {
    let version = order.version.saturating_add(1);
    let mut row = order.into_active_model();
    row.user_id = Set(Some(user));
    row.guest_id = Set(None);
    row.version = Set(version);
    row.updated_at = Set(app.now());
    let order = store::update(tx, row).await?;
    store::give_vendor_orders(tx, order.id, user).await?;
    store::note(tx, &order, "CLAIMED", Some(user)).await?;
    app.outbox.publish(tx, &OrderClaimed { order_id: order.id, user_id: user }).await?;
    let confirmed = match order.status {
        Status::Confirmed => store::vendor_orders(tx, order.id).await?,
        _ => Vec::new(),
    };
    announce(tx, app, &order, &confirmed);
    Ok(order)
}
