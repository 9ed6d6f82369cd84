//! Payments as clients see them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use payments_entities::payment::{Entity, Model, Status};
use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId};
use platform_identity::{Caller, Owner, Scope};
use platform_server::{Peers, access, caller, rows};

use super::error::PaymentError;
use super::service::Payments;
use super::status;
use super::store::{self, OfOrder};
use crate::app::App;
use crate::gateway::Action;
use crate::peers::orders;
use crate::refund::{OfPayment, Refund};

/// Whether the caller may see a payment: whose order it is, staff, or a service.
fn sees(caller: &Caller, payment: &Model) -> bool {
    let owner = Owner { user: payment.user_id, guest: payment.guest_id.as_deref() };
    caller.may_see(owner, Scope::PaymentsRead)
}

/// One attempt to pay for an order.
pub struct Payment(pub Model);

/// What the customer has to do before a payment can go on.
#[derive(SimpleObject)]
pub struct PaymentAction {
    /// Where to send the customer; relative to the address of this API.
    url: String,
}

/// One attempt to pay for an order. Seen by the buyer and by staff.
#[Object]
impl Payment {
    /// Identifier, by which inputs name the payment; see `Query.payment`.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What it pays for; null where the caller may not see it.
    async fn order(&self) -> Option<Order> {
        Some(Order { id: self.0.order_id.to_graphql() })
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// Name of the gateway that it goes through, even where `paymentGateways` lists it no more.
    async fn gateway(&self) -> &str {
        &self.0.gateway
    }

    /// What the customer pays by it: the order's total without what points pay for.
    async fn amount(&self) -> Result<Money> {
        Ok(self.money(self.0.amount_minor)?)
    }

    /// What was taken: nothing, or all of `amount`.
    async fn captured_amount(&self) -> Result<Money> {
        Ok(self.money(self.0.captured_minor)?)
    }

    /// Refunds made and under way.
    async fn refunded_amount(&self) -> Result<Money> {
        Ok(self.money(self.0.refunded_minor)?)
    }

    /// What the customer has to do, while the status is REQUIRES_ACTION; null where its gateway is not served any more.
    async fn action(&self, ctx: &Context<'_>) -> Result<Option<PaymentAction>> {
        let is_served = ctx.data_unchecked::<App>().gateways().serves(&self.0.gateway);
        if self.0.status != Status::RequiresAction || !is_served {
            return Ok(None);
        }
        let action: Option<Action> =
            self.0.action.clone().map(serde_json::from_value).transpose().map_err(PaymentError::from)?;
        Ok(action.map(|a| PaymentAction { url: a.url }))
    }

    /// Why the gateway declined, as a short code such as `insufficient_funds`; null unless it did.
    async fn decline_code(&self) -> Option<&str> {
        self.0.decline_code.as_deref()
    }

    /// When an action that is still open is given up.
    async fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.0.expires_at
    }

    /// When the attempt began.
    async fn created_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.created_at
    }

    /// All refunds of this payment, oldest first.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn refunds(&self, ctx: &Context<'_>) -> Result<Vec<Refund>> {
        let refunds = rows(ctx).of::<OfPayment>(self.0.id).await?;
        Ok(refunds.into_iter().map(Refund).collect())
    }
}

impl Payment {
    /// The payment, if the caller may see it.
    pub async fn find_visible(ctx: &Context<'_>, id: PaymentId) -> Result<Option<Self>> {
        let found = rows(ctx).by_id::<Entity>(id).await;
        let caller = caller(ctx)?;
        Ok(found?.filter(|payment| sees(caller, payment)).map(Self))
    }

    fn money(&self, minor: i64) -> Result<Money, PaymentError> {
        Ok(Money::from_minor(minor, self.0.currency.parse()?))
    }
}

/// An order, whose payments live here.
pub struct Order {
    pub id: ID,
}

/// What a customer buys in one checkout, from one or several vendors.
#[Object]
impl Order {
    /// Identifier of the order.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// The attempts to pay for this order that the caller may see, oldest first.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn payments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Payment>>> {
        let caller = caller(ctx)?;
        let Ok(id) = self.id.parse::<OrderId>() else { return Ok(Some(Vec::new())) };
        let payments = rows(ctx).of::<OfOrder>(id).await?;
        Ok(Some(payments.into_iter().filter(|p| sees(caller, p)).map(Payment).collect()))
    }
}

#[derive(Default)]
pub struct PaymentQuery;

#[Object]
impl PaymentQuery {
    /// A payment of the caller's, or any for staff; null for strangers.
    #[graphql(directive = access::public::apply())]
    async fn payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Payment.id`.")] id: ID,
    ) -> Result<Option<Payment>> {
        visible(ctx, &id).await
    }

    /// Names of the gateways that can be paid through.
    #[graphql(directive = access::public::apply())]
    async fn payment_gateways(&self, ctx: &Context<'_>) -> Option<Vec<&'static str>> {
        Some(ctx.data_unchecked::<App>().gateways().names().collect())
    }

    #[graphql(entity)]
    async fn find_payment_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Payment>> {
        visible(ctx, &id).await
    }

    #[graphql(entity)]
    async fn find_order_by_id(&self, id: ID) -> Order {
        Order { id }
    }
}

async fn visible(ctx: &Context<'_>, id: &ID) -> Result<Option<Payment>> {
    let Ok(id) = id.parse::<PaymentId>() else { return Ok(None) };
    Payment::find_visible(ctx, id).await
}

/// The answer with a payment, after the checkout that waited for it has gone on.
async fn decided(ctx: &Context<'_>, payment: Model) -> Result<PaymentPayload> {
    if !status::is_deferred(payment.status) {
        orders::resume_checkout(ctx.data_unchecked::<Peers>(), payment.order_id).await;
    }
    Ok(PaymentPayload { payment: Payment(payment) })
}

/// A payment whose customer has completed its action.
#[derive(InputObject)]
pub struct ConfirmPaymentInput {
    /// A payment that the caller may see.
    pub payment_id: PaymentId,
}

/// A payment to take the money of.
#[derive(InputObject)]
pub struct CapturePaymentInput {
    /// A payment that is AUTHORIZED; one that is CAPTURED stays as it is.
    pub payment_id: PaymentId,
}

/// A payment to give up.
#[derive(InputObject)]
pub struct VoidPaymentInput {
    /// A payment that is not CAPTURED; one that is over already stays as it is.
    pub payment_id: PaymentId,
}

/// A payment after it was confirmed, captured or voided.
#[derive(SimpleObject)]
pub struct PaymentPayload {
    /// The payment as it is now.
    payment: Payment,
}

#[derive(Default)]
pub struct PaymentMutation;

#[Object]
impl PaymentMutation {
    /// To be called when the customer has completed a payment's action; the payment as it stands after it.
    #[graphql(directive = access::public::apply())]
    async fn confirm_payment(
        &self,
        ctx: &Context<'_>,
        input: ConfirmPaymentInput,
    ) -> Result<Option<PaymentPayload>> {
        let payments = ctx.data_unchecked::<Payments>();
        let found = store::find(payments.app.database(), input.payment_id).await?;
        let caller = caller(ctx)?;
        if !found.is_some_and(|p| sees(caller, &p)) {
            return Err(PaymentError::NotFound.into());
        }
        decided(ctx, payments.refresh(input.payment_id).await?).await.map(Some)
    }

    /// Takes the money that a payment holds.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn capture_payment(
        &self,
        ctx: &Context<'_>,
        input: CapturePaymentInput,
    ) -> Result<Option<PaymentPayload>> {
        let payments = ctx.data_unchecked::<Payments>();
        Ok(Some(PaymentPayload { payment: Payment(payments.capture(input.payment_id).await?) }))
    }

    /// Gives back the money that a payment holds.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn void_payment(
        &self,
        ctx: &Context<'_>,
        input: VoidPaymentInput,
    ) -> Result<Option<PaymentPayload>> {
        let voided = ctx.data_unchecked::<Payments>().void(input.payment_id).await?;
        decided(ctx, voided).await.map(Some)
    }
}
