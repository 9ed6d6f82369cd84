//! What the sandbox's carrier knows of its parcels.

use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::sandbox_parcel::Model;
use platform_database::StoreError;
use platform_jobs::JobOptions;
use serde_json::{Value, json};
use uuid::Uuid;

use super::webhooks::SandboxWebhook;
use super::wire::{self, Event, Order};
use super::{SERVICES, STEPS, Service, store};
use crate::app::App;
use crate::print::PrintError;

/// What became of an order.
pub enum Bought {
    /// As it is shown.
    Parcel(Value),
    /// There is no such service.
    Unknown,
}

/// What became of a label that was given back.
pub enum Cancelled {
    Done,
    /// The parcel is under way.
    Late,
    Unknown,
}

pub fn service(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.code == code)
}

/// The parcel of a key, which is bought with the first order of it.
pub async fn buy(app: &App, key: &str, order: &Order) -> Result<Bought, BooksError> {
    let Some(service) = order.service.as_deref().and_then(service) else { return Ok(Bought::Unknown) };
    let now = app.now();
    let tx = app.begin().await?;
    let row = Model {
        reference: format!("sbx_{}", app.next_id::<Uuid>().simple()),
        key: key.to_owned(),
        service: service.code.to_owned(),
        tracking_number: number(app.next_id()),
        document: serde_json::to_value(order)?,
        cancelled_at: None,
        created_at: now,
    };
    if store::insert_unless_known(&tx, &row).await? {
        for (at, _) in steps(&row).skip(1) {
            let job = SandboxWebhook { reference: row.reference.clone() };
            let options = JobOptions { run_at: Some(at), unique_key: None };
            app.jobs.enqueue_with(&tx, &job, options).await?;
        }
    }
    let bought = store::find_by_key(&*tx, key).await?;
    tx.commit().await?;
    Ok(bought.as_ref().and_then(shown).map_or(Bought::Unknown, Bought::Parcel))
}

/// A parcel as whoever bought its label sees it.
pub fn shown(row: &Model) -> Option<Value> {
    let price = wire::price(service(&row.service)?);
    Some(json!({ "id": row.reference, "trackingNumber": row.tracking_number, "price": price }))
}

/// Gives a label back, unless the parcel is under way.
pub async fn cancel(app: &App, reference: &str) -> Result<Cancelled, StoreError> {
    let Some(row) = store::find(app.database(), reference).await? else { return Ok(Cancelled::Unknown) };
    if row.cancelled_at.is_none() && events(&row, app.now()).len() > 1 {
        return Ok(Cancelled::Late);
    }
    store::set_cancelled(app.database(), reference, app.now()).await?;
    Ok(Cancelled::Done)
}

/// What has happened to a parcel.
pub fn events(row: &Model, now: DateTime<Utc>) -> Vec<Event> {
    if row.cancelled_at.is_some() {
        return Vec::new();
    }
    let happened = steps(row).take_while(|(at, _)| *at <= now);
    happened.map(|(_, event)| event).collect()
}

/// What is to happen to a parcel, and when.
fn steps(row: &Model) -> impl Iterator<Item = (DateTime<Utc>, Event)> + use<'_> {
    let seconds = service(&row.service).map_or(60, |service| service.seconds);
    (0_i32..).zip(&STEPS).map(move |(n, super::Step(code, words, place))| {
        let at = row.created_at + TimeDelta::seconds(seconds) * n;
        let event = Event {
            id: format!("{}-{n}", row.reference),
            code: (*code).to_owned(),
            description: (*words).to_owned(),
            place: place.map(str::to_owned),
            at,
        };
        (at, event)
    })
}

/// `SB` and twelve digits.
fn number(id: Uuid) -> String {
    format!("SB{:012}", id.as_u64_pair().1 % 1_000_000_000_000)
}

/// What can go wrong with its books.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    #[error("the order cannot be kept")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Print(#[from] PrintError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
