//! Under which key a refund is asked for, and what was asked for under it before.

use std::borrow::Cow;

use payments_entities::refund::Model;
use platform_core::id::{PaymentId, RefundId};
use platform_database::{StoreError, Transaction};

use super::store;
use crate::app::App;

/// Under which key a refund is asked for.
#[derive(Debug, Clone, Copy)]
pub enum RefundKey<'a> {
    /// Of staff, whose keys are the shop's: it is for one payment, amount and reason.
    OfShop(&'a str),
    /// Of a service, which has it for each payment.
    OfPayment(&'a str),
    /// Of a service that picks the refund's id, which is its key too.
    Picked(RefundId),
}

impl<'a> RefundKey<'a> {
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::OfShop(key) | Self::OfPayment(key) => Cow::Borrowed(key),
            Self::Picked(id) => Cow::Owned(id.to_string()),
        }
    }

    /// What a new refund under the key is called.
    pub fn id(self, app: &App) -> RefundId {
        match self {
            Self::OfShop(_) | Self::OfPayment(_) => app.next_id(),
            Self::Picked(id) => id,
        }
    }

    /// The key as callers know it.
    pub fn of_caller(self) -> Option<&'a str> {
        match self {
            Self::OfShop(key) => Some(key),
            Self::OfPayment(_) | Self::Picked(_) => None,
        }
    }

    /// What was asked for under the key, if anything was: the same payment's before another's.
    pub async fn find(
        self,
        tx: &Transaction,
        payment: PaymentId,
        kept: &str,
    ) -> Result<Option<Model>, StoreError> {
        let mut known = store::asked_for(tx, kept, self.of_caller()).await?;
        known.sort_by_key(|refund| refund.payment_id != payment);
        Ok(known.into_iter().next())
    }
}
