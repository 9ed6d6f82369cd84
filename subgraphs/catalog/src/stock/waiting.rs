//! What of an offer is kept from sale by reservations whose payments wait for their customers.

use std::collections::HashMap;

use catalog_entities::reservation::Column;
use platform_core::id::OfferId;
use platform_database::{StoreError, Transaction};
use platform_holds::Waiting;

use super::levels::LockedLevels;
use super::store::{Reserved, waiting_pieces};
use crate::holds;

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
        Some(holder) => waiting_pieces(tx, &offers, Column::Holder, holder).await?,
        None => HashMap::new(),
    };
    let of_network = match &own.row.network {
        Some(network) => waiting_pieces(tx, &offers, Column::Network, network).await?,
        None => HashMap::new(),
    };
    let pieces_of = |by: &HashMap<OfferId, i64>, offer| by.get(&offer).copied().unwrap_or_default();
    Ok(offers.into_iter().any(|offer| {
        let waiting =
            Waiting { of_holder: pieces_of(&of_holder, offer), of_network: pieces_of(&of_network, offer) };
        !holds::pieces_allowed(levels.on_hand(offer), waiting)
    }))
}
