//! Changes the status of an order.

use contracts::orders::CancellationReason;
use orders_entities::order::{Model, Status};
use orders_entities::{order_event, vendor_order};
use platform_core::id::{OrderId, PaymentId, UserId};
use platform_database::Transaction;
use platform_events::Draft;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::OrderError;
use super::mail::{News, OrderMail};
use super::refunded::is_refunded;
use super::status::{self, Event};
use super::store;
use super::topics::announce;
use crate::app::App;
use crate::events;

/// What changes with a status.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub reason: Option<String>,
    /// What an announced order is called off for.
    pub cancellation: Option<CancellationReason>,
    pub problem: Option<serde_json::Value>,
    pub payment_id: Option<PaymentId>,
    pub payment_action_url: Option<String>,
    /// The user or member of staff who did it.
    pub actor: Option<UserId>,
    /// It happened long ago: no mail tells of it.
    pub is_old: bool,
}

/// Changes the status in `tx`: version, history, events and subscribers with it. Of events that come one right after the
/// other each is a version with its history, and is published; the order is written once. What is already reflected
/// changes nothing.
pub async fn change(
    tx: &Transaction,
    app: &App,
    id: OrderId,
    events: &[Event],
    change: Change,
) -> Result<Model, OrderError> {
    let order = store::lock(tx, id).await?.ok_or(OrderError::NotFound)?;
    change_locked(tx, app, order, events, change).await
}

/// Like [`change()`] of an order that is locked in `tx`.
pub async fn change_locked(
    tx: &Transaction,
    app: &App,
    order: Model,
    events: &[Event],
    change: Change,
) -> Result<Model, OrderError> {
    let id = order.id;
    let (mut passed, mut last) = (Vec::with_capacity(events.len()), order.status);
    for event in events {
        let next = status::apply(last, *event)?;
        if next != last || *event == Event::PaymentDeferred {
            passed.push((last, next));
            last = next;
        }
    }
    let Some((before, status)) = passed.last().copied() else {
        return let_go(tx, order).await;
    };
    let was_secured = matches!(before, Status::Confirmed | Status::Paid);
    let (now, first) = (app.now(), order.version.saturating_add(1));
    let history: Vec<_> = (first..)
        .zip(&passed)
        .map(|(version, (_, status))| order_event::ActiveModel {
            order_id: Set(id),
            version: Set(version),
            status: Set(*status),
            reason: Set(change.reason.clone()),
            actor_id: Set(change.actor),
            at: Set(now),
        })
        .collect();
    let version = order.version.saturating_add(i64::try_from(passed.len()).unwrap_or(i64::MAX));
    let mut row = order.into_active_model();
    row.status = Set(status);
    row.version = Set(version);
    row.updated_at = Set(now);
    row.payment_action_url = Set(change.payment_action_url);
    if !status::may_claim(status) {
        row.claimed_cart_id = Set(None);
    }
    if change.reason.is_some() {
        row.reason = Set(change.reason);
    }
    if change.problem.is_some() {
        row.problem = Set(change.problem);
    }
    if change.payment_id.is_some() {
        row.payment_id = Set(change.payment_id);
    }
    let order = store::update(tx, row).await?;
    store::insert_history(tx, history).await?;
    // What was announced and not delivered is not to be shipped any more.
    let cancellation = change.cancellation.filter(|_| was_secured);
    let (mut drafts, mut confirmed) = (Vec::new(), Vec::new());
    for (before, status) in &passed {
        let is_confirmed = *status == Status::Confirmed;
        // What was given back before it was confirmed is not to be shipped either.
        let stays_closed = is_confirmed && is_refunded(&order);
        let changed = match parts(*status) {
            Some(_) if stays_closed => store::vendor_orders(tx, id).await?,
            Some(parts) => store::set_vendor_orders(tx, id, parts, now).await?,
            None => Vec::new(),
        };
        if is_confirmed {
            confirmed = changed;
        }
        drafts.extend(draft(tx, app, &order, *status, cancellation).await?);
        if let Some(news) = News::of(*before, *status).filter(|_| !change.is_old) {
            let was_paid = status::is_paid(*before);
            app.jobs.enqueue(tx, &OrderMail { order: id, news, was_paid }).await?;
        }
    }
    app.outbox.publish_drafts(tx, &drafts).await?;
    announce(tx, app, &order, &confirmed);
    Ok(order)
}

/// An order that was decided before has no claim on a cart.
async fn let_go(tx: &Transaction, order: Model) -> Result<Model, OrderError> {
    if order.claimed_cart_id.is_none() || status::may_claim(order.status) {
        return Ok(order);
    }
    let mut row = order.into_active_model();
    row.claimed_cart_id = Set(None);
    Ok(store::update(tx, row).await?)
}

/// What others hear of it that the order came to `status`. `cancellation` is there for one that had been announced as
/// placed.
async fn draft(
    tx: &Transaction,
    app: &App,
    order: &Model,
    status: Status,
    cancellation: Option<CancellationReason>,
) -> Result<Option<Draft>, OrderError> {
    let outbox = &app.outbox;
    Ok(match (status, cancellation) {
        (Status::Confirmed, _) => {
            let lines = store::lines(&**tx, order.id).await?;
            Some(outbox.draft(&events::placed(order, &lines)?)?)
        }
        (Status::Paid, _) => Some(outbox.draft(&events::paid(order)?)?),
        (Status::Shipped, _) => Some(outbox.draft(&events::shipped(order))?),
        (Status::Delivered, _) => Some(outbox.draft(&events::delivered(order))?),
        (Status::Completed, _) => Some(outbox.draft(&events::completed(order))?),
        (Status::Cancelled | Status::Failed | Status::Refunded, Some(reason)) => {
            Some(outbox.draft(&events::cancelled(order, reason))?)
        }
        (
            Status::Cancelled | Status::Failed | Status::Refunded | Status::Pending | Status::AwaitingPayment,
            _,
        ) => None,
    })
}

/// Where the vendors' parts of an order stand that came to `status`; `None`: as before.
const fn parts(status: Status) -> Option<vendor_order::Status> {
    match status {
        Status::Confirmed => Some(vendor_order::Status::Open),
        Status::Cancelled | Status::Failed | Status::Refunded => Some(vendor_order::Status::Cancelled),
        // The parts of an order that is on its way stand each where its own parcels are.
        Status::Pending
        | Status::AwaitingPayment
        | Status::Paid
        | Status::Shipped
        | Status::Delivered
        | Status::Completed => None,
    }
}
