//! Gives back what gateways hold for a payment that is given up. Asked again it does nothing more.

use payments_entities::payment::Model;
use platform_core::id::PaymentId;

use super::error::PaymentError;
use super::store;
use crate::app::App;
use crate::gateway::Gateway;

pub async fn give_back(app: &App, payment: &Model) -> Result<(), PaymentError> {
    let id = payment.id;
    if store::is_unmade(payment) {
        return give_back_unwritten(app, id).await;
    }
    let Some(gateway) = app.gateways().giving_back(&payment.gateway) else {
        // One that is no longer here holds nothing for us; an order must not wait for it.
        let gateway = &payment.gateway;
        tracing::warn!(gateway, payment.id = %id, "a hold is given up without its gateway");
        return Ok(());
    };
    match &payment.gateway_reference {
        Some(reference) => void(gateway.as_ref(), id, reference).await,
        // Whoever put it to the gateway may have died before the answer was written down.
        None => void_found(gateway.as_ref(), id).await,
    }
}

/// Whoever asked for it died before it was written down, or has not heard yet: nobody here knows of which gateway.
async fn give_back_unwritten(app: &App, id: PaymentId) -> Result<(), PaymentError> {
    for gateway in app.gateways().all() {
        void_found(gateway.as_ref(), id).await?;
    }
    Ok(())
}

async fn void_found(gateway: &dyn Gateway, id: PaymentId) -> Result<(), PaymentError> {
    match gateway.find(&id.to_string()).await? {
        Some(charge) => void(gateway, id, &charge.reference).await,
        None => Ok(()),
    }
}

/// Voids a charge that was made for a payment.
pub async fn void(gateway: &dyn Gateway, id: PaymentId, reference: &str) -> Result<(), PaymentError> {
    Ok(gateway.void(reference, &format!("{id}:void")).await?)
}
