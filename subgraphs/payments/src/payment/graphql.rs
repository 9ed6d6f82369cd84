//! Payments as clients ask for them, and as their owners and staff move them on.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use payments_entities::payment::Model;
use platform_core::id::PaymentId;
use platform_identity::Scope;
use platform_server::{access, caller};

use super::capture::capture;
use super::error::PaymentError;
use super::give_up::void;
use super::record::refresh;
use super::row::find;
use super::status;
use super::view::{Order, Payment, sees};
use crate::app::App;
use crate::peers::orders;

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
async fn decided(app: &App, payment: Model) -> Result<PaymentPayload> {
    if !status::is_deferred(payment.status) {
        orders::resume_checkout(&app.peers, payment.order_id).await;
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
        let app = ctx.data_unchecked::<App>();
        if !sees(caller(ctx)?, &find(app, input.payment_id).await?) {
            return Err(PaymentError::NotFound.into());
        }
        decided(app, refresh(app, input.payment_id).await?).await.map(Some)
    }

    /// Takes the money that a payment holds.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn capture_payment(
        &self,
        ctx: &Context<'_>,
        input: CapturePaymentInput,
    ) -> Result<Option<PaymentPayload>> {
        let captured = capture(ctx.data_unchecked::<App>(), input.payment_id).await?;
        Ok(Some(PaymentPayload { payment: Payment(captured) }))
    }

    /// Gives back the money that a payment holds.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn void_payment(
        &self,
        ctx: &Context<'_>,
        input: VoidPaymentInput,
    ) -> Result<Option<PaymentPayload>> {
        let app = ctx.data_unchecked::<App>();
        decided(app, void(app, input.payment_id).await?).await.map(Some)
    }
}
