//! Creates orders and changes their status.

use std::sync::Arc;

use bytes::Bytes;
use contracts::orders::CancellationReason;
use orders_entities::order::{ActiveModel, Model, Status};
use orders_entities::{order_event, order_line, vendor_order};
use platform_cache::Broadcast;
use platform_core::id::{OrderId, PaymentId, UserId};
use platform_core::{Clock, Ids};
use platform_database::{Database, StoreError, Transaction};
use platform_events::{Draft, Outbox};
use platform_jobs::Jobs;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::OrderError;
use super::mail::{News, OrderMail, RefundMail, RefundNews};
use super::status::{self, Event};
use super::store;
use super::topics::{order_topic, user_topic, vendor_topic};
use crate::events;

/// A new order with all its rows.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub order: ActiveModel,
    pub lines: Vec<order_line::ActiveModel>,
    pub vendor_orders: Vec<vendor_order::ActiveModel>,
}

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

#[derive(Clone)]
pub struct Orders {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    pub outbox: Outbox,
    pub broadcast: Arc<dyn Broadcast>,
    pub jobs: Jobs,
}

impl Orders {
    /// Keeps a new order; false if its idempotency key is taken, and then nothing was written.
    pub async fn create(&self, tx: &Transaction, new: NewOrder) -> Result<bool, OrderError> {
        let (id, at) = (new.order.id.clone().take(), self.clock.now());
        if !store::insert_unless_known(tx, new.order).await? {
            return Ok(false);
        }
        let id = id.ok_or(OrderError::NotFound)?;
        store::insert_vendor_orders(tx, new.vendor_orders).await?;
        store::insert_lines(tx, new.lines).await?;
        self.write_history(tx, id, 1, Status::Pending, None, None, at).await?;
        Ok(true)
    }

    /// Changes the status in `tx`: version, history, events and subscribers with it. An event that is already
    /// reflected changes nothing.
    pub async fn change(
        &self,
        tx: &Transaction,
        id: OrderId,
        event: Event,
        change: Change,
    ) -> Result<Model, OrderError> {
        self.change_through(tx, id, &[event], change).await
    }

    /// Like [`Self::change`] for events that come one right after the other: each is a version with its history, and is
    /// published; the order is written once.
    pub async fn change_through(
        &self,
        tx: &Transaction,
        id: OrderId,
        events: &[Event],
        change: Change,
    ) -> Result<Model, OrderError> {
        let order = store::lock(tx, id).await?.ok_or(OrderError::NotFound)?;
        self.change_locked(tx, order, events, change).await
    }

    /// Like [`Self::change_through`] of an order that is locked in `tx`.
    pub async fn change_locked(
        &self,
        tx: &Transaction,
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
            return self.let_go(tx, order).await;
        };
        let was_secured = matches!(before, Status::Confirmed | Status::Paid);
        let (now, first) = (self.clock.now(), order.version.saturating_add(1));
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
            drafts.extend(self.draft(tx, &order, *status, cancellation).await?);
            if let Some(news) = News::of(*before, *status).filter(|_| !change.is_old) {
                self.jobs.enqueue(tx, &OrderMail { order: id, news }).await?;
            }
        }
        self.outbox.publish_drafts(tx, &drafts).await?;
        self.announce(tx, &order, &confirmed);
        Ok(order)
    }

    /// An order that was decided before has no claim on a cart.
    async fn let_go(&self, tx: &Transaction, order: Model) -> Result<Model, OrderError> {
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
        &self,
        tx: &Transaction,
        order: &Model,
        status: Status,
        cancellation: Option<CancellationReason>,
    ) -> Result<Option<Draft>, OrderError> {
        Ok(match (status, cancellation) {
            (Status::Confirmed, _) => {
                let lines = store::lines(&**tx, order.id).await?;
                Some(self.outbox.draft(&events::placed(order, &lines)?)?)
            }
            (Status::Paid, _) => Some(self.outbox.draft(&events::paid(order)?)?),
            (Status::Cancelled | Status::Failed | Status::Refunded, Some(reason)) => {
                Some(self.outbox.draft(&events::cancelled(order, reason))?)
            }
            (
                Status::Cancelled
                | Status::Failed
                | Status::Refunded
                | Status::Completed
                | Status::Pending
                | Status::AwaitingPayment,
                _,
            ) => None,
        })
    }

    /// Tells subscribers after the commit; the vendors of parts that are `confirmed` that there is something to prepare.
    pub fn announce(&self, tx: &Transaction, order: &Model, confirmed: &[vendor_order::Model]) {
        let message = Bytes::from(format!("{}:{}", order.id, order.version));
        let mut messages = vec![(order_topic(order.id), message.clone())];
        if let Some(user) = order.user_id {
            messages.push((user_topic(user), message));
        }
        messages.extend(confirmed.iter().map(|p| (vendor_topic(p.vendor_id), Bytes::from(p.id.to_string()))));
        let broadcast = self.broadcast.clone();
        tx.on_commit(move || {
            for (topic, message) in messages {
                broadcast.publish(&topic, message);
            }
        });
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub(super) async fn write_history(
        &self,
        tx: &Transaction,
        order_id: OrderId,
        version: i64,
        status: Status,
        reason: Option<String>,
        actor_id: Option<UserId>,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), StoreError> {
        let row = order_event::ActiveModel {
            order_id: Set(order_id),
            version: Set(version),
            status: Set(status),
            reason: Set(reason),
            actor_id: Set(actor_id),
            at: Set(at),
        };
        store::insert_history(tx, vec![row]).await
    }

    /// Writes down what was refunded in all; the order after it. Less than is known already changes nothing. Where it is
    /// all, no vendor is to ship any of it from the same version on. The history says so, unless all of a paid order was
    /// given back: then the order is refunded or called off next, and that is told.
    pub async fn set_refunded(
        &self,
        tx: &Transaction,
        id: OrderId,
        refunded_minor: i64,
        news: RefundNews,
    ) -> Result<Option<Model>, OrderError> {
        let Some(order) = store::lock(tx, id).await? else { return Ok(None) };
        let amount_minor = refunded_minor.saturating_sub(order.refunded_minor);
        if amount_minor <= 0 {
            return Ok(Some(order));
        }
        let version = order.version.saturating_add(1);
        let mut row = order.into_active_model();
        row.refunded_minor = Set(refunded_minor);
        row.version = Set(version);
        row.updated_at = Set(self.clock.now());
        let order = store::update(tx, row).await?;
        let (status, at) = (order.status, order.updated_at);
        if is_refunded(&order) {
            store::set_vendor_orders(tx, id, vendor_order::Status::Cancelled, at).await?;
        }
        let reason = match is_refunded(&order) {
            true if matches!(status, Status::Paid | Status::Completed) => None,
            true => Some("REFUNDED"),
            false => Some("PARTIALLY_REFUNDED"),
        };
        if let Some(reason) = reason {
            self.write_history(tx, id, version, status, Some(reason.to_owned()), None, at).await?;
        }
        // All of it is told with what closes the order.
        if !is_refunded(&order) {
            self.jobs.enqueue(tx, &RefundMail { order: id, amount_minor, refunded_minor, news }).await?;
        }
        self.announce(tx, &order, &[]);
        Ok(Some(order))
    }
}

/// Where the vendors' parts of an order stand that came to `status`; `None`: as before.
const fn parts(status: Status) -> Option<vendor_order::Status> {
    match status {
        Status::Confirmed => Some(vendor_order::Status::Open),
        Status::Completed => Some(vendor_order::Status::Delivered),
        Status::Cancelled | Status::Failed | Status::Refunded => Some(vendor_order::Status::Cancelled),
        Status::Pending | Status::AwaitingPayment | Status::Paid => None,
    }
}

/// Whether all that was paid in money was given back.
pub fn is_refunded(order: &Model) -> bool {
    let paid_in_money = order.total_minor.saturating_sub(order.points_minor);
    paid_in_money > 0 && order.refunded_minor >= paid_in_money
}
