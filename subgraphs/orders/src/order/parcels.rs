//! Where an order's parcels are, and what of that makes the order's status and those of its vendors' parts.
//!
//! A part is shipped once all of its parcels have left, and delivered once all have arrived; what was lost or came back is
//! over too. The order follows the last of its parts. Parcels that were called off do not count.

use chrono::TimeDelta;
use orders_entities::order::{Model, Status};
use orders_entities::{parcel, vendor_order};
use platform_core::id::{OrderId, ShipmentId, VendorOrderId};
use platform_database::Transaction;
use platform_jobs::{Job, JobContext, JobError, JobHandler, JobOptions};
use serde::{Deserialize, Serialize};

use super::change::{Change, change_locked};
use super::error::OrderError;
use super::parcel_mail::{self, ParcelTold};
use super::refunded::tell;
use super::status::Event;
use super::store;
use crate::app::App;

/// What logistics tells of a parcel.
#[derive(Debug, Clone, Copy)]
pub struct ParcelNews {
    pub id: ShipmentId,
    pub order: OrderId,
    pub part: VendorOrderId,
    pub status: parcel::Status,
    pub version: i64,
    /// What its buyer is told by mail.
    pub told: Option<ParcelTold>,
}

impl ParcelNews {
    const fn row(self) -> parcel::Model {
        parcel::Model {
            id: self.id,
            order_id: self.order,
            vendor_order_id: self.part,
            status: self.status,
            version: self.version,
        }
    }
}

/// Ends the time in which a delivered order can be returned.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompleteOrder {
    order: OrderId,
}

impl Job for CompleteOrder {
    const KIND: &'static str = "orders.complete";
}

impl JobHandler<CompleteOrder> for App {
    async fn run(&self, context: JobContext, job: CompleteOrder) -> Result<(), JobError> {
        let tx = self.begin().await?;
        if let Some(order) = store::lock(&tx, job.order).await?
            && order.status == Status::Delivered
        {
            change_locked(&tx, self, order, &[Event::Completed], Change::default()).await?;
        }
        context.complete_in(&tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// There is another parcel, which is at its seller. No order or part stands otherwise because of it: one of which all has
/// left has no parcel that could be split.
pub async fn add_parcel(tx: &Transaction, news: ParcelNews) -> Result<(), OrderError> {
    store::put_parcel(tx, news.row()).await?;
    Ok(())
}

/// Writes down where a parcel is, and lets its part and its order follow. What is out of date changes nothing.
pub async fn note_parcel(tx: &Transaction, app: &App, news: ParcelNews) -> Result<(), OrderError> {
    let Some(order) = store::lock(tx, news.order).await? else { return Ok(()) };
    if !store::put_parcel(tx, news.row()).await? {
        return Ok(());
    }
    if let Some(told) = news.told {
        parcel_mail::announce(tx, app, news.order, news.id, news.version, told).await?;
    }
    let parcels = store::parcels(tx, news.order).await?;
    let mut parts = store::vendor_orders(tx, news.order).await?;
    let mut is_changed = false;
    for part in &mut parts {
        let status = part_status(part.status, parcels.iter().filter(|row| row.vendor_order_id == part.id));
        if status != part.status {
            store::set_part(tx, part.id, status, app.now()).await?;
            part.status = status;
            is_changed = true;
        }
    }
    let events = order_events(order.status, &parts);
    if !events.is_empty() {
        return advance(tx, app, order, events).await;
    }
    if is_changed {
        tell(tx, app, order).await?;
    }
    Ok(())
}

/// Lets an order that is locked in `tx` be shipped or delivered.
async fn advance(
    tx: &Transaction,
    app: &App,
    order: Model,
    mut events: Vec<Event>,
) -> Result<(), OrderError> {
    if events.contains(&Event::Delivered) {
        match app.config.fulfilment.return_days {
            0 => events.push(Event::Completed),
            days => {
                let run_at = Some(app.now() + TimeDelta::days(days.into()));
                let options = JobOptions { run_at, unique_key: None };
                app.jobs.enqueue_with(tx, &CompleteOrder { order: order.id }, options).await?;
            }
        }
    }
    change_locked(tx, app, order, &events, Change::default()).await?;
    Ok(())
}

/// Where a part stands whose parcels these are. One of which nothing is sent, or nothing is known, stays as it is.
fn part_status<'a>(
    from: vendor_order::Status,
    parcels: impl Iterator<Item = &'a parcel::Model>,
) -> vendor_order::Status {
    use parcel::Status as Parcel;
    use vendor_order::Status as Part;
    let places: Vec<Parcel> =
        parcels.map(|parcel| parcel.status).filter(|s| *s != Parcel::Cancelled).collect();
    let has_left = places.iter().any(|place| *place != Parcel::AtSeller);
    match from {
        Part::Pending => from,
        // All of it was refunded, or its order; a parcel that left in that moment is on its way all the same.
        Part::Cancelled if !has_left => from,
        _ if places.is_empty() => from,
        _ if places.contains(&Parcel::AtSeller) => Part::Open,
        _ if places.contains(&Parcel::UnderWay) => Part::Shipped,
        _ if places.contains(&Parcel::Delivered) => Part::Delivered,
        _ => Part::Returned,
    }
}

/// What happened to an order whose parts stand so, and is not reflected yet. Parts that were called off do not count.
fn order_events(status: Status, parts: &[vendor_order::Model]) -> Vec<Event> {
    use vendor_order::Status as Part;
    let places: Vec<Part> = parts.iter().map(|part| part.status).filter(|s| *s != Part::Cancelled).collect();
    let has = |status| places.contains(&status);
    if places.is_empty() || has(Part::Pending) || has(Part::Open) {
        return Vec::new();
    }
    let has_arrived = !has(Part::Shipped) && has(Part::Delivered);
    match (status, has_arrived) {
        (Status::Paid, false) => vec![Event::Shipped],
        (Status::Paid, true) => vec![Event::Shipped, Event::Delivered],
        (Status::Shipped, true) => vec![Event::Delivered],
        _ => Vec::new(),
    }
}
