//! Holds the money; waits, if need be, for the customer or the gateway, until the payment's deadline. What the customer
//! pays with is forgotten as soon as there is a payment.

use async_trait::async_trait;
use platform_core::ErrorCode;
use platform_sagas::{OnDeadline, Outcome, Step, StepContext, StepError};
use platform_server::PeerError;

use super::abort;
use super::keep_holding::keep_holding;
use crate::checkout::problem::{PaymentMeansProblem, Problem};
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{self, Change, Event};
use crate::peers::payments::{self, AuthorizeRequest, PaymentState, PaymentStatus, Takeable};

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
        if state.amount.is_zero() {
            return Ok(Outcome::Skipped);
        }
        let payment = match state.payment_id {
            Some(id) => payments::get_payment(saga.app.peers(), id).await?,
            None => match authorize(saga, state).await {
                Ok(payment) => payment,
                Err(error) => match means_problem(&error) {
                    Some(problem) => return Ok(abort(state, Problem::PaymentMeansRejected { problem })),
                    None => return Err(error.into()),
                },
            },
        };
        // The checkout was stuck, and what the customer pays with is forgotten since. Only the customer knows it: the cart is
        // free to be ordered again, and a payment that came about after all is taken back by its key.
        let Some(payment) = payment else { return Ok(abort(state, Problem::PaymentExpired)) };
        state.payment_id = Some(payment.id);
        state.means = None;
        match payment.status {
            PaymentStatus::Authorized | PaymentStatus::Captured => Ok(Outcome::Done),
            PaymentStatus::Created | PaymentStatus::RequiresAction | PaymentStatus::Pending => {
                wait_for_customer(saga, state, payment).await
            }
            PaymentStatus::Declined => {
                let code = payment.decline_code.unwrap_or_else(|| "declined".to_owned());
                Ok(abort(state, declined(code)))
            }
            // By staff, here or at the gateway: nobody else gives up a payment that waits.
            PaymentStatus::Voided => Ok(abort(state, Problem::CancelledByStaff)),
            PaymentStatus::Expired => Ok(abort(state, Problem::PaymentExpired)),
        }
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        state.means = None;
        if state.is_free() {
            // It may have been booked in place of a payment, though nothing that was stored says so.
            return Ok(payments::reverse_free_sale(saga.app.peers(), &state.hold_key()).await?);
        }
        if state.amount.is_zero() {
            return Ok(());
        }
        let payment = match (state.payment_id, state.picked_payment_id) {
            (Some(id), _) => Takeable::Made(id),
            // It may have come about all the same: an answer was lost, or is on its way.
            (None, Some(id)) => Takeable::Asked { id, order_id: state.order_id, amount: state.amount },
            (None, None) => Takeable::Nameless,
        };
        Ok(payments::take_back(saga.app.peers(), payment, &state.hold_key(), "checkout undone").await?)
    }
}

/// The same key again gives the payment as it stands now. `None`: nothing is known to pay with.
async fn authorize(saga: &Checkout, state: &CheckoutState) -> Result<Option<PaymentState>, PeerError> {
    let Some(means) = &state.means else { return Ok(None) };
    let request = AuthorizeRequest {
        id: state.picked_payment_id,
        key: &state.hold_key(),
        order_id: state.order_id,
        user_id: state.user_id,
        guest_id: state.guest_id.as_deref(),
        means,
        amount: state.amount,
        split: &state.split,
        expires_at: state.payment_deadline,
    };
    payments::authorize_payment(saga.app.peers(), request).await.map(Some)
}

/// What is wrong with the customer's means of payment, if that is what payments refuses.
fn means_problem(error: &PeerError) -> Option<PaymentMeansProblem> {
    let PeerError::Refused { code: ErrorCode::BadUserInput, field: Some(field), .. } = error else {
        return None;
    };
    match field.as_str() {
        "gateway" => Some(PaymentMeansProblem::UnknownGateway),
        "token" => Some(PaymentMeansProblem::UnknownToken),
        "methodId" => Some(PaymentMeansProblem::UnknownMethod),
        _ => None,
    }
}

/// The gateway may find out only when it is asked for the money that it does not know what it is asked with.
fn declined(code: String) -> Problem {
    match code.as_str() {
        "unknown_token" => Problem::PaymentMeansRejected { problem: PaymentMeansProblem::UnknownToken },
        _ => Problem::PaymentDeclined { code },
    }
}

async fn wait_for_customer(
    saga: &Checkout,
    state: &mut CheckoutState,
    payment: PaymentState,
) -> Result<Outcome, StepError> {
    if saga.app.now() >= state.payment_deadline {
        return Ok(abort(state, Problem::PaymentExpired));
    }
    if let Some(problem) = keep_holding(saga, state).await? {
        return Ok(abort(state, problem));
    }
    let change =
        Change { payment_id: Some(payment.id), payment_action_url: payment.action_url, ..Change::default() };
    let tx = saga.app.begin().await?;
    order::change(&tx, &saga.app, state.order_id, &[Event::PaymentDeferred], change).await?;
    tx.commit().await?;
    // The event that tells of a payment may be lost, as by a failover: it is looked at before it is given up.
    Ok(Outcome::Park { until: state.payment_deadline, on_deadline: OnDeadline::Again })
}
