//! What is done for shipments with carriers by the clock: labels whose answer was lost, and news that no webhook brought.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::booking::{Model, Status};
use platform_jobs::{JobContext, JobError, RecurringJob};

use super::error::BookingError;
use super::finish::{ASKED_EVERY, finish, give_back};
use super::receive::take;
use super::store;
use crate::app::App;
use crate::carrier::CarrierError;

/// The most bookings of one round.
const MAX_OF_ROUND: u64 = 50;
/// For how long a carrier is asked for what became of a parcel.
const ASKED_FOR: TimeDelta = TimeDelta::days(60);
/// For how long it is known which webhooks came: longer than one is believed after it was signed.
const WEBHOOKS_FOR: TimeDelta = TimeDelta::hours(1);

/// Finishes what was begun, and asks carriers that stay silent.
pub struct LookAfterBookings(pub App);

impl RecurringJob for LookAfterBookings {
    const NAME: &'static str = "logistics.look-after-bookings";
    const EVERY: Duration = Duration::from_secs(20);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let app = &self.0;
        let mut away = HashSet::new();
        for booking in store::due(app.database(), app.now(), MAX_OF_ROUND).await? {
            // One question without an answer is enough.
            if away.contains(&booking.carrier) {
                continue;
            }
            let (id, carrier) = (booking.shipment_id, booking.carrier.clone());
            if let Err(error) = look_after(app, booking).await {
                tracing::warn!(shipment = %id, %carrier, %error, "a carrier could not be asked; it is asked again");
                if matches!(
                    error,
                    BookingError::Carrier(CarrierError::Unavailable(_) | CarrierError::Unknown(_))
                ) {
                    away.insert(carrier);
                }
                store::ask_at(app.database(), id, Some(app.now() + ASKED_EVERY)).await?;
            }
        }
        Ok(store::forget_webhooks(app.database(), app.now() - WEBHOOKS_FOR).await?)
    }
}

async fn look_after(app: &App, booking: Model) -> Result<(), BookingError> {
    let id = booking.shipment_id;
    match (booking.status, &booking.reference) {
        (Status::Asked, _) => finish(app, booking).await.map(drop),
        (Status::Cancelling, Some(reference)) => give_back(app, &booking.carrier, id, reference).await,
        (Status::Booked, Some(reference)) if is_asked(&booking, app.now()) => {
            let events = app.carriers().get(&booking.carrier)?.track(reference).await?;
            take(app, id, events, app.now() + ASKED_EVERY).await
        }
        (Status::Booked | Status::Cancelling | Status::Cancelled, _) => {
            Ok(store::ask_at(app.database(), id, None).await?)
        }
    }
}

fn is_asked(booking: &Model, now: DateTime<Utc>) -> bool {
    now - booking.created_at < ASKED_FOR
}
