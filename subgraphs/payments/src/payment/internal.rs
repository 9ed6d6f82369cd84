//! Payments as the checkout drives them.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use payments_entities::payment::{Model, Status};
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::{OrderId, PaymentId, PaymentMethodId, UserId};
use platform_text::token;

use super::authorize::authorize;
use super::capture::capture;
use super::claimed::claim;
use super::error::PaymentError;
use super::give_up::{self, Unmade};
use super::request::{AuthorizeInput, Means};
use super::row::amount;
use super::store;
use crate::app::App;
use crate::gateway::Action;
use crate::ledger::SplitInput;
use crate::refund::refunded;

/// The most characters of a caller's key.
const MAX_KEY: usize = 200;

/// Money to hold for an order, by a gateway's token or by what the user has saved.
#[derive(InputObject)]
pub struct AuthorizePaymentInput {
    /// The payment's id, of the caller's choice: the same with the same key. Chosen here unless given.
    pub id: Option<PaymentId>,
    /// The caller's key, of 1 to 200 characters: one payment for each.
    pub idempotency_key: String,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// The buyer; null for a guest.
    pub user_id: Option<UserId>,
    /// The guest's own id; null for a user.
    pub guest_id: Option<String>,
    /// One of `paymentGateways`, together with a token.
    pub gateway: Option<String>,
    /// The gateway's token for the means of payment.
    pub token: Option<String>,
    /// What the user has saved, in place of a gateway and a token.
    pub method_id: Option<PaymentMethodId>,
    /// What to hold; above zero.
    pub amount: MoneyInput,
    /// How the amount divides when it is captured.
    pub split: SplitInput,
    /// When an action that the customer has not completed is given up.
    pub expires_at: DateTime<Utc>,
}

/// A payment as its caller would have it made.
#[derive(InputObject)]
pub struct UnmadePaymentInput {
    /// The id that the payment was to have.
    pub id: PaymentId,
    /// The order that it was to pay for.
    pub order_id: OrderId,
    /// What it was to hold; above zero.
    pub amount: MoneyInput,
}

/// A payment as it stands.
#[derive(SimpleObject)]
#[graphql(name = "Payment", complex)]
pub struct InternalPayment {
    #[graphql(skip)]
    payment_id: PaymentId,
    /// Identifier of the payment.
    id: ID,
    /// Where it stands.
    status: Status,
    /// What is held, or taken once the status is CAPTURED.
    amount: Money,
    /// Where to send the customer, while the status is REQUIRES_ACTION.
    action_url: Option<String>,
    /// Why the gateway declined, as a short code such as `insufficient_funds`; null unless it did.
    decline_code: Option<String>,
    /// When an action that is still open is given up.
    expires_at: Option<DateTime<Utc>>,
}

#[ComplexObject]
impl InternalPayment {
    /// What was given back of it; without refunds that are under way.
    async fn refunded(&self, ctx: &Context<'_>) -> Result<Money> {
        let app = ctx.data_unchecked::<App>();
        let payment = super::row::find(app, self.payment_id).await?;
        Ok(refunded(app.database().read(), &payment).await?.money)
    }
}

impl InternalPayment {
    fn new(app: &App, payment: Model) -> Result<Self, PaymentError> {
        let amount = amount(&payment)?;
        // Nobody is sent to a gateway that is gone.
        let action = payment.action.filter(|_| app.gateways().serves(&payment.gateway));
        let action: Option<Action> = action.map(serde_json::from_value).transpose()?;
        Ok(Self {
            payment_id: payment.id,
            id: payment.id.to_graphql(),
            status: payment.status,
            amount,
            action_url: action.map(|a| a.url),
            decline_code: payment.decline_code,
            expires_at: payment.expires_at,
        })
    }
}

#[derive(Default)]
pub struct InternalPaymentQuery;

#[Object]
impl InternalPaymentQuery {
    /// A payment as it stands; null if there is none with this id.
    async fn payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment to read.")] id: PaymentId,
    ) -> Result<Option<InternalPayment>> {
        let app = ctx.data_unchecked::<App>();
        let found = store::find(app.database(), id).await?;
        Ok(found.map(|payment| InternalPayment::new(app, payment)).transpose()?)
    }
}

#[derive(Default)]
pub struct InternalPaymentMutation;

#[Object]
impl InternalPaymentMutation {
    /// Holds the money of an order. The same key gives the same payment, as it stands now; with other input it is
    /// refused. The outcome of an open payment comes as PaymentAuthorized or PaymentFailed.
    async fn authorize_payment(
        &self,
        ctx: &Context<'_>,
        input: AuthorizePaymentInput,
    ) -> Result<InternalPayment> {
        token("idempotencyKey", &input.idempotency_key, 1..=MAX_KEY).map_err(PaymentError::from)?;
        let means = match (input.gateway, input.token, input.method_id) {
            (Some(gateway), Some(token), None) => Means::Token { gateway, token },
            (None, None, Some(method)) => Means::Saved(method),
            _ => return Err(PaymentError::NoMeans.into()),
        };
        let app = ctx.data_unchecked::<App>();
        let input = AuthorizeInput {
            id: input.id,
            idempotency_key: input.idempotency_key,
            order_id: input.order_id,
            user_id: input.user_id,
            guest_id: input.guest_id,
            means,
            amount: Money::try_from(input.amount).map_err(PaymentError::InvalidAmount)?,
            split: input.split.into(),
            expires_at: input.expires_at,
        };
        let payment = authorize(app, input).await?;
        Ok(InternalPayment::new(app, payment)?)
    }

    /// Takes the money that a payment holds; taken already: nothing happens. Refused with the field `gateway` where its
    /// gateway is not served any more. One that the gateway holds no more is refused with CONFLICT, and VOIDED or DECLINED
    /// from then on.
    async fn capture_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A payment that is AUTHORIZED or CAPTURED.")] id: PaymentId,
    ) -> Result<InternalPayment> {
        let app = ctx.data_unchecked::<App>();
        Ok(InternalPayment::new(app, capture(app, id).await?)?)
    }

    /// Gives up a payment that is not captured; given up already: nothing happens. One whose money the gateway has taken
    /// is refused with CONFLICT, and CAPTURED from then on.
    async fn void_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A payment that is not CAPTURED.")] id: PaymentId,
    ) -> Result<InternalPayment> {
        let app = ctx.data_unchecked::<App>();
        Ok(InternalPayment::new(app, give_up::void(app, id).await?)?)
    }

    /// Makes the payments of a guest's order a user's, as `OrderClaimed` does; theirs already: nothing happens. Returns true.
    async fn claim_payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order that was claimed.")] order_id: OrderId,
        #[graphql(desc = "Whose it is now.")] user_id: UserId,
    ) -> Result<bool> {
        claim(ctx.data_unchecked::<App>(), order_id, user_id).await?;
        Ok(true)
    }

    /// Gives up the payment of a key, as `voidPayment` does. Where the key has none, `unmade` is kept as given up: the key
    /// makes no other from then on. Without `unmade` the answer is null then.
    async fn void_payment_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that the payment was authorized with.")] idempotency_key: String,
        #[graphql(
            desc = "Of a payment that may not be there yet: it is made as voided, so that it cannot be made after."
        )]
        unmade: Option<UnmadePaymentInput>,
    ) -> Result<Option<InternalPayment>> {
        token("idempotencyKey", &idempotency_key, 1..=MAX_KEY).map_err(PaymentError::from)?;
        let unmade = unmade.map(|unmade| {
            let amount = Money::try_from(unmade.amount).map_err(PaymentError::InvalidAmount)?;
            if amount.minor() <= 0 {
                return Err(PaymentError::NothingToPay);
            }
            Ok(Unmade { id: unmade.id, order_id: unmade.order_id, amount })
        });
        let app = ctx.data_unchecked::<App>();
        let voided = give_up::void_of_key(app, &idempotency_key, unmade.transpose()?).await?;
        Ok(voided.map(|payment| InternalPayment::new(app, payment)).transpose()?)
    }
}
