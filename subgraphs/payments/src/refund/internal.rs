//! Refunds as orders makes them: of all that is left when an order is called off, and of some of its pieces.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use payments_entities::refund::Status;
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::{PaymentId, RefundId};
use platform_text::paragraphs;

use super::graphql::MAX_REASON;
use super::key::RefundKey;
use super::left::refunded;
use super::make::{RefundOutcome, Wanted, refund};
use super::rest::refund_remaining;
use crate::app::App;
use crate::ledger::{Split, SplitInput};
use crate::payment::{self, PaymentError};
use crate::points::points_given_back;

/// A part of an order's money to give back.
#[derive(InputObject)]
struct RefundPartInput {
    /// The refund's id, of the caller's choice, which is its key: the same makes one refund. With another amount, split or
    /// reason it is refused.
    id: RefundId,
    /// The payment to give it back from.
    payment_id: PaymentId,
    /// What goes back in money, in the payment's currency; zero where points alone go back.
    amount: MoneyInput,
    /// How the pieces and the shipping divide that it is the price of: whose they are, and the points that come back besides.
    split: SplitInput,
    /// Why, for the customer to read too; at most 500 characters.
    reason: String,
}

/// The refund was stored; its status says whether the money is given back.
#[derive(SimpleObject)]
struct PartRefund {
    /// Where it stands; PENDING where it waits for staff, because its gateway is not served any more.
    status: Status,
    /// Points that came back with it; zero until it is made.
    points: i64,
    /// What was given back of the payment in all.
    refunded: Money,
    /// Points that were given back of it in all, those included that come back when the order has spent them.
    points_refunded: i64,
}

/// The payment has less left than was asked for.
#[derive(SimpleObject)]
struct PartTooLarge {
    /// What is left, refunds under way taken off.
    refundable: Money,
}

/// Nothing of the payment was captured.
#[derive(SimpleObject)]
struct PaymentNotTaken {
    /// The payment that was asked for.
    payment_id: ID,
}

/// Outcome of `refundPart`.
#[derive(Union)]
enum RefundPartResult {
    Kept(PartRefund),
    TooLarge(PartTooLarge),
    NotTaken(PaymentNotTaken),
}

#[derive(Default)]
pub struct InternalRefundMutation;

#[Object]
impl InternalRefundMutation {
    /// Gives back all that is left of a captured payment, once for a key. Returns true.
    async fn refund_remaining(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment to give it back from.")] id: PaymentId,
        #[graphql(desc = "The caller's key: the same key refunds once, unless the gateway refused.")]
        idempotency_key: String,
        #[graphql(desc = "Why, for the customer to read too.")] reason: String,
    ) -> Result<bool> {
        refund_remaining(ctx.data_unchecked::<App>(), id, &reason, &idempotency_key).await?;
        Ok(true)
    }

    /// Gives a part of a captured payment back, once for an id; one that the gateway refused stays refused.
    async fn refund_part(&self, ctx: &Context<'_>, input: RefundPartInput) -> Result<RefundPartResult> {
        let amount = Money::try_from(input.amount).map_err(PaymentError::InvalidAmount)?;
        let reason = paragraphs("reason", &input.reason, MAX_REASON).map_err(PaymentError::from)?;
        let (app, key) = (ctx.data_unchecked::<App>(), RefundKey::Picked(input.id));
        let split = Split::from(input.split);
        let wanted = Wanted::pieces(amount, &split)?;
        Ok(match refund(app, input.payment_id, wanted, &reason, key).await? {
            RefundOutcome::Made(refund) => {
                let database = app.database().read();
                let in_all = refunded(database, &payment::find(app, input.payment_id).await?).await?;
                RefundPartResult::Kept(PartRefund {
                    status: refund.status,
                    points: points_given_back(database, refund.id).await?,
                    refunded: in_all.money,
                    points_refunded: in_all.points.minor(),
                })
            }
            RefundOutcome::TooLarge { refundable } => RefundPartResult::TooLarge(PartTooLarge { refundable }),
            RefundOutcome::NotCaptured => {
                RefundPartResult::NotTaken(PaymentNotTaken { payment_id: input.payment_id.to_graphql() })
            }
        })
    }
}
