//! Holding stock for a checkout, once for its caller's key.

use std::collections::HashMap;

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation, reservation_line};
use chrono::{DateTime, Utc};
use platform_core::id::OfferId;
use platform_holds::{Holder, Opened, check, find, open, stands};
use sea_orm::IntoActiveModel;

use super::levels::{LockedLevels, Movement, merge, same_lines};
use super::reservations::{Reservations, deltas, no_reservation, with_lines};
use super::store::{self, ReservationTable, Reserved};
use super::{MAX_LINES, MAX_QUANTITY, StockError, Wanted};
use crate::app::App;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    pub wanted: Wanted,
    pub available: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ReserveOutcome {
    Reserved(Reserved),
    OutOfStock(Vec<Shortage>),
    /// The key's reservation ended before.
    Closed(HoldStatus),
}

/// Holds stock for all lines or for none.
pub async fn reserve(
    app: &App,
    key: &str,
    lines: &[Wanted],
    holder: Holder,
    expires_at: DateTime<Utc>,
) -> Result<ReserveOutcome, StockError> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(StockError::InvalidLines);
    }
    let lines = merge(lines);
    if lines.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
        return Err(StockError::InvalidQuantity);
    }
    if let Some(known) = check(&Reservations(app), key, expires_at).await? {
        return answer_again(app, known, &lines).await;
    }
    // A sold-out offer is refused before it queues for the one writer; what this lets pass is decided below. The last
    // pieces may be those that this key holds.
    let offers: Vec<OfferId> = lines.iter().map(|line| line.offer).collect();
    let available = app.products().available_fresh(&offers).await?;
    let shortages = shortages(&lines, |offer| available.get(&offer).copied().unwrap_or_default());
    if !shortages.is_empty() {
        return match find(&Reservations(app), key).await? {
            Some(known) => answer_again(app, known, &lines).await,
            None => Ok(ReserveOutcome::OutOfStock(shortages)),
        };
    }
    reserve_now(app, key, &lines, &offers, holder, expires_at).await
}

async fn reserve_now(
    app: &App,
    key: &str,
    lines: &[Wanted],
    offers: &[OfferId],
    holder: Holder,
    expires_at: DateTime<Utc>,
) -> Result<ReserveOutcome, StockError> {
    let references = app.products().references().await?;
    let row = reservation::Model {
        status: HoldStatus::Held,
        expires_at,
        holder: holder.name,
        network: holder.network,
        ..no_reservation(app, key)
    };
    let tx = match open(&Reservations(app), key, row.clone().into_active_model()).await? {
        Opened::Known(known) => return answer_again(app, known, lines).await,
        Opened::New(tx) => tx,
    };
    let levels = LockedLevels::lock(&tx, offers).await?;
    let shortages = shortages(lines, |offer| levels.available(offer));
    if !shortages.is_empty() {
        tx.rollback().await?;
        return Ok(ReserveOutcome::OutOfStock(shortages));
    }
    let held: Vec<reservation_line::Model> = lines
        .iter()
        .flat_map(|line| {
            let parts = levels.allocate(&references, *line);
            parts.into_iter().map(|(warehouse_id, quantity)| reservation_line::Model {
                reservation_id: row.id,
                offer_id: line.offer,
                warehouse_id,
                quantity,
                settled: 0,
            })
        })
        .collect();
    store::insert_lines(&tx, &held).await?;
    let movement = Movement { app, now: row.created_at, kind: MovementKind::Reserve, reference: key };
    let change = movement.write(&tx, &levels, &deltas(&held, 0, 1)).await?;
    app.commit(tx, change).await?;
    Ok(ReserveOutcome::Reserved(Reserved { row, lines: held }))
}

/// The answer to a key that is known already.
async fn answer_again(
    app: &App,
    known: reservation::Model,
    lines: &[Wanted],
) -> Result<ReserveOutcome, StockError> {
    let known = with_lines(app, known).await?;
    let mut held: HashMap<OfferId, i64> = HashMap::new();
    for line in &known.lines {
        *held.entry(line.offer_id).or_default() += line.quantity;
    }
    // A key that was closed before its reservation arrived has no lines to compare.
    let is_same = (!held.is_empty()).then(|| same_lines(lines, &held));
    Ok(match stands::<ReservationTable>(&known.row, is_same)? {
        true => ReserveOutcome::Reserved(known),
        false => ReserveOutcome::Closed(known.row.status),
    })
}

fn shortages(lines: &[Wanted], available: impl Fn(OfferId) -> i64) -> Vec<Shortage> {
    lines
        .iter()
        .map(|wanted| Shortage { wanted: *wanted, available: available(wanted.offer) })
        .filter(|shortage| shortage.available < shortage.wanted.quantity)
        .collect()
}
