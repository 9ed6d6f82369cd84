//! What becomes of a shipment by what its carrier says.

use chrono::{DateTime, Utc};
use logistics_entities::shipment::Model;
use platform_database::Transaction;

use super::error::BookingError;
use super::meaning::{is_end, meaning};
use super::store;
use crate::app::App;
use crate::carrier::CarrierEvent;
use crate::shipment::{CarrierReport, note_carrier};

/// The most events of one shipment that are kept; of what comes after, an end alone.
const MAX_KEPT: usize = 200;

/// Writes down what a carrier says of a shipment that is locked in `tx`, each event once. The events of each call are taken by
/// their times; one that comes later than another that it was before moves the shipment only to an end, as if both had come in
/// order.
pub async fn follow(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    mut events: Vec<CarrierEvent>,
) -> Result<Model, BookingError> {
    let mut known = store::told(tx, shipment.id).await?;
    let mut newest = newest(&known);
    let mut shipment = shipment;
    for event in &mut events {
        // Before it was made, and in the future, nothing happens to a shipment.
        event.at = event.at.min(app.now()).max(shipment.created_at);
    }
    events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    for event in events {
        let meant = meaning(&event.code);
        let is_kept = known.len() < MAX_KEPT || meant.is_some_and(is_end);
        if !is_kept || known.iter().any(|told| told.id == event.id) {
            continue;
        }
        let is_late = newest.is_some_and(|newest| event.at < newest);
        let moves = meant.filter(|meant| !is_late || is_end(*meant));
        known.push(store::Told { id: event.id.clone(), code: event.code.clone(), at: event.at });
        newest = self::newest(&known);
        shipment = note_carrier(tx, app, shipment, report(event, moves)).await?;
    }
    Ok(shipment)
}

/// When the last happened of what means anything here.
fn newest(known: &[store::Told]) -> Option<DateTime<Utc>> {
    known.iter().filter(|told| meaning(&told.code).is_some()).map(|told| told.at).max()
}

fn report(event: CarrierEvent, moves: Option<crate::shipment::Event>) -> CarrierReport {
    let CarrierEvent { id, code, words, place, at } = event;
    CarrierReport { event: moves, id, code, words, place, at }
}
