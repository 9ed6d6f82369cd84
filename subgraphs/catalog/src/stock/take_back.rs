//! Pieces of a sale that come back without the rest, or never come back: each is settled once, and who puts the rest back
//! on the shelf leaves it.

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation_line, reservation_return};
use platform_core::id::OfferId;
use platform_holds::HoldError;
use platform_text::token;

use super::levels::{Delta, LockedLevels, Movement, merge};
use super::{MAX_LINES, StockError, Wanted, store};
use crate::app::App;
use crate::changes::Change;

/// The most characters of a key.
const MAX_KEY: usize = 200;

/// Settles pieces of a committed reservation, once for `return_key`: back on the shelf, or gone for good. Of an offer
/// no more are settled than were sold and are not settled yet. Returns the reservation's status; of one that is not
/// committed nothing is settled.
pub async fn take_back(
    app: &App,
    key: &str,
    return_key: &str,
    pieces: &[Wanted],
    to_shelf: bool,
) -> Result<HoldStatus, StockError> {
    token("returnKey", return_key, 1..=MAX_KEY)?;
    if pieces.is_empty() || pieces.len() > MAX_LINES {
        return Err(StockError::InvalidLines);
    }
    if pieces.iter().any(|pieces| pieces.quantity < 1) {
        return Err(StockError::InvalidQuantity);
    }
    let now = app.now();
    let tx = app.begin().await?;
    let row = store::lock(&tx, key).await?.ok_or(HoldError::UnknownKey)?;
    let row_of_key =
        reservation_return::Model { key: return_key.to_owned(), reservation_id: row.id, created_at: now };
    if row.status != HoldStatus::Committed || !store::insert_return_unless_known(&tx, row_of_key).await? {
        tx.rollback().await?;
        return Ok(row.status);
    }
    let settled = settle(store::lines_of(&*tx, row.id).await?, pieces);
    store::set_settled(&tx, &settled).await?;
    let change = if to_shelf && !settled.is_empty() {
        let offers: Vec<OfferId> = settled.iter().map(|(line, _)| line.offer_id).collect();
        let levels = LockedLevels::lock(&tx, &offers).await?;
        let delta = |(line, pieces): &(reservation_line::Model, i64)| Delta {
            offer: line.offer_id,
            warehouse: line.warehouse_id,
            on_hand: *pieces,
            reserved: 0,
        };
        let deltas: Vec<Delta> = settled.iter().map(delta).collect();
        let movement = Movement { app, now, kind: MovementKind::Restock, reference: key };
        movement.write(&tx, &levels, &deltas).await?
    } else {
        Change::default()
    };
    app.commit(tx, change).await?;
    Ok(row.status)
}

/// The lines of which pieces are settled, as they are after it, each with how many.
fn settle(lines: Vec<reservation_line::Model>, pieces: &[Wanted]) -> Vec<(reservation_line::Model, i64)> {
    let mut left = merge(pieces);
    let mut settled = Vec::new();
    for mut line in lines {
        let Some(wanted) = left.iter_mut().find(|wanted| wanted.offer == line.offer_id) else { continue };
        let pieces = wanted.quantity.min(line.quantity - line.settled);
        if pieces > 0 {
            wanted.quantity -= pieces;
            line.settled += pieces;
            settled.push((line, pieces));
        }
    }
    settled
}
