//! Places an order: once for each key of a caller, however often and from however many places it is sent.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use orders_entities::order::{ActiveModel, Model, Status};
use orders_entities::{order_line, vendor_order};
use platform_core::id::{OrderId, VendorId, VendorOrderId};
use platform_core::{ApiError, ErrorCode, Money, MoneyError};
use platform_identity::Caller;
use platform_sagas::{SagaError, Sagas};
use platform_server::Peers;
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use super::saga::{Checkout, CheckoutState, PaymentMeans, saga_id};
use crate::address::PostalAddress;
use crate::cart::{CartError, Carts, Owner, wanted};
use crate::order::{self, NewOrder, OrderError, Orders, number_from_uuid};
use crate::quote::{Quote, QuoteError, QuoteInput, quote};

/// How long a customer has to complete a payment.
const PAYMENT_WINDOW: TimeDelta = TimeDelta::minutes(30);
/// How much longer stock stays held than the payment may take.
const HOLD_MARGIN: TimeDelta = TimeDelta::minutes(10);
/// How long the answer waits for the checkout; it goes on without the caller after that.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("this idempotency key was used with other input; use a fresh one for another order")]
    KeyReused,
    #[error("a guest's order needs an email address")]
    EmailMissing,
    #[error("`{0}` is not an email address")]
    EmailInvalid(String),
    #[error("the order has to be paid: name a gateway and a token")]
    PaymentMissing,
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
            Self::EmailMissing | Self::EmailInvalid(_) | Self::PaymentMissing | Self::Money(_) => {
                ErrorCode::BadUserInput
            }
            Self::Cart(error) => error.code(),
            Self::Quote(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Saga(_) | Self::Document(_) | Self::Database(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::EmailMissing | Self::EmailInvalid(_) => Some("email"),
            Self::PaymentMissing => Some("payment"),
            Self::Quote(error) => error.field(),
            _ => None,
        }
    }
}

platform_core::api_error!(PlaceError);

/// What a caller asks for. The lines and the coupon are those of the caller's cart.
#[derive(Debug, Clone)]
pub struct PlaceInput {
    pub idempotency_key: String,
    pub email: Option<String>,
    pub shipping_address: PostalAddress,
    pub points: i64,
    pub means: Option<PaymentMeans>,
    /// What the customer was shown last; another total is told instead of charged.
    pub expected_total: Option<Money>,
}

impl PlaceInput {
    /// What must be the same when the key comes again.
    fn hash(&self) -> Vec<u8> {
        Sha256::digest(format!(
            "{:?}\n{:?}\n{}\n{:?}\n{:?}",
            self.email, self.shipping_address, self.points, self.means, self.expected_total
        ))
        .to_vec()
    }
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
    TotalChanged(Quote),
    /// Lines that cannot be bought as they stand.
    CartProblems(Quote),
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
        let hash = input.hash();
        if let Some(known) = order::find_by_key(&self.orders.database, &key).await? {
            return self.answer(known, &hash).await;
        }
        let attempted = self.attempt(caller, input, &owner, &key, &hash).await;
        // A request with the same key may have emptied the cart, or taken the last of the stock, in the meantime: then
        // its order is the answer, whatever this attempt made of what was left.
        match order::find_by_key(&self.orders.database, &key).await? {
            Some(known) => self.answer(known, &hash).await,
            None => attempted?.ok_or_else(|| OrderError::NotFound.into()),
        }
    }

    /// Starts the checkout of what is in the cart, or says why there is nothing to start. `None`: an order
    /// with this key exists now.
    async fn attempt(
        &self,
        caller: &Caller,
        input: PlaceInput,
        owner: &Owner,
        key: &str,
        hash: &[u8],
    ) -> Result<Option<Placed>, PlaceError> {
        check_email(owner, input.email.as_deref())?;
        let Some(cart) = self.carts.find(owner).await?.filter(|c| !c.lines.is_empty()) else {
            return Ok(Some(Placed::CartEmpty));
        };
        let lines = wanted(&cart);
        let coupon_code = cart.cart.coupon_code;
        let wants = QuoteInput {
            lines: &lines,
            coupon_code: coupon_code.as_deref(),
            points: input.points,
            fresh: true,
        };
        let quote = quote(&self.peers, caller, wants).await?;
        if !quote.priced.problems.is_empty() || quote.priced.coupon_rejection.is_some() {
            return Ok(Some(Placed::CartProblems(quote)));
        }
        if input.expected_total.is_some_and(|expected| expected != quote.total) {
            return Ok(Some(Placed::TotalChanged(quote)));
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
            coupon_code,
            points: quote.points,
            amount: quote.to_pay,
            split: quote.split()?,
            means: input.means.clone(),
            payment_deadline: now + PAYMENT_WINDOW,
            hold_until: now + PAYMENT_WINDOW + HOLD_MARGIN,
            payment_id: None,
            problem: None,
        };
        let new = self.new_order(caller, &input, &state, &quote, key.to_owned(), hash.to_vec())?;
        let tx = self.orders.database.begin().await?;
        if self.orders.create(&tx, new).await? {
            self.sagas.start::<Checkout>(&tx, saga_id(id), &state).await?;
            tx.commit().await?;
        } else {
            // Another request with this key came first.
            tx.rollback().await?;
        }
        Ok(None)
    }

    /// Waits until the checkout of `order` is decided or waits itself, and says how it stands.
    async fn answer(&self, order: Model, hash: &[u8]) -> Result<Placed, PlaceError> {
        if order.request_hash != hash {
            return Err(PlaceError::KeyReused);
        }
        let undecided = matches!(order.status, Status::Pending | Status::Confirmed);
        if undecided {
            match tokio::time::timeout(ANSWER_WITHIN, self.sagas.drive(saga_id(order.id))).await {
                Ok(driven) => drop(driven?),
                Err(_) => tracing::warn!(order.id = %order.id, "the checkout goes on after its answer"),
            }
        }
        let order = order::find_order(&self.orders.database, order.id).await?.ok_or(OrderError::NotFound)?;
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
        hash: Vec<u8>,
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
                .as_deref()
                .map(|e| e.trim().to_lowercase())
                .filter(|_| state.user_id.is_none())),
            idempotency_key: Set(key),
            request_hash: Set(hash),
            status: Set(Status::Pending),
            reason: Set(None),
            problem: Set(None),
            currency: Set(caller.market.currency.to_string()),
            market: Set(serde_json::to_value(&caller.market)?),
            shipping_address: Set(serde_json::to_value(&input.shipping_address)?),
            coupon_code: Set(state.coupon_code.clone()),
            prices_include_tax: Set(quote.priced.prices_include_tax),
            subtotal_minor: Set(quote.priced.subtotal.minor()),
            discount_minor: Set(quote.priced.discount.minor()),
            shipping_minor: Set(quote.shipping.minor()),
            tax_minor: Set(quote.priced.tax.minor()),
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
            let commission = split.commission(quote.priced.prices_include_tax)?;
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
                currency: Set(caller.market.currency.to_string()),
                total_minor: Set(commissions.get(vendor).map_or(0, |(total, _)| total.minor())),
                shipping_minor: Set(quote.parcels.get(vendor).map_or(0, |fee| fee.minor())),
                commission_minor: Set(commissions.get(vendor).map_or(0, |(_, kept)| kept.minor())),
                version: Set(1),
                placed_at: Set(now),
                updated_at: Set(now),
            })
            .collect();
        Ok(NewOrder { order, lines, vendor_orders })
    }
}

fn check_email(owner: &Owner, email: Option<&str>) -> Result<(), PlaceError> {
    match (owner, email.map(str::trim)) {
        (Owner::Guest(_), None | Some("")) => Err(PlaceError::EmailMissing),
        (_, Some(email)) if !email.is_empty() => {
            let valid =
                email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            if valid { Ok(()) } else { Err(PlaceError::EmailInvalid(email.chars().take(64).collect())) }
        }
        _ => Ok(()),
    }
}
