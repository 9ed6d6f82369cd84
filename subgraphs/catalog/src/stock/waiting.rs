//! Reservations whose payments wait for their customers: within limits for each holder, offer by offer.

use std::collections::{BTreeSet, HashMap};

use catalog_entities::reservation::{self, Column};
use catalog_entities::reservation_line;
use platform_core::id::OfferId;
use platform_database::{StoreError, Transaction};
use platform_holds::{Extendable, Limits, Waiting};

use super::StockError;
use super::levels::LockedLevels;
use super::reservations::Reservations;
use super::store::{self, waiting_pieces};

/// Pieces of an offer that may always be kept waiting: what a household buys, and what an office.
const LIMITS: Limits = Limits { of_holder: 5, of_network: 10 };

impl Extendable for Reservations<'_> {
    type Of = Vec<reservation_line::Model>;

    async fn within_limits(
        &self,
        tx: &Transaction,
        row: &reservation::Model,
    ) -> Result<Option<Self::Of>, StockError> {
        let lines = store::lines_of(&**tx, row.id).await?;
        let offers: BTreeSet<OfferId> = lines.iter().map(|line| line.offer_id).collect();
        let offers: Vec<OfferId> = offers.into_iter().collect();
        Ok(are_within_limits(tx, row, &offers).await?.then_some(lines))
    }
}

async fn are_within_limits(
    tx: &Transaction,
    own: &reservation::Model,
    offers: &[OfferId],
) -> Result<bool, StoreError> {
    let levels = LockedLevels::lock(tx, offers).await?;
    let of_holder = match &own.holder {
        Some(holder) => waiting_pieces(tx, offers, Column::Holder, holder).await?,
        None => HashMap::new(),
    };
    let of_network = match &own.network {
        Some(network) => waiting_pieces(tx, offers, Column::Network, network).await?,
        None => HashMap::new(),
    };
    let pieces_of = |by: &HashMap<OfferId, i64>, offer| by.get(offer).copied().unwrap_or_default();
    Ok(offers.iter().all(|offer| {
        let waiting =
            Waiting { of_holder: pieces_of(&of_holder, offer), of_network: pieces_of(&of_network, offer) };
        LIMITS.allow(levels.on_hand(*offer), waiting)
    }))
}
