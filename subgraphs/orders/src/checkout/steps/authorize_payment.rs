//! Holds the money; waits, if need be, for the customer or the gateway, until the payment's deadline.

use async_trait::async_trait;
use platform_sagas::{OnDeadline, Outcome, Step, StepContext, StepError};

use super::abort;
use super::keep_holding::keep_holding;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{Change, Event};
use crate::peers::payments::{self, AuthorizeRequest, PaymentState, PaymentStatus};

pub struct AuthorizePayment;

#[async_trait]
impl Step<Checkout> for AuthorizePayment {
    fn name(&self) -> &'static str {
        "authorize_payment"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let Some(means) = state.means.clone().filter(|_| !state.amount.is_zero()) else {
            return Ok(Outcome::Skipped);
        };
        // The same key again gives the payment as it stands now.
        let payment = payments::authorize_payment(
            &saga.peers,
            AuthorizeRequest {
                key: &state.hold_key(),
                order_id: state.order_id,
                user_id: state.user_id,
                guest_id: state.guest_id.as_deref(),
                gateway: &means.gateway,
                token: &means.token,
                amount: state.amount,
                split: &state.split,
                expires_at: state.payment_deadline,
            },
        )
        .await?;
        state.payment_id = Some(payment.id);
        match payment.status {
            PaymentStatus::Authorized | PaymentStatus::Captured => Ok(Outcome::Done),
            PaymentStatus::Created | PaymentStatus::RequiresAction | PaymentStatus::Pending => {
                wait_for_customer(saga, state, payment).await
            }
            PaymentStatus::Declined => {
                let code = payment.decline_code.unwrap_or_else(|| "declined".to_owned());
                Ok(abort(state, Problem::PaymentDeclined { code }))
            }
            PaymentStatus::Voided | PaymentStatus::Expired => Ok(abort(state, Problem::PaymentExpired)),
        }
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        if let Some(id) = state.payment_id {
            payments::void_payment(&saga.peers, id).await?;
        }
        Ok(())
    }
}

async fn wait_for_customer(
    saga: &Checkout,
    state: &mut CheckoutState,
    payment: PaymentState,
) -> Result<Outcome, StepError> {
    if let Some(problem) = keep_holding(saga, state).await? {
        return Ok(abort(state, problem));
    }
    let change =
        Change { payment_id: Some(payment.id), payment_action_url: payment.action_url, ..Change::default() };
    let tx = saga.orders.database.begin().await?;
    saga.orders.change(&tx, state.order_id, Event::PaymentDeferred, change).await?;
    tx.commit().await?;
    let on_deadline = OnDeadline::Fail(Problem::PaymentExpired.code().to_owned());
    Ok(Outcome::Park { until: state.payment_deadline, on_deadline })
}
