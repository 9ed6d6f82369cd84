//! Gives payments up: what their gateways hold goes back, and nothing comes about any more.
//!
//! A payment is written down with its gateway's answer ([`super::authorize`]): whoever gives one up that is not written
//! down keeps it as given up first, so that no answer can be written down after, and then asks every gateway for a charge
//! of its id. Of an answer that is still on its way, whoever waits for it finds the payment given up.
//!
//! So is one that waits for its customer or its gateway: nobody takes its money from then on, whatever the customer does.
//! Whoever dies before the gateway hears of it leaves that to the next who looks, its deadline at the latest. The money of
//! one that is authorised may be about to be taken: there the gateway is asked first, which does the one or the other.

use payments_entities::payment::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId};
use sea_orm::ActiveValue::Set;

use super::error::PaymentError;
use super::give_back::give_back;
use super::record::{after_refusal, close, close_open, refresh};
use super::row::{self, find};
use super::status::{self, Event};
use super::store;
use crate::app::App;
use crate::gateway::GatewayError;
use crate::ledger::Split;

/// Payments of gateways that are gone that one job gives up.
const MAX_STRANDED: u64 = 100;

/// A payment that is given up whether it was made or not.
#[derive(Debug, Clone, Copy)]
pub struct Unmade {
    pub id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
}

/// Gives the hold back, or gives an open payment up. Closed without money already: nothing happens. Where the gateway has
/// taken the money, though nobody has written that down (who asked for it died, or is about to), the payment is captured
/// from then on, and refused as such.
#[tracing::instrument(name = "payments.void", skip_all, fields(payment.id = %id))]
pub async fn void(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    give_up(app, id, Event::Voided).await
}

/// Gives up a payment whose customer did not act in time.
pub async fn expire(app: &App, id: PaymentId) -> Result<(), PaymentError> {
    // The customer may have acted in the last moment; whoever gave it up may have died before its gateway heard of it.
    let payment = refresh(app, id).await?;
    if status::is_deferred(payment.status) {
        give_up_if_open(app, id, Event::Expired).await?;
    }
    Ok(())
}

/// Gives a payment up, unless its money came at the same time: then there is nothing to give up.
async fn give_up_if_open(app: &App, id: PaymentId, event: Event) -> Result<(), PaymentError> {
    match give_up(app, id, event).await {
        Ok(_) | Err(PaymentError::Transition(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Gives up payments that wait for somebody whom no gateway here can hear any more; at most [`MAX_STRANDED`] at once.
pub async fn give_up_stranded(app: &App) -> Result<(), PaymentError> {
    let served: Vec<_> = app.gateways().names().collect();
    for payment in store::open_elsewhere(app.database(), &served, MAX_STRANDED).await? {
        tracing::warn!(payment.id = %payment.id, gateway = payment.gateway, "a payment is given up: its gateway is gone");
        give_up_if_open(app, payment.id, Event::Voided).await?;
    }
    Ok(())
}

/// Gives up the payment of a key. Where the key has none, `unmade` is kept as given up, so that a request which is
/// still on its way makes none; without it the answer is `None`.
pub async fn void_of_key(
    app: &App,
    key: &str,
    unmade: Option<Unmade>,
) -> Result<Option<Model>, PaymentError> {
    if let Some(unmade) = unmade
        && let Some(given_up) = keep_unmade(app, key, unmade).await?
    {
        give_back(app, &given_up).await?;
        return Ok(Some(given_up));
    }
    match store::find_by_key(app.database(), key).await? {
        Some(payment) => void(app, payment.id).await.map(Some),
        None => Ok(None),
    }
}

/// `None` if the key has a payment.
async fn keep_unmade(app: &App, key: &str, unmade: Unmade) -> Result<Option<Model>, PaymentError> {
    let row = ActiveModel {
        request_hash: Set(Vec::new()),
        gateway: Set(store::NO_GATEWAY.to_owned()),
        status: Set(Status::Voided),
        split: Set(serde_json::to_value(Split::default())?),
        ..row::new(app, unmade.id, unmade.order_id, key, unmade.amount)
    };
    Ok(store::insert_unless_known(app.database().write(), row).await?)
}

async fn give_up(app: &App, id: PaymentId, event: Event) -> Result<Model, PaymentError> {
    let mut payment = find(app, id).await?;
    if status::is_open(payment.status) {
        payment = close_open(app, id, event, None).await?;
    }
    let is_closed = status::apply(payment.status, event)? == payment.status;
    match give_back(app, &payment).await {
        Ok(()) if is_closed => Ok(payment),
        Ok(()) => close(app, id, event).await,
        Err(PaymentError::Gateway(refused @ GatewayError::Refused(_))) => {
            after_refusal(app, &payment, event, refused).await
        }
        Err(error) => Err(error),
    }
}
