//! Gives payments up: what their gateways hold goes back, and nothing comes about any more.
//!
//! A payment is written down with its gateway's answer ([`super::authorize`]): whoever gives one up that is not written
//! down keeps it as given up first, so that no answer can be written down after, and then asks every gateway for a charge
//! of its id. Of an answer that is still on its way, whoever waits for it finds the payment given up.

use payments_entities::payment::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId};
use sea_orm::ActiveValue::Set;

use super::error::PaymentError;
use super::service::Payments;
use super::status::{self, Event};
use super::store;
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

impl Payments {
    /// Gives the hold back, or gives an open payment up. Closed without money already: nothing happens.
    #[tracing::instrument(name = "payments.void", skip_all, fields(payment.id = %id))]
    pub async fn void(&self, id: PaymentId) -> Result<Model, PaymentError> {
        self.give_up(id, Event::Voided).await
    }

    /// Gives a payment up for who gives back what is taken of it. Where the gateway voids no more because it has taken the
    /// money, though nobody has written that down (who asked for it died, or is about to), the payment is captured here
    /// too; then it is refused as one that is captured.
    pub async fn void_or_capture(&self, id: PaymentId) -> Result<Model, PaymentError> {
        let refused = match self.void(id).await {
            Err(error @ PaymentError::Gateway(GatewayError::Refused(_))) => error,
            other => return other,
        };
        let payment = store::find(self.app.database(), id).await?.ok_or(PaymentError::NotFound)?;
        if payment.status != Status::Authorized {
            status::apply(payment.status, Event::Voided)?;
            return Err(refused);
        }
        match self.capture(id).await {
            Ok(captured) => {
                status::apply(captured.status, Event::Voided)?;
                Err(refused)
            }
            Err(error) => {
                tracing::warn!(payment.id = %id, %error, "a payment is neither voided nor captured by its gateway");
                Err(refused)
            }
        }
    }

    /// Gives up a payment whose customer did not act in time.
    pub async fn expire(&self, id: PaymentId) -> Result<(), PaymentError> {
        // The customer may have acted in the last moment.
        let payment = self.refresh(id).await?;
        if status::is_deferred(payment.status) {
            self.give_up_if_open(id, Event::Expired).await?;
        }
        Ok(())
    }

    /// Gives a payment up, unless its money came at the same time: then there is nothing to give up.
    async fn give_up_if_open(&self, id: PaymentId, event: Event) -> Result<(), PaymentError> {
        match self.give_up(id, event).await {
            Ok(_) | Err(PaymentError::Transition(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives up payments that wait for somebody whom no gateway here can hear any more; at most [`MAX_STRANDED`] at once.
    pub async fn give_up_stranded(&self) -> Result<(), PaymentError> {
        let served: Vec<_> = self.app.gateways().names().collect();
        for payment in store::open_elsewhere(self.app.database(), &served, MAX_STRANDED).await? {
            tracing::warn!(payment.id = %payment.id, gateway = payment.gateway, "a payment is given up: its gateway is gone");
            self.give_up_if_open(payment.id, Event::Voided).await?;
        }
        Ok(())
    }

    /// Gives up the payment of a key. Where the key has none, `unmade` is kept as given up, so that a request which is
    /// still on its way makes none; without it the answer is `None`.
    pub async fn void_of_key(
        &self,
        key: &str,
        unmade: Option<Unmade>,
    ) -> Result<Option<Model>, PaymentError> {
        if let Some(unmade) = unmade
            && let Some(given_up) = self.keep_unmade(key, unmade).await?
        {
            self.give_back_unwritten(given_up.id).await?;
            return Ok(Some(given_up));
        }
        match store::find_by_key(self.app.database(), key).await? {
            Some(payment) => self.void_or_capture(payment.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// `None` if the key has a payment.
    async fn keep_unmade(&self, key: &str, unmade: Unmade) -> Result<Option<Model>, PaymentError> {
        let now = self.app.now();
        let nothing = Split::default();
        let row = ActiveModel {
            id: Set(unmade.id),
            order_id: Set(unmade.order_id),
            user_id: Set(None),
            guest_id: Set(None),
            idempotency_key: Set(key.to_owned()),
            request_hash: Set(Vec::new()),
            gateway: Set(store::NO_GATEWAY.to_owned()),
            gateway_reference: Set(None),
            status: Set(Status::Voided),
            currency: Set(unmade.amount.currency().to_string()),
            amount_minor: Set(unmade.amount.minor()),
            captured_minor: Set(0),
            refunded_minor: Set(0),
            split: Set(serde_json::to_value(&nothing)?),
            action: Set(None),
            decline_code: Set(None),
            expires_at: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        Ok(store::insert_unless_known(self.app.database().write(), row).await?)
    }

    async fn give_up(&self, id: PaymentId, event: Event) -> Result<Model, PaymentError> {
        let payment = store::find(self.app.database(), id).await?.ok_or(PaymentError::NotFound)?;
        if store::is_unmade(&payment) {
            self.give_back_unwritten(id).await?;
            return Ok(payment);
        }
        status::apply(payment.status, event)?;
        match self.app.gateways().giving_back(&payment.gateway) {
            Some(gateway) => {
                // Whoever put it to the gateway may have died before the answer was written down.
                let reference = match payment.gateway_reference {
                    Some(reference) => Some(reference),
                    None => gateway.find(&id.to_string()).await?.map(|charge| charge.reference),
                };
                if let Some(reference) = reference {
                    gateway.void(&reference, &format!("{id}:void")).await?;
                }
            }
            // One that is no longer here holds nothing for us; an order must not wait for it.
            None => {
                let gateway = &payment.gateway;
                tracing::warn!(gateway, payment.id = %id, "a hold is given up without its gateway")
            }
        }
        self.close(id, event, None).await
    }

    /// Gives back what gateways hold for a payment that was given up without being written down: whoever asked for it died
    /// before, or has not heard yet.
    async fn give_back_unwritten(&self, id: PaymentId) -> Result<(), PaymentError> {
        for gateway in self.app.gateways().all() {
            if let Some(charge) = gateway.find(&id.to_string()).await? {
                gateway.void(&charge.reference, &format!("{id}:void")).await?;
            }
        }
        Ok(())
    }
}
