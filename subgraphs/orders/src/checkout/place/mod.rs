//! Places an order: once for each key of a caller, however often and from however many places it is sent.

mod error;
mod input;
mod rows;

pub use error::PlaceError;
pub use input::PlaceInput;

use chrono::TimeDelta;
use orders_entities::order::{Model, Status};
use platform_core::id::{CartId, OrderId};
use platform_identity::Caller;
use sea_orm::ActiveValue::Set;

use super::follow;
use super::problem::Problem;
use super::saga::{Checkout, CheckoutState, ChosenDelivery, saga_id};
use crate::access::sees_order;
use crate::app::App;
use crate::cart::{self, CartRows, Claim, Owner, find_cart, wanted};
use crate::destination::Destination;
use crate::order::{self, NewOrder, OrderError};
use crate::peers::catalog::CouponRejectionReason;
use crate::peers::logistics::{DeliveryKind, DeliveryProblem};
use crate::quote::{Quote, QuoteInput, chosen, quote};
use error::MAX_TOTAL_MINOR;
use input::check_means;
use rows::new_order;

/// How long a customer has to complete a payment.
const PAYMENT_WINDOW: TimeDelta = TimeDelta::minutes(30);
/// How long stock and coupon stay held for a payment that has not begun.
const HOLD: TimeDelta = TimeDelta::minutes(5);
/// How often a cart is priced that changes while it is being ordered.
const ATTEMPTS: usize = 5;

/// What became of a request to place an order.
#[derive(Debug)]
pub enum Placed {
    /// The order stands, or waits for the customer's payment.
    Order(Model),
    Refused {
        order: Model,
        problem: Problem,
    },
    CartEmpty,
    /// This order is being made of the cart, or has emptied it.
    CartOrdered(Model),
    /// Nothing is sold to the shipping address.
    NotServed(Destination),
    /// It cannot be delivered as it was chosen.
    DeliveryNotPossible(DeliveryProblem),
    TotalChanged(Quote),
    /// The cart's coupon does not apply; every line could be bought.
    CouponRejected {
        code: String,
        reason: CouponRejectionReason,
    },
    /// Lines that cannot be bought as they stand.
    CartProblems(Quote),
}

/// How an attempt to start a checkout ended.
enum Attempt {
    /// Without an order, for a reason that is told.
    Answered(Box<Placed>),
    /// This order was made of the cart.
    Begun(OrderId),
    /// Another request has made the order of this key.
    Overtaken,
    /// The cart changed meanwhile.
    Changed,
}

fn answered(placed: Placed) -> Attempt {
    Attempt::Answered(Box::new(placed))
}

#[tracing::instrument(name = "orders.checkout.place", skip_all)]
pub async fn place(app: &App, caller: &Caller, input: PlaceInput) -> Result<Placed, PlaceError> {
    let owner = Owner::of(caller)?;
    let key = match &owner {
        Owner::User(id) => format!("user:{id}:{}", input.idempotency_key),
        Owner::Guest(id) => format!("guest:{id}:{}", input.idempotency_key),
    };
    check_means(&owner, input.means.as_ref())?;
    if let Some(known) = order::find_by_key(app.database(), &key).await? {
        return answer(app, known, &input).await;
    }
    let attempted = attempt_again(app, caller, &input, &owner, &key).await;
    if let Ok(Attempt::Begun(order)) = attempted {
        return decided(app, order, true).await;
    }
    // A request with the same key may have emptied the cart, or taken the last of the stock, in the meantime: then
    // its order is the answer, whatever this attempt made of what was left.
    match order::find_by_key(app.database(), &key).await? {
        Some(known) => answer(app, known, &input).await,
        None => match attempted? {
            Attempt::Answered(placed) => Ok(*placed),
            Attempt::Begun(_) | Attempt::Overtaken | Attempt::Changed => Err(OrderError::NotFound.into()),
        },
    }
}

/// Attempts until the cart stands still.
async fn attempt_again(
    app: &App,
    caller: &Caller,
    input: &PlaceInput,
    owner: &Owner,
    key: &str,
) -> Result<Attempt, PlaceError> {
    if matches!(owner, Owner::Guest(_)) && input.email.is_none() {
        return Err(PlaceError::EmailMissing);
    }
    for _ in 0..ATTEMPTS {
        match attempt(app, caller, input, owner, key).await? {
            Attempt::Changed => {}
            ended => return Ok(ended),
        }
    }
    Err(PlaceError::CartChanging)
}

/// Starts the checkout of what is in the cart, or says why there is nothing to start.
async fn attempt(
    app: &App,
    caller: &Caller,
    input: &PlaceInput,
    owner: &Owner,
    key: &str,
) -> Result<Attempt, PlaceError> {
    let Some(cart) = find_cart(app.database(), owner).await? else {
        return Ok(answered(Placed::CartEmpty));
    };
    if let Some(order) = cart::ordered_by(app, &cart).await? {
        return ordered(app, caller, order, &cart).await;
    }
    if cart.lines.is_empty() {
        return Ok(answered(Placed::CartEmpty));
    }
    let lines = wanted(&cart);
    let wants = QuoteInput {
        lines: &lines,
        coupon_code: cart.cart.coupon_code.as_deref(),
        points: input.points,
        destination: Some(Destination::of(&input.shipping_address)),
        delivery: input.delivery.as_ref(),
        vat_id: input.vat_id.as_ref(),
        fresh: true,
    };
    let quote = quote(app, caller, wants).await?;
    if let Some(destination) = quote.not_served {
        return Ok(answered(Placed::NotServed(destination)));
    }
    if !quote.priced.problems.is_empty() {
        let quote = quote.with_points_at_hand(app, caller).await?;
        return Ok(answered(Placed::CartProblems(quote)));
    }
    if let (Some(reason), Some(code)) = (quote.priced.coupon_rejection, &cart.cart.coupon_code) {
        return Ok(answered(Placed::CouponRejected { code: code.clone(), reason }));
    }
    if let Some(problem) = quote.delivery.problem {
        return Ok(answered(Placed::DeliveryNotPossible(problem)));
    }
    if input.expected_total.is_some_and(|expected| expected != quote.total) {
        let quote = quote.with_points_at_hand(app, caller).await?;
        return Ok(answered(Placed::TotalChanged(quote)));
    }
    if quote.total.minor() > MAX_TOTAL_MINOR {
        return Err(PlaceError::TooMuch);
    }
    if !quote.to_pay.is_zero() && input.means.is_none() {
        return Err(PlaceError::PaymentMissing);
    }
    let id: OrderId = app.next_id();
    let now = app.now();
    let state = CheckoutState {
        order_id: id,
        user_id: caller.user,
        guest_id: caller.guest.clone().filter(|_| caller.user.is_none()),
        lines,
        coupon_code: cart.cart.coupon_code.clone(),
        points: quote.points,
        amount: quote.to_pay,
        split: quote.split()?,
        means: input.means.clone(),
        payment_deadline: now + PAYMENT_WINDOW,
        hold_until: now + HOLD,
        network: caller.network,
        picked_payment_id: (!quote.to_pay.is_zero()).then(|| app.next_id()),
        payment_id: None,
        confirmed: false,
        allocations: Vec::new(),
        delivery: chosen_delivery(&quote, input),
        problem: None,
    };
    let new = new_order(app, caller, input, &state, &quote, key.to_owned())?;
    begin(app, caller, &cart, new, &state).await
}

/// How it is delivered, as the buyer was told of it.
fn chosen_delivery(quote: &Quote, input: &PlaceInput) -> Option<ChosenDelivery> {
    let option = chosen(&quote.delivery)?;
    let choice = input.delivery.as_ref();
    Some(ChosenDelivery {
        service_id: option.service_id,
        kind: option.kind,
        name: option.name.clone(),
        time_zone: option.time_zone.clone(),
        slot_id: choice.and_then(|c| c.slot_id.clone()).filter(|_| option.kind == DeliveryKind::Slot),
        pick_up_point_id: choice
            .and_then(|c| c.pick_up_point_id)
            .filter(|_| option.kind == DeliveryKind::PickUp),
        arrives_from: quote.delivery.arrives_from,
        arrives_by: quote.delivery.arrives_by,
    })
}

/// Keeps the order, starts its checkout and ties the cart to it: all or nothing.
async fn begin(
    app: &App,
    caller: &Caller,
    cart: &CartRows,
    mut new: NewOrder,
    state: &CheckoutState,
) -> Result<Attempt, PlaceError> {
    let tx = app.begin().await?;
    match cart::claim(&tx, cart, state.order_id).await? {
        Claim::Made { version } => {
            let cart: CartId = cart.cart.id;
            new.order.cart_id = Set(Some(cart));
            new.order.claimed_cart_id = Set(Some(cart));
            new.order.cart_version = Set(Some(version));
        }
        Claim::Ordered(order) => {
            tx.rollback().await?;
            return ordered(app, caller, order, cart).await;
        }
        Claim::Changed => {
            tx.rollback().await?;
            return Ok(Attempt::Changed);
        }
    }
    if order::create(&tx, app, new).await? {
        app.sagas().start::<Checkout>(&tx, saga_id(state.order_id), state).await?;
        tx.commit().await?;
        return Ok(Attempt::Begun(state.order_id));
    }
    tx.rollback().await?;
    Ok(Attempt::Overtaken)
}

/// The answer about a cart that has an order. A guest whose order was claimed has lost it: the cart no longer shows it.
/// Whoever took a guest's cart over sees the order that the guest has begun of it.
async fn ordered(app: &App, caller: &Caller, order: OrderId, cart: &CartRows) -> Result<Attempt, PlaceError> {
    let order = order::find_order(app.database(), order).await?.ok_or(OrderError::NotFound)?;
    match order.user_id.is_none() || sees_order(caller, &order) {
        true => Ok(answered(Placed::CartOrdered(order))),
        false if cart.lines.is_empty() => Ok(answered(Placed::CartEmpty)),
        false => Err(PlaceError::Claimed),
    }
}

/// Waits until the checkout of `order` is decided or waits itself, and says how it stands.
async fn answer(app: &App, order: Model, input: &PlaceInput) -> Result<Placed, PlaceError> {
    if !input.is_same_as(&order.request_hash)? {
        return Err(PlaceError::KeyReused);
    }
    // A guest whose order was claimed has lost it: the key no longer shows it.
    if order.idempotency_key.starts_with("guest:") && order.guest_id.is_none() {
        return Err(PlaceError::Claimed);
    }
    decided(app, order.id, matches!(order.status, Status::Pending | Status::Confirmed)).await
}

/// How an order stands, once its checkout, if that `is_under_way`, is decided or waits itself.
async fn decided(app: &App, order: OrderId, is_under_way: bool) -> Result<Placed, PlaceError> {
    if is_under_way {
        follow(app, saga_id(order)).await?;
    }
    let order = order::find_order(app.database(), order).await?.ok_or(OrderError::NotFound)?;
    match (&order.status, &order.problem) {
        (Status::Failed, Some(problem)) => {
            let problem = serde_json::from_value(problem.clone())?;
            Ok(Placed::Refused { order, problem })
        }
        _ => Ok(Placed::Order(order)),
    }
}
