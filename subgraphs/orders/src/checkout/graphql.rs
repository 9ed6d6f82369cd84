//! Placing and cancelling orders, as clients do it.

use std::ops::RangeInclusive;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::{OrderId, PaymentMethodId};
use platform_identity::Scope;
use platform_server::{access, caller};
use platform_text::{self as text, Email, VatId};

use super::cancel::{Cancelled, cancel};
use super::place::{PlaceError, PlaceInput, Placed, place};
use super::problem::{HeldThing, PaymentMeansProblem, Problem};
use crate::access::{owner, sees_order};
use crate::app::App;
use crate::destination::DestinationNotServed;
use crate::order::{self, Order, OrderError};
use crate::peers::catalog::{CouponRejectionReason, ShortLine};
use crate::peers::logistics::DeliveryProblem;
use crate::peers::payments::PaymentMeans;
use crate::quote::{CheckoutQuote, DeliveryChoiceInput, QuoteError};
use platform_commerce::PostalAddressInput;

/// The characters of a key of an order.
const KEY: RangeInclusive<usize> = 8..=128;
const MAX_GATEWAY: usize = 50;
const MAX_TOKEN: usize = 200;

/// With what to pay: a gateway and its token, or what the buyer has saved.
#[derive(InputObject)]
pub struct PaymentMeansInput {
    /// One of `paymentGateways`.
    pub gateway: Option<String>,
    /// The gateway's token, of at most 200 characters; card numbers go to the gateway alone, and are refused here.
    pub token: Option<String>,
    /// One of the buyer's `paymentMethods`.
    pub method_id: Option<PaymentMethodId>,
}

impl TryFrom<PaymentMeansInput> for PaymentMeans {
    type Error = PlaceError;

    fn try_from(input: PaymentMeansInput) -> Result<Self, PlaceError> {
        match (input.gateway, input.token, input.method_id) {
            (Some(gateway), Some(token), None) => {
                text::token("gateway", &gateway, 1..=MAX_GATEWAY)?;
                text::token("token", &token, 1..=MAX_TOKEN)?;
                Ok(Self::Token { gateway, token })
            }
            (None, None, Some(method_id)) => Ok(Self::Saved { method_id }),
            _ => Err(PlaceError::PaymentAmbiguous),
        }
    }
}

/// Orders what is in the caller's cart, with its coupon.
#[derive(InputObject)]
pub struct PlaceOrderInput {
    /// Chosen by the client, one for each order: the same key gives the same order, however often it is sent. 8 to 128
    /// characters that can be seen.
    pub idempotency_key: String,
    /// Needed of guests.
    pub email: Option<String>,
    /// Where the goods go.
    pub shipping_address: PostalAddressInput,
    /// How it shall be delivered; by the first of the quote's options that needs nothing more chosen unless given.
    pub delivery: Option<DeliveryChoiceInput>,
    /// Points to pay with; one is worth one minor unit of the currency.
    #[graphql(default)]
    pub points: i64,
    /// Of a business, with its country's prefix; kept for the invoice. If it is the caller's and marked valid, no tax is
    /// owed across the border.
    pub vat_id: Option<String>,
    /// Needed unless points pay for everything.
    pub payment: Option<PaymentMeansInput>,
    /// The total that the customer agreed to; another is told, not charged.
    pub expected_total: Option<MoneyInput>,
}

/// The order is placed, or waits for its payment.
#[derive(SimpleObject)]
pub struct PlaceOrderPayload {
    /// The order; with the status AWAITING_PAYMENT, the customer goes on at `paymentActionUrl`.
    order: Order,
}

/// An offer of which there are fewer pieces than were ordered.
#[derive(SimpleObject)]
pub struct OutOfStockLine {
    /// The offer that falls short.
    offer_id: ID,
    /// How many pieces were ordered.
    requested: i32,
    /// How many pieces can be had.
    available: i32,
}

/// Others were faster; nothing was charged.
#[derive(SimpleObject)]
pub struct OutOfStock {
    /// The offers that fall short.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    lines: Vec<OutOfStockLine>,
}

/// The cart's coupon cannot be used, or not any more; nothing was ordered. Order again without it, or with another.
#[derive(SimpleObject)]
pub struct CouponRejected {
    /// The coupon on the cart, in upper case.
    code: String,
    /// Why it does not apply.
    reason: CouponRejectionReason,
}

/// The caller has fewer points to spend than the order was to be paid with; nothing was charged.
#[derive(SimpleObject)]
pub struct NotEnoughPoints {
    /// How many can be spent now.
    available: i64,
}

/// The gateway refused the payment; nothing was charged. Order again by other means, with a fresh `idempotencyKey`.
#[derive(SimpleObject)]
pub struct PaymentDeclined {
    /// Why, as a short code such as `insufficient_funds`.
    code: String,
}

/// Nobody can pay with what was named; nothing was ordered.
#[derive(SimpleObject)]
pub struct PaymentMeansRejected {
    /// Which part of the means is at fault.
    problem: PaymentMeansProblem,
    /// What is wrong, and what to do about it.
    message: String,
}

/// What is in this cart has an order: one that is being paid for, or the one that has just emptied the cart. Complete or
/// cancel that order before another is made of the cart.
#[derive(SimpleObject)]
pub struct CartAlreadyOrdered {
    /// The order that it has.
    order: Order,
}

/// The payment would have had to wait for its customer, and the caller, or others of the same network, keep too much of
/// this waiting already. Nothing was charged. Complete or cancel an order that waits, take fewer pieces, or pay by
/// means that need no confirmation.
#[derive(SimpleObject)]
pub struct HoldLimitReached {
    /// What too much of is held.
    of: HeldThing,
}

/// The order was given up before it was complete.
#[derive(SimpleObject)]
pub struct CheckoutExpired {
    /// The order as it is now.
    order: Order,
}

/// There is nothing in the cart.
#[derive(SimpleObject)]
pub struct CartEmpty {
    /// The same in words.
    message: String,
}

/// The cart costs something else than the customer agreed to.
#[derive(SimpleObject)]
pub struct TotalChanged {
    /// What an order costs now, with tax and shipping.
    total: Money,
    /// How it comes about.
    quote: CheckoutQuote,
}

/// Lines of the cart cannot be bought as they stand; the quote says why.
#[derive(SimpleObject)]
pub struct CartNotOrderable {
    /// What the cart costs now; its `problems` name the lines.
    quote: CheckoutQuote,
}

/// The order cannot be delivered as it was chosen, or not any more; nothing was charged. The quote's `delivery` says how it can.
#[derive(SimpleObject)]
pub struct DeliveryNotPossible {
    /// What is in the way.
    problem: DeliveryProblem,
}

/// Outcome of `placeOrder`.
#[derive(Union)]
pub enum PlaceOrderResult {
    Placed(PlaceOrderPayload),
    OutOfStock(OutOfStock),
    CouponRejected(CouponRejected),
    NotEnoughPoints(NotEnoughPoints),
    PaymentDeclined(PaymentDeclined),
    PaymentMeansRejected(PaymentMeansRejected),
    CartAlreadyOrdered(CartAlreadyOrdered),
    HoldLimitReached(HoldLimitReached),
    CheckoutExpired(CheckoutExpired),
    CartEmpty(CartEmpty),
    TotalChanged(TotalChanged),
    CartNotOrderable(CartNotOrderable),
    DestinationNotServed(DestinationNotServed),
    DeliveryNotPossible(DeliveryNotPossible),
}

impl From<ShortLine> for OutOfStockLine {
    fn from(line: ShortLine) -> Self {
        Self { offer_id: line.offer_id.to_graphql(), requested: line.requested, available: line.available }
    }
}

impl From<Placed> for PlaceOrderResult {
    fn from(placed: Placed) -> Self {
        match placed {
            Placed::Order(order) => Self::Placed(PlaceOrderPayload { order: Order(order) }),
            Placed::NotServed(destination) => Self::DestinationNotServed(destination.into()),
            Placed::DeliveryNotPossible(problem) => {
                Self::DeliveryNotPossible(DeliveryNotPossible { problem })
            }
            Placed::CartEmpty => Self::CartEmpty(CartEmpty { message: "The cart is empty.".to_owned() }),
            Placed::CartOrdered(order) => {
                Self::CartAlreadyOrdered(CartAlreadyOrdered { order: Order(order) })
            }
            Placed::TotalChanged(quote) => {
                Self::TotalChanged(TotalChanged { total: quote.total, quote: CheckoutQuote(quote) })
            }
            Placed::CouponRejected { code, reason } => Self::CouponRejected(CouponRejected { code, reason }),
            Placed::CartProblems(quote) => {
                Self::CartNotOrderable(CartNotOrderable { quote: CheckoutQuote(quote) })
            }
            Placed::Refused { order, problem } => match problem {
                Problem::OutOfStock { lines } => {
                    Self::OutOfStock(OutOfStock { lines: lines.into_iter().map(Into::into).collect() })
                }
                Problem::CouponRejected { code, reason } => {
                    Self::CouponRejected(CouponRejected { code, reason })
                }
                Problem::NotEnoughPoints { available } => {
                    Self::NotEnoughPoints(NotEnoughPoints { available })
                }
                Problem::HoldLimitReached { of } => Self::HoldLimitReached(HoldLimitReached { of }),
                Problem::PaymentDeclined { code } => Self::PaymentDeclined(PaymentDeclined { code }),
                Problem::PaymentMeansRejected { problem } => {
                    Self::PaymentMeansRejected(PaymentMeansRejected {
                        problem,
                        message: problem.message().to_owned(),
                    })
                }
                Problem::DeliveryNotPossible { problem } => {
                    Self::DeliveryNotPossible(DeliveryNotPossible { problem })
                }
                Problem::PaymentExpired
                | Problem::ReservationExpired
                | Problem::Refused { .. }
                | Problem::CancelledByBuyer
                | Problem::CancelledByStaff => Self::CheckoutExpired(CheckoutExpired { order: Order(order) }),
            },
        }
    }
}

/// An order to call off.
#[derive(InputObject)]
pub struct CancelOrderInput {
    /// An order of the caller's, or any for staff.
    pub order_id: OrderId,
}

/// The order is called off, or is being called off.
#[derive(SimpleObject)]
pub struct CancelOrderPayload {
    /// The order, with the status CANCELLED; with another while a service that is needed to undo it does not answer, or a
    /// gateway refuses to give the money back. Whoever asks again has it tried again.
    pub order: Order,
}

/// The order is delivered, closed, or just being decided.
#[derive(SimpleObject)]
pub struct OrderNotCancellable {
    /// The order as it is now.
    pub order: Order,
}

/// Outcome of `cancelOrder`.
#[derive(Union)]
pub enum CancelOrderResult {
    Cancelled(CancelOrderPayload),
    NotCancellable(OrderNotCancellable),
}

#[derive(Default)]
pub struct CheckoutMutation;

#[Object]
impl CheckoutMutation {
    /// Orders what is in the caller's cart.
    #[graphql(directive = access::public::apply())]
    async fn place_order(
        &self,
        ctx: &Context<'_>,
        input: PlaceOrderInput,
    ) -> Result<Option<PlaceOrderResult>> {
        text::token("idempotencyKey", &input.idempotency_key, KEY).map_err(PlaceError::from)?;
        let expected_total =
            input.expected_total.map(Money::try_from).transpose().map_err(PlaceError::ExpectedTotal)?;
        let vat_id = input.vat_id.map(|id| VatId::parse("vatId", &id));
        let vat_id = vat_id.transpose().map_err(QuoteError::from)?;
        let email = input.email.as_deref().filter(|text| !text.trim().is_empty());
        let input = PlaceInput {
            idempotency_key: input.idempotency_key,
            email: email.map(|text| Email::parse("email", text)).transpose().map_err(PlaceError::from)?,
            shipping_address: input.shipping_address.try_into().map_err(PlaceError::from)?,
            delivery: input.delivery.map(TryInto::try_into).transpose().map_err(PlaceError::from)?,
            points: input.points,
            vat_id,
            means: input.payment.map(PaymentMeans::try_from).transpose()?,
            expected_total,
        };
        Ok(Some(place(ctx.data_unchecked::<App>(), caller(ctx)?, input).await?.into()))
    }

    /// Calls an order off: the caller's own, or any for staff. What was paid is refunded, what was taken is restocked. Only
    /// what is not delivered can be called off; so it does not count as a refund of support's (`refundOrderLines`).
    #[graphql(directive = access::public::apply())]
    async fn cancel_order(
        &self,
        ctx: &Context<'_>,
        input: CancelOrderInput,
    ) -> Result<Option<CancelOrderResult>> {
        let (app, caller) = (ctx.data_unchecked::<App>(), caller(ctx)?);
        let found = order::find_order(app.database(), input.order_id).await?;
        let found = found.filter(|o| sees_order(caller, o)).ok_or(OrderError::UnknownOrder)?;
        let own = caller.owns(owner(&found));
        if !own && !caller.has_scope(Scope::OrdersManage) {
            return Err(OrderError::UnknownOrder.into());
        }
        Ok(Some(match cancel(app, found, caller.user, !own).await? {
            Cancelled::Order(order) => {
                CancelOrderResult::Cancelled(CancelOrderPayload { order: Order(order) })
            }
            Cancelled::NotPossible(order) => {
                CancelOrderResult::NotCancellable(OrderNotCancellable { order: Order(order) })
            }
        }))
    }
}
