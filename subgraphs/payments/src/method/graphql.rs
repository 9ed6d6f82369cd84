//! Means of payment as their owner sees and changes them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use payments_entities::payment_method::Model;
use platform_core::id::PaymentMethodId;
use platform_server::{access, caller};

use super::service::{self, MethodError};
use crate::app::App;

/// A saved means of payment.
pub struct PaymentMethod(pub Model);

/// A means of payment that a user has saved with a gateway. Seen by its owner and by staff.
#[Object]
impl PaymentMethod {
    /// Identifier, by which a checkout and `removePaymentMethod` name it.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Name of the gateway that keeps it.
    async fn gateway(&self) -> &str {
        &self.0.gateway
    }

    /// For people, such as `Visa`.
    async fn brand(&self) -> &str {
        &self.0.brand
    }

    /// Last digits of its number, for people to tell it by; null if it has none.
    async fn last_digits(&self) -> Option<&str> {
        self.0.last_digits.as_deref()
    }

    /// Month in which it runs out, 1 to 12; null if it does not.
    async fn expires_month(&self) -> Option<i16> {
        self.0.expires_month
    }

    /// Year in which it runs out, in four digits; null if it does not.
    async fn expires_year(&self) -> Option<i16> {
        self.0.expires_year
    }
}

/// A means of payment to save.
#[derive(InputObject)]
pub struct AddPaymentMethodInput {
    /// One of `paymentGateways`.
    pub gateway: String,
    /// The gateway's token, of at most 200 characters; card numbers go to the gateway alone, and are refused here.
    pub token: String,
}

/// The means of payment is saved.
#[derive(SimpleObject)]
pub struct AddPaymentMethodPayload {
    /// The saved means; the one there was, where the token had been saved before.
    payment_method: PaymentMethod,
}

/// A saved means of payment to forget.
#[derive(InputObject)]
pub struct RemovePaymentMethodInput {
    /// One of the caller's own.
    pub id: PaymentMethodId,
}

/// The means of payment is forgotten.
#[derive(SimpleObject)]
pub struct RemovePaymentMethodPayload {
    /// The identifier it had.
    removed_id: ID,
}

#[derive(Default)]
pub struct MethodMutation;

#[Object]
impl MethodMutation {
    /// Saves a means of payment for the caller.
    #[graphql(directive = access::authenticated::apply())]
    async fn add_payment_method(
        &self,
        ctx: &Context<'_>,
        input: AddPaymentMethodInput,
    ) -> Result<Option<AddPaymentMethodPayload>> {
        let user = caller(ctx)?.user.ok_or(MethodError::NotSignedIn)?;
        let saved = service::add(ctx.data_unchecked::<App>(), user, &input.gateway, &input.token).await?;
        Ok(Some(AddPaymentMethodPayload { payment_method: PaymentMethod(saved) }))
    }

    /// Forgets one of the caller's means of payment.
    #[graphql(directive = access::authenticated::apply())]
    async fn remove_payment_method(
        &self,
        ctx: &Context<'_>,
        input: RemovePaymentMethodInput,
    ) -> Result<Option<RemovePaymentMethodPayload>> {
        let user = caller(ctx)?.user.ok_or(MethodError::NotSignedIn)?;
        service::remove(ctx.data_unchecked::<App>(), user, input.id).await?;
        Ok(Some(RemovePaymentMethodPayload { removed_id: input.id.to_graphql() }))
    }
}
