//! Carries a refund out: the money, the goods, the order; by its request, and by a job where that died on the way.

use chrono::TimeDelta;
use orders_entities::order::Model as OrderRow;
use orders_entities::order_refund::{Model, Status};
use orders_entities::order_refund_line;
use platform_core::id::RefundId;
use platform_jobs::{Job, JobContext, JobError, JobHandler};
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde::{Deserialize, Serialize};

use super::amount::shipping;
use super::error::RefundError;
use super::note::{news, publish};
use super::split::{LinePieces, Shipping, split};
use super::store;
use crate::app::App;
use crate::checkout::{follow_restocking, settle};
use crate::order;
use crate::peers::payments::Split;
use crate::returned::{self, Given};

/// Finishes a refund whose request died on the way, or whose peers were away.
#[derive(Debug, Serialize, Deserialize)]
pub struct FinishOrderRefund {
    pub(super) refund: RefundId,
}

impl FinishOrderRefund {
    /// The request itself finishes the refund; the job looks after that.
    pub const GRACE: TimeDelta = TimeDelta::seconds(10);
}

impl Job for FinishOrderRefund {
    const KIND: &'static str = "orders.finish-refund";
    const MAX_ATTEMPTS: u32 = 50;
}

impl JobHandler<FinishOrderRefund> for App {
    async fn run(&self, _: JobContext, job: FinishOrderRefund) -> Result<(), JobError> {
        Ok(finish(self, job.refund).await.map(drop)?)
    }
}

/// The refund as it is after what can be done of it now; where a peer is away the job goes on with it.
pub(super) async fn finish_now(app: &App, id: RefundId) -> Result<Model, RefundError> {
    match finish(app, id).await {
        Ok(refund) => Ok(refund),
        Err(RefundError::Peer(error)) => {
            tracing::warn!(refund.id = %id, error = &error as &dyn std::error::Error, "a refund goes on later");
            store::find(app.database().read(), id).await?.ok_or(RefundError::Lost)
        }
        Err(error) => Err(error),
    }
}

async fn finish(app: &App, id: RefundId) -> Result<Model, RefundError> {
    let read = app.database().read();
    let refund = store::find(read, id).await?.ok_or(RefundError::Lost)?;
    let outcome = match refund.status {
        Status::Failed => return Ok(refund),
        Status::Succeeded if refund.goods_settled => return Ok(refund),
        Status::Succeeded => Given::Kept(None),
        Status::Pending => give_money_back(app, &refund).await?,
    };
    let pieces = returned::lines(read, id).await?;
    if !matches!(outcome, Given::Refused(_)) && !refund.goods_settled {
        let lines = order::lines(read, refund.order_id).await?;
        returned::settle(app.peers(), &refund, &pieces, &lines).await?;
    }
    let refund = close(app, &refund, outcome, &pieces).await?;
    follow_restocking(app, refund.order_id).await?;
    Ok(refund)
}

async fn give_money_back(app: &App, refund: &Model) -> Result<Given, RefundError> {
    let order = order::find_order(app.database(), refund.order_id).await?;
    let order = order.ok_or(RefundError::UnknownOrder)?;
    let split = split_of(app, refund, &order).await?;
    let currency = order.currency.parse()?;
    Ok(returned::give_money_back(app.peers(), refund, order.payment_id, currency, &split).await?)
}

/// How a refund divides.
async fn split_of(app: &App, refund: &Model, order: &OrderRow) -> Result<Split, RefundError> {
    if let Some(kept) = &refund.split {
        return Ok(serde_json::from_value(kept.clone())?);
    }
    // An earlier release has not kept it: as that of the first of its pieces.
    let read = app.database().read();
    let lines = order::lines(read, order.id).await?;
    let kept = returned::lines(read, refund.id).await?;
    let mut pieces = Vec::with_capacity(kept.len());
    for kept in kept {
        if let Some(line) = lines.iter().find(|line| line.id == kept.line_id) {
            pieces.push(LinePieces::of(order, line, 0, kept.quantity, kept.amount_minor)?);
        }
    }
    let tax = order.shipping_tax_minor.unwrap_or(0);
    let shipping = Shipping { all: shipping(order, &lines), tax, before: 0, value: refund.shipping_minor };
    Ok(split(order.currency.parse()?, &pieces, shipping, refund.money_minor)?)
}

/// Writes down what became of a refund, and closes an order of which nothing is left to pay for.
async fn close(
    app: &App,
    refund: &Model,
    outcome: Given,
    pieces: &[order_refund_line::Model],
) -> Result<Model, RefundError> {
    let tx = app.begin().await?;
    let order = order::lock_order(&tx, refund.order_id).await?.ok_or(RefundError::UnknownOrder)?;
    let refund = store::find(&*tx, refund.id).await?.ok_or(RefundError::Lost)?;
    let is_open = refund.status == Status::Pending;
    let mut row = refund.clone().into_active_model();
    row.updated_at = Set(app.now());
    let mut told = None;
    match outcome {
        Given::Refused(failure) if is_open => {
            store::set_aside(&tx, pieces, -1).await?;
            row.status = Set(Status::Failed);
            row.failure = Set(Some(failure));
        }
        Given::Refused(_) => return Ok(refund),
        Given::Kept(made) => {
            row.goods_settled = Set(true);
            if let Some(made) = made.filter(|_| is_open) {
                row.status = Set(Status::Succeeded);
                row.points = Set(made.points);
                told = made.refunded.map(|refunded| (refunded, news(made.points, &refund, pieces)));
            }
        }
    }
    let refund = store::update(&tx, row).await?;
    if is_open && refund.status == Status::Succeeded {
        publish(&tx, app, order.id, refund.id, pieces).await?;
    }
    let is_free = is_open && refund.status == Status::Succeeded && refund.value_minor == 0;
    let order = match told {
        _ if is_free => Some(order::note_free_pieces(&tx, app, order).await?),
        Some((refunded, news)) => order::set_refunded(&tx, app, order.id, refunded, news).await?,
        None => Some(order::close_empty_parts(&tx, app, order).await?),
    };
    // An event that came first has left this to whoever settles the goods.
    let order = order.ok_or(RefundError::UnknownOrder)?;
    settle(&tx, app, &order).await?;
    tx.commit().await?;
    Ok(refund)
}
