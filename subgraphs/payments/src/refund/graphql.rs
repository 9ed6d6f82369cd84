//! Refunds as staff make them and customers see them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use payments_entities::refund::{Model, Status};
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::{PaymentId, RefundId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, rows};
use platform_text::{line, paragraphs, token};

use super::finish::{SettleOutcome, settle, waits_for_staff};
use super::key::RefundKey;
use super::make::{RefundOutcome, Wanted, refund};
use super::store;
use super::told::tell_order;
use crate::app::App;
use crate::payment::{Payment, PaymentError};
use crate::points::GivenBackBy;

/// The most characters of a refund's reason.
pub const MAX_REASON: usize = 500;
const MAX_KEY: usize = 200;
/// The most characters of what staff settled a refund by.
const MAX_REFERENCE: usize = 200;

/// Money given back from a payment.
pub struct Refund(pub Model);

/// Money given back from a payment.
#[Object]
impl Refund {
    /// Identifier; see `settleRefund`.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// What is given back, in the payment's currency.
    async fn amount(&self) -> Result<Money> {
        let currency = self.0.currency.parse().map_err(PaymentError::from)?;
        Ok(Money::from_minor(self.0.amount_minor, currency))
    }

    /// Points that came back to the buyer with the money, of an order that points paid in part: those that its pieces cost, or
    /// of an amount of no particular pieces the same part of them as of the money. Zero until the money is given back.
    async fn points(&self, ctx: &Context<'_>) -> Result<i64> {
        let entries = rows(ctx).of::<GivenBackBy>(self.0.id.to_string()).await?;
        Ok(entries.iter().map(|entry| entry.points).sum())
    }

    /// Why, as whoever asked for it wrote; the customer sees it too.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Whether it waits for staff: the gateway that keeps the money is not served any more. They give it back by other
    /// means, and `settleRefund` says so.
    async fn needs_staff(&self) -> bool {
        waits_for_staff(&self.0)
    }

    /// The payment that it gives back; null where the caller may not see it.
    async fn payment(&self, ctx: &Context<'_>) -> Result<Option<Payment>> {
        Payment::find_visible(ctx, self.0.payment_id).await
    }

    /// When it was asked for.
    async fn created_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.created_at
    }
}

/// Money to give back from a captured payment.
#[derive(InputObject)]
pub struct RefundPaymentInput {
    /// The payment to give it back from.
    pub payment_id: PaymentId,
    /// In money, above zero, in the payment's currency, and at most what is left of it; the same part of the points that
    /// the order was paid by comes back besides.
    pub amount: MoneyInput,
    /// Why, for the customer to read too; at most 500 characters.
    pub reason: String,
    /// The same key gives the same refund, however often and by whomever of staff it is sent. With another payment, amount or
    /// reason it is refused as IDEMPOTENCY_KEY_REUSED. 1 to 200 characters that can be seen.
    pub idempotency_key: String,
}

/// The refund was stored; its status says whether the money is given back.
#[derive(SimpleObject)]
pub struct RefundPayload {
    /// The refund as it is now.
    refund: Refund,
}

/// The payment has less left than was asked for.
#[derive(SimpleObject)]
pub struct RefundTooLarge {
    /// What is left, refunds under way taken off.
    refundable: Money,
}

/// Nothing of the payment was captured; void it instead.
#[derive(SimpleObject)]
pub struct PaymentNotCaptured {
    /// The payment that was asked for.
    payment_id: ID,
}

/// Outcome of `refundPayment`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum RefundResult {
    Made(RefundPayload),
    TooLarge(RefundTooLarge),
    NotCaptured(PaymentNotCaptured),
}

/// A refund that staff have made by other means.
#[derive(InputObject)]
pub struct SettleRefundInput {
    /// A refund that `needsStaff`; `refundsToSettle` lists them.
    pub refund_id: RefundId,
    /// By what the money was given back, such as the number of a transfer; at most 200 characters.
    pub reference: String,
}

/// The refund was made or has failed already, or its gateway still works at it.
#[derive(SimpleObject)]
pub struct RefundNotWaiting {
    /// The refund as it is now.
    refund: Refund,
}

/// Outcome of `settleRefund`.
#[derive(Union)]
pub enum SettleRefundResult {
    Settled(RefundPayload),
    NotWaiting(RefundNotWaiting),
}

#[derive(Default)]
pub struct RefundQuery;

#[Object]
impl RefundQuery {
    /// Refunds that wait for staff, because the gateway that keeps the money is not served any more; oldest first.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn refunds_to_settle(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Refund>>> {
        let page = Page::<RefundId>::parse(first, after.as_deref())?;
        let database = ctx.data_unchecked::<App>().database();
        let rows = store::waiting_for_staff(database, &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, Refund)))
    }
}

#[derive(Default)]
pub struct RefundMutation;

#[Object]
impl RefundMutation {
    /// Gives part or all of a captured payment back. Of an order that was paid in part by points, points come back in
    /// proportion; `Refund.points` says how many. Where its gateway is not served any more, the refund stays PENDING
    /// and `needsStaff`.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn refund_payment(
        &self,
        ctx: &Context<'_>,
        input: RefundPaymentInput,
    ) -> Result<Option<RefundResult>> {
        let amount = Money::try_from(input.amount).map_err(PaymentError::InvalidAmount)?;
        token("idempotencyKey", &input.idempotency_key, 1..=MAX_KEY).map_err(PaymentError::from)?;
        let reason = paragraphs("reason", &input.reason, MAX_REASON).map_err(PaymentError::from)?;
        let (app, key) = (ctx.data_unchecked::<App>(), RefundKey::OfShop(&input.idempotency_key));
        let wanted = Wanted::amount(amount)?;
        let outcome = refund(app, input.payment_id, wanted, &reason, key).await?;
        Ok(Some(match outcome {
            RefundOutcome::Made(refund) => {
                tell_order(app, &refund).await?;
                RefundResult::Made(RefundPayload { refund: Refund(refund) })
            }
            RefundOutcome::TooLarge { refundable } => RefundResult::TooLarge(RefundTooLarge { refundable }),
            RefundOutcome::NotCaptured => {
                RefundResult::NotCaptured(PaymentNotCaptured { payment_id: input.payment_id.to_graphql() })
            }
        }))
    }

    /// Says that a refund which `needsStaff` was made by other means: it is booked, and the order hears of it.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn settle_refund(
        &self,
        ctx: &Context<'_>,
        input: SettleRefundInput,
    ) -> Result<Option<SettleRefundResult>> {
        let reference = line("reference", &input.reference, MAX_REFERENCE).map_err(PaymentError::from)?;
        let app = ctx.data_unchecked::<App>();
        Ok(Some(match settle(app, input.refund_id, &reference).await? {
            SettleOutcome::Settled(refund) => {
                tell_order(app, &refund).await?;
                SettleRefundResult::Settled(RefundPayload { refund: Refund(refund) })
            }
            SettleOutcome::NotWaiting(refund) => {
                SettleRefundResult::NotWaiting(RefundNotWaiting { refund: Refund(refund) })
            }
        }))
    }
}
