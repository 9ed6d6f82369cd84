//! The saga that calls an order off: nothing of it is sent, money, goods, coupon and points go back, the order is closed.
//! It gives the goods back too of an order whose money was given back otherwise.

use async_trait::async_trait;
use orders_entities::order::Model;
use orders_entities::order_line;
use platform_core::id::{OrderId, PaymentId, UserId};
use platform_sagas::{GiveUp, Outcome, Saga, Step, StepContext, StepError};
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::settle::settle_after;
use crate::app::App;
use crate::cart;
use crate::order::{self, Change, Event, RefundNews, Refunded};
use crate::peers::catalog::WantedLine;
use crate::peers::logistics::{self, Shipped, Stopped};
use crate::peers::payments::Takeable;
use crate::peers::{catalog, payments};
use crate::returned;

/// What the customer sees beside a refund.
const REASON: &str = "order cancelled";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancellationState {
    pub(super) order_id: OrderId,
    pub(super) payment_id: Option<PaymentId>,
    pub(super) coupon: bool,
    pub(super) points: bool,
    /// Neither money nor points pay for it.
    #[serde(default)]
    pub(super) free: bool,
    pub(super) actor: Option<UserId>,
    pub(super) by_staff: bool,
    /// The order was not paid yet: its money may be held, taken, or neither.
    #[serde(default)]
    pub(super) unpaid: bool,
    /// The money was given back before, and the order is closed: the goods are left.
    #[serde(default)]
    pub(super) refunded: bool,
    /// What was given back of the payment in all.
    #[serde(default)]
    pub(super) refunded_minor: Option<i64>,
    /// Nobody called it off: its money could not be taken.
    #[serde(default)]
    pub(super) unpayable: bool,
    /// A parcel of it has left: it is not called off.
    #[serde(default)]
    pub(super) underway: bool,
    /// What of it has left, where its money is back.
    #[serde(default)]
    pub(super) shipped: Vec<Shipped>,
}

impl CancellationState {
    /// All of an order as it stands, called off by its buyer.
    pub(super) fn of(order: &Model) -> Self {
        Self {
            order_id: order.id,
            payment_id: order.payment_id,
            coupon: order.coupon_code.is_some(),
            points: order.points_minor > 0,
            free: order.total_minor == 0,
            actor: None,
            by_staff: false,
            unpaid: !order::is_paid(order.status),
            refunded: false,
            refunded_minor: None,
            unpayable: false,
            underway: false,
            shipped: Vec::new(),
        }
    }
}

pub struct Cancellation {
    pub app: App,
}

impl Saga for Cancellation {
    const KIND: &'static str = "cancellation";
    // Once an order is being called off, every step is repeated until it succeeds. Of one of which a parcel has left there is
    // nothing to undo: it was not touched.
    const PIVOT: Option<&'static str> = Some("stop_delivery");
    // What staff give up they have done by hand; the order is closed all the same.
    const GIVE_UP: GiveUp = GiveUp::Skip;
    type State = CancellationState;

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&StopDelivery, &GiveMoneyBack, &GiveGoodsBack, &CloseOrder]
    }
}

struct StopDelivery;

#[async_trait]
impl Step<Cancellation> for StopDelivery {
    fn name(&self) -> &'static str {
        "stop_delivery"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        _: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let key = format!("order:{}", state.order_id);
        // Of an order whose money is back the rest is not sent either.
        match logistics::stop_delivery(saga.app.peers(), &key, state.refunded).await? {
            Stopped::Stopped => Ok(Outcome::Done),
            Stopped::Underway(shipped) => {
                state.underway = true;
                state.shipped = shipped;
                Ok(Outcome::Done)
            }
        }
    }
}

struct GiveMoneyBack;

#[async_trait]
impl Step<Cancellation> for GiveMoneyBack {
    fn name(&self) -> &'static str {
        "give_money_back"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        _: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let key = format!("order:{}", state.order_id);
        if state.refunded || state.underway {
            return Ok(Outcome::Skipped);
        }
        let peers = saga.app.peers();
        match state.payment_id {
            id if state.unpaid => {
                let payment = id.map_or(Takeable::Nameless, Takeable::Made);
                payments::take_back(peers, payment, &key, REASON).await?;
            }
            Some(id) => payments::refund_remaining(peers, id, &key, REASON).await?,
            None => {}
        }
        // A refund gives the points back too, in the measure of the money.
        if state.points && (state.unpaid || state.payment_id.is_none()) {
            payments::release_points(peers, &key).await?;
        }
        if state.free {
            payments::reverse_free_sale(peers, &key).await?;
        }
        if let Some(id) = state.payment_id {
            let refunded = payments::get_payment(peers, id).await?.and_then(|payment| payment.refunded);
            state.refunded_minor = refunded.map(|money| money.minor());
        }
        Ok(Outcome::Done)
    }
}

struct GiveGoodsBack;

#[async_trait]
impl Step<Cancellation> for GiveGoodsBack {
    fn name(&self) -> &'static str {
        "give_goods_back"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        _: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let key = format!("order:{}", state.order_id);
        if state.underway && !state.refunded {
            return Ok(Outcome::Skipped);
        }
        returned::settle_all(&saga.app, state.order_id).await?;
        if state.underway {
            give_rest_back(&saga.app, &key, state).await?;
            return Ok(Outcome::Done);
        }
        catalog::give_back_stock(saga.app.peers(), &key).await?;
        if state.coupon {
            catalog::release_coupon(saga.app.peers(), &key).await?;
        }
        Ok(Outcome::Done)
    }
}

/// Puts the pieces back on the shelf that have not left. Pieces that came back with a refund of their own were first of
/// all such as had not left: logistics takes those out of its parcels.
async fn give_rest_back(app: &App, key: &str, state: &CancellationState) -> Result<(), StepError> {
    let lines = order::lines(app.database().read(), state.order_id).await?;
    let unsent = |line: &order_line::Model| {
        let of_line = state.shipped.iter().filter(|pieces| pieces.line == line.id);
        let gone = of_line.fold(line.refunded_quantity, |gone, pieces| gone.saturating_add(pieces.quantity));
        let quantity = line.quantity.saturating_sub(gone);
        (quantity > 0).then_some(WantedLine { offer_id: line.offer_id, quantity })
    };
    let pieces: Vec<WantedLine> = lines.iter().filter_map(unsent).collect();
    if !pieces.is_empty() {
        let return_key = format!("unsent:{}", state.order_id);
        catalog::return_pieces(app.peers(), key, &return_key, &pieces, true).await?;
    }
    Ok(())
}

struct CloseOrder;

#[async_trait]
impl Step<Cancellation> for CloseOrder {
    fn name(&self) -> &'static str {
        "close_order"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        ctx: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        if state.refunded {
            return Ok(Outcome::Skipped);
        }
        if state.underway {
            // All of its money may have been given back meanwhile, by whoever left the order to this saga.
            let tx = saga.app.begin().await?;
            settle_after(&tx, &saga.app, state.order_id, ctx.id).await?;
            ctx.finish_in(tx);
            return Ok(Outcome::Done);
        }
        let problem = match state.unpayable {
            true => Problem::PaymentExpired,
            false => Problem::cancelled(state.by_staff),
        };
        let change = Change {
            reason: Some(problem.code().to_owned()),
            cancellation: Some(problem.cancellation_reason()),
            actor: state.actor,
            ..Change::default()
        };
        let tx = saga.app.begin().await?;
        if state.unpaid {
            let lines = order::lines(&*tx, state.order_id).await?;
            let wanted = |line: &orders_entities::order_line::Model| WantedLine {
                offer_id: line.offer_id,
                quantity: line.quantity,
            };
            let wanted: Vec<_> = lines.iter().map(wanted).collect();
            cart::set_free(&tx, &saga.app, state.order_id, &wanted).await?;
        }
        if let Some(refunded) = state.refunded_minor {
            let refunded = Refunded { money: refunded, points: None };
            order::set_refunded(&tx, &saga.app, state.order_id, refunded, RefundNews::default()).await?;
        }
        order::change(&tx, &saga.app, state.order_id, &[Event::Cancelled], change).await?;
        ctx.finish_in(tx);
        Ok(Outcome::Done)
    }
}
