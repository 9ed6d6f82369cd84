//! What of an offer is kept from sale by reservations whose payments wait for their customers.

use std::collections::HashMap;

use catalog_entities::{HoldStatus, reservation, reservation_line};
use platform_core::id::OfferId;
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

use super::levels::LockedLevels;
use super::reservations::Reserved;
use crate::holds::{self, Waiting};

/// Whether a reservation that `tx` has just marked as waiting brings its holder or its network above what may wait.
/// Locks the levels of its offers: of two reservations of an offer, the second counts the first.
pub async fn exceeds_limit(tx: &Transaction, own: &Reserved) -> Result<bool, StoreError> {
    let mut wanted = HashMap::<OfferId, i64>::new();
    for line in &own.lines {
        *wanted.entry(line.offer_id).or_default() += line.quantity;
    }
    let offers: Vec<OfferId> = wanted.keys().copied().collect();
    let levels = LockedLevels::lock(tx, &offers).await?;
    let of_holder = match &own.row.holder {
        Some(holder) => pieces(tx, &offers, reservation::Column::Holder.eq(holder.as_str())).await?,
        None => HashMap::new(),
    };
    let of_network = match &own.row.network {
        Some(network) => pieces(tx, &offers, reservation::Column::Network.eq(network.as_str())).await?,
        None => HashMap::new(),
    };
    let pieces_of = |by: &HashMap<OfferId, i64>, offer| by.get(&offer).copied().unwrap_or_default();
    Ok(offers.into_iter().any(|offer| {
        let waiting =
            Waiting { of_holder: pieces_of(&of_holder, offer), of_network: pieces_of(&of_network, offer) };
        !holds::pieces_allowed(levels.on_hand(offer), waiting)
    }))
}

/// Pieces of each offer that are waiting for whom `by` selects, this reservation's among them.
async fn pieces(
    tx: &Transaction,
    offers: &[OfferId],
    by: SimpleExpr,
) -> Result<HashMap<OfferId, i64>, StoreError> {
    let line = reservation_line::Entity::belongs_to(reservation::Entity)
        .from(reservation_line::Column::ReservationId)
        .to(reservation::Column::Id);
    // PostgreSQL sums a bigint to a numeric.
    let sum =
        Expr::col((reservation_line::Entity, reservation_line::Column::Quantity)).sum().cast_as("bigint");
    let rows: Vec<(OfferId, i64)> = reservation_line::Entity::find()
        .select_only()
        .column(reservation_line::Column::OfferId)
        .column_as(sum, "pieces")
        .join(JoinType::InnerJoin, line.into())
        .filter(reservation::Column::Status.eq(HoldStatus::Held))
        .filter(reservation::Column::Waiting.eq(true))
        .filter(by)
        .filter(reservation_line::Column::OfferId.is_in(offers.iter().copied()))
        .group_by(reservation_line::Column::OfferId)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().collect())
}
