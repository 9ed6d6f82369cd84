//! Places an order: once for each key of a caller, however often and from however many places it is sent.

use platform_commerce::Market;
use std::collections::BTreeMap;

use chrono::TimeDelta;
use orders_entities::order::{ActiveModel, Model, Status};
use orders_entities::{order_line, vendor_order};
use platform_commerce::{Money, MoneyError};
use platform_core::id::{CartId, OrderId, VendorId, VendorOrderId};
use platform_core::{ApiError, ErrorCode};
use platform_identity::Caller;
use platform_sagas::{SagaError, Sagas};
use platform_server::Peers;
use platform_text::{Email, TextError, VatId, is_card_number};
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;
use serde::{Serialize, Serializer};

use super::follow;
use super::problem::Problem;
use super::saga::{Checkout, CheckoutState, saga_id};
use crate::address::PostalAddress;
use crate::cart::{CartError, CartRows, Carts, Claim, Owner, wanted};
use crate::order::{self, NewOrder, OrderError, Orders, may_see, number_from_uuid};
use crate::peers::catalog::CouponRejectionReason;
use crate::peers::payments::PaymentMeans;
use crate::quote::{Destination, Quote, QuoteError, QuoteInput, quote};

/// How long a customer has to complete a payment.
const PAYMENT_WINDOW: TimeDelta = TimeDelta::minutes(30);
/// How long stock and coupon stay held for a payment that has not begun.
const HOLD: TimeDelta = TimeDelta::minutes(5);
/// How often a cart is priced that changes while it is being ordered.
const ATTEMPTS: usize = 5;

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("this idempotency key was used with other input; use a fresh one for another order")]
    KeyReused,
    #[error(
        "the order that was made of this belongs to somebody else now; sign in as its buyer to see it, or order something else with a fresh key"
    )]
    Claimed,
    #[error("a guest's order needs an email address")]
    EmailMissing,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("the order has to be paid: name a gateway and a token, or a saved means of payment")]
    PaymentMissing,
    #[error("name either a gateway with its token, or a saved means of payment")]
    PaymentAmbiguous,
    #[error("`{0}` looks like the number of a card; send the payment gateway's token for it")]
    CardNumber(&'static str),
    #[error("sign in to pay with a saved means of payment")]
    MethodNeedsAccount,
    #[error("the cart changed while it was being ordered; look at it, and order again")]
    CartChanging,
    #[error("the expected total is not an amount of its currency")]
    ExpectedTotal(#[source] MoneyError),
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Cart(#[from] CartError),
    #[error(transparent)]
    Quote(#[from] QuoteError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error("the checkout cannot be started or followed")]
    Saga(#[from] SagaError),
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    #[error("the database does not answer")]
    Database(#[from] DbErr),
}

impl ApiError for PlaceError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::KeyReused => ErrorCode::IdempotencyKeyReused,
            Self::EmailMissing
            | Self::Text(_)
            | Self::PaymentMissing
            | Self::PaymentAmbiguous
            | Self::CardNumber(_)
            | Self::ExpectedTotal(_) => ErrorCode::BadUserInput,
            Self::MethodNeedsAccount => ErrorCode::Unauthenticated,
            Self::CartChanging | Self::Claimed => ErrorCode::Conflict,
            Self::Cart(error) => error.code(),
            Self::Quote(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Money(_) | Self::Saga(_) | Self::Document(_) | Self::Database(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::EmailMissing => Some("email"),
            Self::Text(error) => Some(error.field()),
            Self::PaymentMissing | Self::PaymentAmbiguous => Some("payment"),
            Self::CardNumber(field) => Some(field),
            Self::MethodNeedsAccount => Some("methodId"),
            Self::ExpectedTotal(_) => Some("expectedTotal"),
            Self::Cart(error) => error.field(),
            Self::Quote(error) => error.field(),
            Self::Order(error) => error.field(),
            Self::KeyReused
            | Self::Claimed
            | Self::CartChanging
            | Self::Money(_)
            | Self::Saga(_)
            | Self::Document(_)
            | Self::Database(_) => None,
        }
    }
}

platform_core::api_error!(PlaceError);
platform_sagas::step_error!(PlaceError);

/// What a caller asks for. The lines and the coupon are those of the caller's cart.
///
/// All of it but the key is hashed, without what is as its default has it: say so of each field that is added and is not
/// an `Option`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceInput {
    #[serde(skip)]
    pub idempotency_key: String,
    #[serde(serialize_with = "address_of")]
    pub email: Option<Email>,
    pub shipping_address: PostalAddress,
    #[serde(skip_serializing_if = "is_zero")]
    pub points: i64,
    /// Of a business, for the invoice; it exempts abroad if it is the caller's and marked valid.
    pub vat_id: Option<VatId>,
    pub means: Option<PaymentMeans>,
    /// What the customer was shown last; another total is told instead of charged.
    pub expected_total: Option<Money>,
}

fn address_of<S: Serializer>(email: &Option<Email>, serializer: S) -> Result<S::Ok, S::Error> {
    email.as_ref().map(Email::as_str).serialize(serializer)
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

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

#[derive(Clone)]
pub struct Checkouts {
    pub orders: Orders,
    pub carts: Carts,
    pub sagas: Sagas,
    pub peers: Peers,
}

impl Checkouts {
    #[tracing::instrument(name = "orders.checkout.place", skip_all)]
    pub async fn place(&self, caller: &Caller, input: PlaceInput) -> Result<Placed, PlaceError> {
        let owner = Owner::of(caller)?;
        let key = match &owner {
            Owner::User(id) => format!("user:{id}:{}", input.idempotency_key),
            Owner::Guest(id) => format!("guest:{id}:{}", input.idempotency_key),
        };
        check_means(&owner, input.means.as_ref())?;
        if let Some(known) = order::find_by_key(&self.orders.database, &key).await? {
            return self.answer(known, &input).await;
        }
        let attempted = self.attempt_again(caller, &input, &owner, &key).await;
        if let Ok(Attempt::Begun(order)) = attempted {
            return self.decided(order, true).await;
        }
        // A request with the same key may have emptied the cart, or taken the last of the stock, in the meantime: then
        // its order is the answer, whatever this attempt made of what was left.
        match order::find_by_key(&self.orders.database, &key).await? {
            Some(known) => self.answer(known, &input).await,
            None => match attempted? {
                Attempt::Answered(placed) => Ok(*placed),
                Attempt::Begun(_) | Attempt::Overtaken | Attempt::Changed => Err(OrderError::NotFound.into()),
            },
        }
    }

    /// Attempts until the cart stands still.
    async fn attempt_again(
        &self,
        caller: &Caller,
        input: &PlaceInput,
        owner: &Owner,
        key: &str,
    ) -> Result<Attempt, PlaceError> {
        if matches!(owner, Owner::Guest(_)) && input.email.is_none() {
            return Err(PlaceError::EmailMissing);
        }
        for _ in 0..ATTEMPTS {
            match self.attempt(caller, input, owner, key).await? {
                Attempt::Changed => {}
                ended => return Ok(ended),
            }
        }
        Err(PlaceError::CartChanging)
    }

    /// Starts the checkout of what is in the cart, or says why there is nothing to start.
    async fn attempt(
        &self,
        caller: &Caller,
        input: &PlaceInput,
        owner: &Owner,
        key: &str,
    ) -> Result<Attempt, PlaceError> {
        let Some(cart) = self.carts.find(owner).await? else {
            return Ok(answered(Placed::CartEmpty));
        };
        if let Some(order) = self.carts.ordered_by(&cart).await? {
            return self.ordered(caller, order, &cart).await;
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
            vat_id: input.vat_id.as_ref(),
            fresh: true,
        };
        let quote = quote(&self.peers, caller, wants).await?;
        if let Some(destination) = quote.not_served {
            return Ok(answered(Placed::NotServed(destination)));
        }
        if !quote.priced.problems.is_empty() {
            let quote = quote.with_points_at_hand(&self.peers, caller).await?;
            return Ok(answered(Placed::CartProblems(quote)));
        }
        if let (Some(reason), Some(code)) = (quote.priced.coupon_rejection, &cart.cart.coupon_code) {
            return Ok(answered(Placed::CouponRejected { code: code.clone(), reason }));
        }
        if input.expected_total.is_some_and(|expected| expected != quote.total) {
            let quote = quote.with_points_at_hand(&self.peers, caller).await?;
            return Ok(answered(Placed::TotalChanged(quote)));
        }
        if !quote.to_pay.is_zero() && input.means.is_none() {
            return Err(PlaceError::PaymentMissing);
        }
        let id: OrderId = self.orders.ids.next();
        let now = self.orders.clock.now();
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
            picked_payment_id: (!quote.to_pay.is_zero()).then(|| self.orders.ids.next()),
            payment_id: None,
            confirmed: false,
            problem: None,
        };
        let new = self.new_order(caller, input, &state, &quote, key.to_owned())?;
        self.begin(caller, &cart, new, &state).await
    }

    /// Keeps the order, starts its checkout and ties the cart to it: all or nothing.
    async fn begin(
        &self,
        caller: &Caller,
        cart: &CartRows,
        mut new: NewOrder,
        state: &CheckoutState,
    ) -> Result<Attempt, PlaceError> {
        let tx = self.orders.database.begin().await?;
        match self.carts.claim(&tx, cart, state.order_id).await? {
            Claim::Made { version } => {
                let cart: CartId = cart.cart.id;
                new.order.cart_id = Set(Some(cart));
                new.order.claimed_cart_id = Set(Some(cart));
                new.order.cart_version = Set(Some(version));
            }
            Claim::Ordered(order) => {
                tx.rollback().await?;
                return self.ordered(caller, order, cart).await;
            }
            Claim::Changed => {
                tx.rollback().await?;
                return Ok(Attempt::Changed);
            }
        }
        if self.orders.create(&tx, new).await? {
            self.sagas.start::<Checkout>(&tx, saga_id(state.order_id), state).await?;
            tx.commit().await?;
            return Ok(Attempt::Begun(state.order_id));
        }
        tx.rollback().await?;
        Ok(Attempt::Overtaken)
    }

    /// The answer about a cart that has an order. A guest whose order was claimed has lost it: the cart no longer shows it.
    /// Whoever took a guest's cart over sees the order that the guest has begun of it.
    async fn ordered(&self, caller: &Caller, order: OrderId, cart: &CartRows) -> Result<Attempt, PlaceError> {
        let order = order::find_order(&self.orders.database, order).await?.ok_or(OrderError::NotFound)?;
        match order.user_id.is_none() || may_see(caller, &order) {
            true => Ok(answered(Placed::CartOrdered(order))),
            false if cart.lines.is_empty() => Ok(answered(Placed::CartEmpty)),
            false => Err(PlaceError::Claimed),
        }
    }

    /// Waits until the checkout of `order` is decided or waits itself, and says how it stands.
    async fn answer(&self, order: Model, input: &PlaceInput) -> Result<Placed, PlaceError> {
        if !input.is_same_as(&order.request_hash)? {
            return Err(PlaceError::KeyReused);
        }
        // A guest whose order was claimed has lost it: the key no longer shows it.
        if order.idempotency_key.starts_with("guest:") && order.guest_id.is_none() {
            return Err(PlaceError::Claimed);
        }
        self.decided(order.id, matches!(order.status, Status::Pending | Status::Confirmed)).await
    }

    /// How an order stands, once its checkout, if that `is_under_way`, is decided or waits itself.
    async fn decided(&self, order: OrderId, is_under_way: bool) -> Result<Placed, PlaceError> {
        if is_under_way {
            follow(&self.sagas, saga_id(order)).await?;
        }
        let order = order::find_order(&self.orders.database, order).await?.ok_or(OrderError::NotFound)?;
        match (&order.status, &order.problem) {
            (Status::Failed, Some(problem)) => {
                let problem = serde_json::from_value(problem.clone())?;
                Ok(Placed::Refused { order, problem })
            }
            _ => Ok(Placed::Order(order)),
        }
    }

    fn new_order(
        &self,
        caller: &Caller,
        input: &PlaceInput,
        state: &CheckoutState,
        quote: &Quote,
        key: String,
    ) -> Result<NewOrder, PlaceError> {
        let (ids, now) = (&self.orders.ids, self.orders.clock.now());
        let parts: BTreeMap<VendorId, VendorOrderId> =
            quote.parcels.keys().map(|vendor| (*vendor, ids.next())).collect();
        let order = ActiveModel {
            id: Set(state.order_id),
            number: Set(number_from_uuid(ids.next_uuid())),
            user_id: Set(state.user_id),
            guest_id: Set(state.guest_id.clone()),
            email: Set(input
                .email
                .as_ref()
                .map(|email| email.as_str().to_owned())
                .filter(|_| state.user_id.is_none())),
            idempotency_key: Set(key),
            request_hash: Set(input.fingerprint()?),
            cart_id: Set(None),
            cart_version: Set(None),
            claimed_cart_id: Set(None),
            status: Set(Status::Pending),
            reason: Set(None),
            problem: Set(None),
            currency: Set(Market::of(caller).currency.to_string()),
            market: Set(serde_json::to_value(Market::of(caller))?),
            vat_id: Set(input.vat_id.as_ref().map(ToString::to_string)),
            tax_exempt: Set(Some(quote.priced.tax_exempt)),
            shipping_address: Set(serde_json::to_value(&input.shipping_address)?),
            coupon_code: Set(state.coupon_code.clone()),
            prices_include_tax: Set(quote.priced.prices_include_tax),
            subtotal_minor: Set(quote.priced.subtotal.minor()),
            discount_minor: Set(quote.priced.discount.minor()),
            shipping_minor: Set(quote.shipping_shown().minor()),
            shipping_tax_minor: Set(Some(quote.shipping.tax.minor())),
            tax_minor: Set(quote.tax.minor()),
            total_minor: Set(quote.total.minor()),
            points_minor: Set(quote.points),
            refunded_minor: Set(0),
            payment_id: Set(None),
            payment_action_url: Set(None),
            version: Set(1),
            placed_at: Set(now),
            updated_at: Set(now),
        };
        let mut lines = Vec::with_capacity(quote.priced.lines.len());
        let mut commissions = BTreeMap::<VendorId, (Money, Money)>::new();
        for (position, line) in (0_i32..).zip(&quote.priced.lines) {
            let split = quote.split_line(line);
            let commission = split.commission()?;
            let zero = Money::zero(commission.currency());
            let (total, kept) = commissions.entry(line.vendor_id).or_insert((zero, zero));
            *total = total.checked_add(line.total)?;
            *kept = kept.checked_add(commission)?;
            let Some(vendor_order_id) = parts.get(&line.vendor_id).copied() else { continue };
            lines.push(order_line::ActiveModel {
                id: Set(ids.next()),
                order_id: Set(state.order_id),
                vendor_order_id: Set(vendor_order_id),
                position: Set(position),
                offer_id: Set(line.offer_id),
                variant_id: Set(line.variant_id),
                product_id: Set(line.product_id),
                vendor_id: Set(line.vendor_id),
                sku: Set(line.sku.clone()),
                product_name: Set(line.product_name.clone()),
                variant_name: Set(line.variant_name.clone()),
                image_url: Set(line.image_url.clone()),
                product_slug: Set(line.product_slug.clone()),
                quantity: Set(line.quantity),
                unit_price_minor: Set(line.unit_price.minor()),
                discount_minor: Set(line.discount.minor()),
                discount_by_platform: Set(split.discount_by_platform),
                net_minor: Set(line.net.minor()),
                tax_minor: Set(line.tax.minor()),
                total_minor: Set(line.total.minor()),
                tax_rate: Set(line.tax_rate.clone()),
                commission_bps: Set(split.commission_bps),
                commission_minor: Set(commission.minor()),
            });
        }
        let vendor_orders = parts
            .iter()
            .map(|(vendor, id)| vendor_order::ActiveModel {
                id: Set(*id),
                order_id: Set(state.order_id),
                vendor_id: Set(*vendor),
                user_id: Set(state.user_id),
                status: Set(vendor_order::Status::Pending),
                currency: Set(Market::of(caller).currency.to_string()),
                total_minor: Set(commissions.get(vendor).map_or(0, |(total, _)| total.minor())),
                shipping_minor: Set(quote.parcels.get(vendor).map_or(0, |fee| fee.gross.minor())),
                commission_minor: Set(commissions.get(vendor).map_or(0, |(_, kept)| kept.minor())),
                version: Set(1),
                placed_at: Set(now),
                updated_at: Set(now),
            })
            .collect();
        Ok(NewOrder { order, lines, vendor_orders })
    }
}

/// A card number is refused before anything of the request is kept, hashed or sent on.
fn check_means(owner: &Owner, means: Option<&PaymentMeans>) -> Result<(), PlaceError> {
    match means {
        Some(PaymentMeans::Token { token, .. }) if is_card_number(token) => {
            Err(PlaceError::CardNumber("token"))
        }
        Some(PaymentMeans::Token { gateway, .. }) if is_card_number(gateway) => {
            Err(PlaceError::CardNumber("gateway"))
        }
        Some(PaymentMeans::Saved { .. }) if matches!(owner, Owner::Guest(_)) => {
            Err(PlaceError::MethodNeedsAccount)
        }
        _ => Ok(()),
    }
}
