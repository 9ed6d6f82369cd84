//! Takes the money that a payment holds.

use payments_entities::payment::{Model, Status};
use platform_core::id::PaymentId;

use super::error::PaymentError;
use super::record::after_refusal;
use super::row::{amount, find};
use super::status::{self, Event};
use super::taken::taken;
use crate::app::App;
use crate::gateway::GatewayError;

/// Takes the money that is held, and books it. Captured already: nothing happens.
#[tracing::instrument(name = "payments.capture", skip_all, fields(payment.id = %id))]
pub async fn capture(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    let payment = find(app, id).await?;
    status::apply(payment.status, Event::Captured)?;
    if payment.status == Status::Captured {
        return Ok(payment);
    }
    let amount = amount(&payment)?;
    let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
    let gateway = app.gateways().get(&payment.gateway)?;
    match gateway.capture(reference, amount, &format!("{id}:capture")).await {
        Ok(()) => taken(app, id).await,
        Err(refused @ GatewayError::Refused(_)) => {
            after_refusal(app, &payment, Event::Captured, refused).await
        }
        Err(error) => Err(error.into()),
    }
}
