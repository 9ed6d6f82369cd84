//! Refunds as staff make them and customers see them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use payments_entities::refund::{Model, Status};
use platform_core::Money;
use platform_core::id::PaymentId;
use platform_core::money::MoneyInput;
use platform_server::access;
use platform_text::paragraphs;

use super::service::{RefundOutcome, Refunds};
use crate::payment::PaymentError;

/// The most characters of a refund's reason.
const MAX_REASON: usize = 500;

/// Money given back from a payment.
pub struct Refund(pub Model);

#[Object]
impl Refund {
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    async fn status(&self) -> Status {
        self.0.status
    }

    async fn amount(&self) -> Result<Money> {
        let currency = self.0.currency.parse().map_err(PaymentError::from)?;
        Ok(Money::from_minor(self.0.amount_minor, currency))
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    async fn created_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.created_at
    }
}

#[derive(InputObject)]
pub struct RefundPaymentInput {
    pub payment_id: PaymentId,
    pub amount: MoneyInput,
    /// At most 500 characters.
    pub reason: String,
    /// The same key gives the same refund, however often it is sent.
    #[graphql(validator(chars_min_length = 1, chars_max_length = 200))]
    pub idempotency_key: String,
}

#[derive(SimpleObject)]
pub struct RefundPayload {
    refund: Refund,
}

/// The payment has less left than was asked for.
#[derive(SimpleObject)]
pub struct RefundTooLarge {
    refundable: Money,
}

/// Nothing of the payment was captured; void it instead.
#[derive(SimpleObject)]
pub struct PaymentNotCaptured {
    payment_id: ID,
}

#[derive(Union)]
pub enum RefundResult {
    Made(RefundPayload),
    TooLarge(RefundTooLarge),
    NotCaptured(PaymentNotCaptured),
}

#[derive(Default)]
pub struct RefundMutation;

#[Object]
impl RefundMutation {
    /// Gives part or all of a captured payment back.
    #[graphql(directive = access::scope::apply("payments:manage"))]
    async fn refund_payment(
        &self,
        ctx: &Context<'_>,
        input: RefundPaymentInput,
    ) -> Result<Option<RefundResult>> {
        let amount = Money::try_from(input.amount).map_err(PaymentError::InvalidAmount)?;
        let reason = paragraphs("reason", &input.reason, MAX_REASON).map_err(PaymentError::from)?;
        let refunds = ctx.data_unchecked::<Refunds>();
        let outcome = refunds.refund(input.payment_id, amount, &reason, &input.idempotency_key).await?;
        Ok(Some(match outcome {
            RefundOutcome::Made(refund) => RefundResult::Made(RefundPayload { refund: Refund(refund) }),
            RefundOutcome::TooLarge { refundable } => RefundResult::TooLarge(RefundTooLarge { refundable }),
            RefundOutcome::NotCaptured => {
                RefundResult::NotCaptured(PaymentNotCaptured { payment_id: input.payment_id.to_graphql() })
            }
        }))
    }
}
