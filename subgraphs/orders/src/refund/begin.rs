//! Decides what a refund gives back, and sets it aside.

use orders_entities::order::Model as OrderRow;
use orders_entities::order_refund::{ActiveModel, Model, Status};
use orders_entities::{order_line, order_refund_line};
use platform_commerce::{CurrencyCode, Money};
use platform_core::fingerprint::fingerprint;
use platform_core::id::{OrderLineId, RefundId, UserId};
use platform_database::Transaction;
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;

use super::amount::{Line, Paid, shipping};
use super::error::RefundError;
use super::finish::{FinishOrderRefund, finish_now};
use super::input::{Request, Wanted};
use super::split::{LinePieces, Shipping, split};
use super::store;
use crate::app::App;
use crate::checkout::is_being_called_off;
use crate::order;
use crate::peers::payments::Split;

/// A line of which fewer pieces are left than are to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortPieces {
    pub line: OrderLineId,
    pub requested: i32,
    pub left: i32,
}

/// What became of a request.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum Outcome {
    /// Made, under way, or failed, as its status says.
    Refund(Model),
    /// The order is not paid, or closed, or being called off, or nothing of it was paid in money.
    NotRefundable(OrderRow),
    /// Pieces that were refunded before.
    TooManyPieces(Vec<ShortPieces>),
    /// Shipping that was refunded before.
    TooMuchShipping { left: Money },
    /// More than support may give back of the order, of which `left` is left.
    LimitReached { limit: Money, left: Money },
}

/// Who refunds.
#[derive(Debug, Clone, Copy)]
pub struct Refunder {
    pub user: Option<UserId>,
    /// Whether the limit of support holds.
    pub is_limited: bool,
}

/// A refund as it is to be kept.
struct Decided {
    pieces: Vec<order_refund_line::Model>,
    shipping: i64,
    value: i64,
    money: i64,
    split: Split,
}

/// Gives back what pieces and shipping cost. The same key gives the same refund, as it stands now; with another request
/// it is refused.
#[tracing::instrument(name = "orders.refund", skip_all, fields(order.id = %request.wanted.order))]
pub async fn refund(app: &App, request: Request, by: Refunder) -> Result<Outcome, RefundError> {
    let Request { key, wanted } = request;
    let hash = fingerprint(&wanted)?;
    // Outside the transaction, which has the one connection that a request may hold. A cancellation that begins after this
    // tells catalog of these pieces, or finds no money given back.
    let is_called_off = is_being_called_off(app, wanted.order).await?;
    let tx = app.begin().await?;
    let order = order::lock_order(&tx, wanted.order).await?.ok_or(RefundError::UnknownOrder)?;
    if let Some(known) = store::find_by_key(&*tx, &key).await? {
        tx.rollback().await?;
        return again(app, known, &hash).await;
    }
    let lines = order::lines(&*tx, order.id).await?;
    let (id, now) = (app.next_id(), app.now());
    if is_called_off {
        return Ok(Outcome::NotRefundable(order));
    }
    let decided = match decide(&tx, id, &order, &lines, &wanted).await? {
        Ok(decided) => decided,
        Err(outcome) => return Ok(outcome),
    };
    if by.is_limited
        && let Some(outcome) = beyond_limit(&tx, app, &order, decided.value).await?
    {
        return Ok(outcome);
    }
    let row = ActiveModel {
        id: Set(id),
        order_id: Set(order.id),
        idempotency_key: Set(key.clone()),
        request_hash: Set(hash.clone()),
        status: Set(Status::Pending),
        failure: Set(None),
        reason: Set(wanted.reason),
        shipping_minor: Set(decided.shipping),
        value_minor: Set(decided.value),
        money_minor: Set(decided.money),
        split: Set(Some(serde_json::to_value(&decided.split)?)),
        points: Set(0),
        restock: Set(wanted.restock),
        goods_settled: Set(decided.pieces.is_empty()),
        is_limited: Set(by.is_limited),
        actor_id: Set(by.user),
        created_at: Set(now),
        updated_at: Set(now),
    };
    if !store::insert_unless_known(&tx, row).await? {
        // Another order's refund took the key meanwhile.
        tx.rollback().await?;
        let known = store::find_by_key(app.database().read(), &key).await?;
        let known = known.ok_or(RefundError::Lost)?;
        return again(app, known, &hash).await;
    }
    if !decided.pieces.is_empty() {
        store::set_aside(&tx, &decided.pieces, 1).await?;
        store::insert_lines(&tx, &decided.pieces).await?;
    }
    let options = JobOptions { run_at: Some(now + FinishOrderRefund::GRACE), unique_key: None };
    app.jobs.enqueue_with(&tx, &FinishOrderRefund { refund: id }, options).await?;
    tx.commit().await?;
    finish_now(app, id).await.map(Outcome::Refund)
}

/// The refusal of a refund that is above what support may give back of the order, which is locked in `tx`.
async fn beyond_limit(
    tx: &Transaction,
    app: &App,
    order: &OrderRow,
    value: i64,
) -> Result<Option<Outcome>, RefundError> {
    let counting = store::counting(tx, order.id).await?;
    let given: i64 =
        counting.iter().filter(|refund| refund.is_limited).map(|refund| refund.value_minor).sum();
    let limit = app.config.refunds.support_limit_minor;
    let left = limit.saturating_sub(given).max(0);
    if value <= left {
        return Ok(None);
    }
    let currency = order.currency.parse()?;
    let money = |minor| Money::from_minor(minor, currency);
    Ok(Some(Outcome::LimitReached { limit: money(limit), left: money(left) }))
}

async fn again(app: &App, known: Model, hash: &[u8]) -> Result<Outcome, RefundError> {
    if known.request_hash != hash {
        return Err(RefundError::KeyReused);
    }
    finish_now(app, known.id).await.map(Outcome::Refund)
}

/// What is to be given back of an order that is locked in `tx`, or why it is not.
async fn decide(
    tx: &Transaction,
    refund_id: RefundId,
    order: &OrderRow,
    lines: &[order_line::Model],
    wanted: &Wanted,
) -> Result<Result<Decided, Outcome>, RefundError> {
    let currency: CurrencyCode = order.currency.parse()?;
    if wanted.shipping.is_some_and(|shipping| shipping.currency() != currency) {
        return Err(RefundError::OtherCurrency(currency));
    }
    let mut chosen = Vec::with_capacity(wanted.lines.len());
    for pieces in &wanted.lines {
        let line = lines.iter().find(|line| line.id == pieces.line);
        chosen.push((line.ok_or(RefundError::UnknownLine(pieces.line))?, pieces.quantity));
    }
    let has_money = order.total_minor > order.points_minor;
    if !order::is_paid(order.status) || !has_money {
        return Ok(Err(Outcome::NotRefundable(order.clone())));
    }
    let left = |line: &order_line::Model| line.quantity.saturating_sub(line.refunded_quantity);
    let short: Vec<ShortPieces> = chosen
        .iter()
        .filter(|(line, quantity)| *quantity > left(line))
        .map(|(line, quantity)| ShortPieces { line: line.id, requested: *quantity, left: left(line) })
        .collect();
    if !short.is_empty() {
        return Ok(Err(Outcome::TooManyPieces(short)));
    }
    let counting = store::counting(tx, order.id).await?;
    let shipping = Shipping {
        all: shipping(order, lines),
        tax: order.shipping_tax_minor.unwrap_or(0),
        before: counting.iter().map(|refund| refund.shipping_minor).sum(),
        value: wanted.shipping.map_or(0, Money::minor),
    };
    let left = shipping.all.saturating_sub(shipping.before).max(0);
    if shipping.value > left {
        let left = Money::from_minor(left, currency);
        return Ok(Err(Outcome::TooMuchShipping { left }));
    }
    let (mut pieces, mut parts) = (Vec::with_capacity(chosen.len()), Vec::with_capacity(chosen.len()));
    let mut value = shipping.value;
    for (line, quantity) in chosen {
        let amount_minor = Line::of(line, currency).price(quantity)?.minor();
        value = value.saturating_add(amount_minor);
        pieces.push(order_refund_line::Model { refund_id, line_id: line.id, quantity, amount_minor });
        parts.push(LinePieces::of(order, line, line.refunded_quantity, quantity, amount_minor)?);
    }
    let value_in_money = Paid::of(order, &counting, currency).in_money(Money::from_minor(value, currency))?;
    let money = value_in_money.minor();
    let split = split(currency, &parts, shipping, money)?;
    Ok(Ok(Decided { pieces, shipping: shipping.value, value, money, split }))
}
